// What a configuration is made of: PEM text of a chain, its key, authorities, revocation lists and raw keys; a staple, timestamps.
#include <crypto/identity.hpp>

#include "identity.hpp"

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text = as_text({data, size});
  (void)Identity::from_pem(text, text);
  (void)Identity::with_callback(text, [](SigningRequest) {});
  (void)TrustStore::from_pem(text, text);
  (void)Identity::raw_public_key(text);
  (void)TrustStore::nobody().with_raw_keys(text);
  static const auto own = Identity::from_pem(fuzz::certificate, fuzz::key);
  (void)own->with_staple(Buffer(data, data + size));
  (void)own->with_timestamps(Buffer(data, data + size));
  return 0;
}

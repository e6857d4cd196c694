// PEM text of a configuration: a chain, its key, authorities and revocation lists.
#include <crypto/identity.hpp>

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text = as_text({data, size});
  (void)Identity::from_pem(text, text);
  (void)Identity::with_callback(text, [](SigningRequest) {});
  (void)TrustStore::from_pem(text, text);
  return 0;
}

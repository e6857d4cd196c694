// A stapled OCSP response from a server.
#include <crypto/certificate.hpp>
#include <crypto/pem.hpp>
#include <crypto/staple.hpp>

#include "identity.hpp"

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto certificate = crypto::certificates_from_pem(fuzz::certificate, "the fuzzer's")->front();
  auto* x509 = static_cast<X509*>(certificate.native());
  const auto now = std::chrono::system_clock::from_time_t(1795000000);
  (void)crypto::check_staple({data, size}, x509, x509, now);
  (void)crypto::is_staple_for({data, size}, certificate);
  return 0;
}

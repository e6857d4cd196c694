// A certificate from a peer: parsed, described and verified.
#include <crypto/identity.hpp>

using namespace handfast;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto certificate = crypto::Certificate::parse({data, size});
  if (!certificate) return 0;
  certificate->summary();
  certificate->purposes();
  certificate->names_host("localhost");
  certificate->names_host("192.0.2.1");
  static const auto trust = TrustStore::system();
  const crypto::VerifyOptions options{.name = "localhost", .now = std::chrono::system_clock::from_time_t(1795000000)};
  if (trust) crypto::verify_chain({*certificate, *certificate}, *trust, options);
  return 0;
}

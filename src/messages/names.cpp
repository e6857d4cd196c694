#include <messages/names.hpp>

#include <utility>

#include <messages/certificate.hpp>
#include <messages/certificate13.hpp>
#include <messages/certificate_status.hpp>
#include <messages/encrypted_extensions.hpp>
#include <messages/finished.hpp>
#include <messages/finished13.hpp>
#include <messages/hello.hpp>
#include <messages/key_exchange.hpp>

namespace handfast::messages {
namespace {

template <class... M>
constexpr std::string_view look_up(Kind kind) {
  std::string_view found;
  ((kind == M::kind ? void(found = M::name) : void()), ...);
  return found;
}

// Registered types that have no struct here.
constexpr std::pair<uint8_t, std::string_view> others[] = {
    {3, "HelloVerifyRequest"}, {6, "hello_retry_request_RESERVED"},
    {21, "CertificateURL"},    {23, "SupplementalData"},
    {67, "NextProtocol"},      {254, "message_hash"},
};

}  // namespace

std::string_view name_of(Kind kind) {
  auto known = look_up<HelloRequest, ClientHello, ServerHello, NewSessionTicket, Certificate, CertificateStatus, ServerKeyExchange,
                       CertificateRequest, ServerHelloDone, CertificateVerify, ClientKeyExchange, Finished,
                       ChangeCipherSpec, HelloRetryRequest, EncryptedExtensions, CompressedCertificate, EndOfEarlyData,
                       KeyUpdate>(kind);
  if (!known.empty()) return known;
  if (content_type(kind) == ContentType::handshake)
    for (const auto& [type, text] : others)
      if (type == handshake_type(kind)) return text;
  return "unknown";
}

}  // namespace handfast::messages

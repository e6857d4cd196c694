#include <handshake/certificate13.hpp>

#include <algorithm>
#include <utility>

#include <base/contains.hpp>
#include <crypto/certificate_compression.hpp>
#include <crypto/identity.hpp>
#include <extensions/timestamp_list.hpp>
#include <fmt/format.h>
#include <wire/codec.hpp>

namespace handfast {
namespace {

using namespace extensions;
using EntryBlock = Block<Place::certificate_entry>;

template <class Compress>
std::vector<CertificateCompression> compressions_of(const Compress* extension) {
  return extension ? extension->algorithms.items : std::vector<CertificateCompression>{};
}

/// The extensions of our own certificate's entry, without their length.
Result<Buffer> entry_extensions(const Identity::State& state, const CertificateWishes& wishes) {
  EntryBlock block;
  if (wishes.staple && !state.staple.empty()) block.add<CertificateStatus>().response.bytes = state.staple;
  if (wishes.timestamps && !state.timestamps.empty()) block.add<ScTimestamps>().sct_list.bytes = state.timestamps;
  Buffer bytes;
  wire::Writer writer(bytes);
  std::as_const(block).visit_self(writer);
  if (auto why = writer.fault()) return fail(*why);
  constexpr size_t length = 2;
  bytes.erase(bytes.begin(), bytes.begin() + length);
  return bytes;
}

std::optional<CertificateCompression> choose_compression(const CommonOptions& options, const CertificateWishes& wishes) {
  for (auto algorithm : options.certificate_compressions)
    if (std::ranges::find(wishes.compressions, algorithm) != wishes.compressions.end()) return algorithm;
  return {};
}

Result<messages::CompressedCertificate> compress(const Identity& identity, CertificateCompression algorithm,
                                                 const messages::Certificate13& certificate) {
  Buffer plain;
  TRY(wire::encode(certificate, plain));
  auto compressed = TRY(identity.state().compressed->get(algorithm, plain));
  messages::CompressedCertificate message;
  message.algorithm = algorithm;
  message.uncompressed_length = uint24{static_cast<uint32_t>(plain.size())};
  message.compressed_certificate_message.bytes = *compressed;
  return message;
}

void report(const Tracer& trace, const messages::CompressedCertificate& message, const char* whose) {
  trace.decision([&] {
    return DecisionEvent{"certificate_compression", printable(message.algorithm),
                         fmt::format("{}; {} bytes stand for {}", whose, message.compressed_certificate_message.bytes.size(),
                                     message.uncompressed_length.value),
                         {}};
  });
}

}  // namespace

CertificateWishes wishes_of(const messages::ClientHello& hello) {
  const auto& block = hello.extensions;
  const auto* status = block.find<StatusRequest>();
  return {.staple = status && status->status_type == CertificateStatusType::ocsp,
          .timestamps = block.find<ScTimestampsWanted>() != nullptr,
          .compressions = compressions_of(block.find<CompressCertificate>())};
}

CertificateWishes wishes_of(const messages::CertificateRequest13& request) {
  const auto& block = request.extensions;
  return {.staple = block.find<RequestedStatus>() != nullptr,
          .timestamps = block.find<RequestedScTimestamps>() != nullptr,
          .compressions = compressions_of(block.find<RequestedCompressCertificate>())};
}

void add_wishes(const ClientOptions& options, messages::ClientHello& hello) {
  auto& block = hello.extensions;
  if (options.request_staple || options.require_staple) block.add<StatusRequest>();
  if (options.request_sct) block.add<ScTimestampsWanted>();
  if (!options.certificate_compressions.empty() && contains(options.versions, Version::tls13))
    block.add<CompressCertificate>().algorithms.items = options.certificate_compressions;
}

void add_wishes(const ServerOptions& options, messages::CertificateRequest13& request) {
  if (!options.certificate_compressions.empty())
    request.extensions.add<RequestedCompressCertificate>().algorithms.items = options.certificate_compressions;
}

Result<messages::Certificate13> certificate13_message(const Identity* identity, const CertificateWishes& wishes,
                                                      Bytes context) {
  messages::Certificate13 message;
  message.certificate_request_context.bytes.assign(context.begin(), context.end());
  if (!identity) return message;
  auto extensions = TRY(entry_extensions(identity->state(), wishes));
  for (const auto& der : identity->chain()) {
    bool is_own = message.certificate_list.empty();
    message.certificate_list.add({{der}, {is_own ? Bytes(extensions) : Bytes()}});
  }
  return message;
}

Result<> send_certificate13(Link& link, const Identity* identity, const CertificateWishes& wishes, Bytes context) {
  auto message = TRY(certificate13_message(identity, wishes, context));
  auto algorithm = choose_compression(link.options, wishes);
  // With a context (after the handshake) every message is another one, and none is worth keeping.
  if (!algorithm || !identity || !context.empty()) return link.send(message);
  auto compressed = TRY(compress(*identity, *algorithm, message));
  report(link.trace, compressed, "our first that the peer takes");
  return link.send(compressed);
}

Result<messages::Certificate13> decompress(const Link& link, AnyCertificate&& certificate) {
  if (auto plain = std::get_if<messages::Certificate13>(&certificate)) return std::move(*plain);
  const auto& compressed = std::get<messages::CompressedCertificate>(certificate);
  const auto& offered = link.options.certificate_compressions;
  if (std::ranges::find(offered, compressed.algorithm) == offered.end())
    return fail(Fault::certificate_compression_not_offered, {fmt::format("it used {}", printable(compressed.algorithm))});
  report(link.trace, compressed, "the peer chose it");
  auto plain = TRY(crypto::decompress(compressed.algorithm, compressed.compressed_certificate_message.bytes,
                                      compressed.uncompressed_length.value, link.options.limits.handshake_message));
  return wire::decode<messages::Certificate13>(plain);
}

Result<CertificateExtras> extras_of(const messages::Certificate13& certificate, const CertificateWishes& asked) {
  CertificateExtras extras;
  std::optional<Error> wrong;
  certificate.certificate_list.each([&](const messages::CertificateEntry& entry, size_t i) {
    auto block = EntryBlock::parse(entry.extensions.bytes);
    if (!block) {
      wrong = block.error();
      return false;
    }
    const auto* status = block->find<CertificateStatus>();
    const auto* timestamps = block->find<ScTimestamps>();
    block->each_type([&](ExtensionType type) {
      const bool known = (status && type == ExtensionType::status_request) ||
                         (timestamps && type == ExtensionType::signed_certificate_timestamp);
      const bool was_asked = type == ExtensionType::status_request ? asked.staple : asked.timestamps;
      if (!known || !was_asked)
        wrong = Error{.fault = Fault::extension_not_offered,
                      .facts = {fmt::format("extension {} ({}) with a certificate", static_cast<int>(type), name(type))}};
    });
    if (i == 0 && status) extras.staple = status->response.bytes;
    if (timestamps && !wrong && !is_timestamp_list(timestamps->sct_list.bytes))
      wrong = Error{.fault = Fault::malformed_message, .facts = {"the list of certificate timestamps"}};
    if (i == 0 && timestamps) extras.timestamps = timestamps->sct_list.bytes;
    return !wrong;
  });
  if (wrong) return std::unexpected(*std::move(wrong));
  return extras;
}

}  // namespace handfast

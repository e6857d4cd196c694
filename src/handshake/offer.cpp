// offer.cpp: the client's first word, and the server's answer to it.
#include <algorithm>

#include <base/printable.hpp>
#include <crypto/identity.hpp>
#include <fmt/format.h>
#include <handshake/client.hpp>

namespace handfast {
namespace {

using namespace extensions;

void add_extensions(Block<Place::client_hello>& block, const ClientOptions& options, const Target& target,
                    const Session* session) {
  if (!target.server_name.empty()) block.add<ServerName>().server_name_list.entry.host_name.text = target.server_name;
  block.add<ExtendedMasterSecret>();
  block.add<RenegotiationInfo>();
  block.add<SupportedGroups>().named_group_list.items = options.groups;
  block.add<EcPointFormats>().ec_point_format_list.items = {EcPointFormat::uncompressed};
  if (options.tickets) {
    auto& extension = block.add<SessionTicket>();
    if (session) extension.ticket.bytes = session12(*session)->ticket.bytes;
  }
  if (!options.alpn.empty()) {
    auto& extension = block.add<ApplicationProtocols>();
    for (const auto& protocol : options.alpn) extension.protocol_name_list.add(as_bytes(protocol));
  }
  block.add<SignatureAlgorithms>().supported_signature_algorithms.items = options.schemes;
  bool any_cbc = std::ranges::any_of(options.suites, [](Suite suite) { return !is_aead(*catalog::find(suite)); });
  if (any_cbc && options.encrypt_then_mac) block.add<EncryptThenMac>();
}

Result<> check_extensions(const Offer& offer, const messages::ServerHello& hello) {
  std::optional<ExtensionType> unasked;
  hello.extensions.each_type([&](ExtensionType type) {
    if (!offer.hello.extensions.has(type)) unasked = type;
  });
  if (!unasked && hello.extensions.has(ExtensionType::signature_algorithms))
    return fail(Fault::extension_not_allowed, {"signature_algorithms in a ServerHello (RFC 5246 section 7.4.1.4.1)"});
  if (!unasked) return {};
  auto known_name = name(*unasked);
  return fail(Fault::extension_not_offered,
              {known_name.empty() ? fmt::format("extension {}", static_cast<unsigned>(*unasked)) : std::string(known_name)});
}

Result<> check_renegotiation_info(const ClientOptions& options, const messages::ServerHello& hello) {
  auto extension = hello.extensions.find<ServerRenegotiationInfo>();
  if (extension && !extension->renegotiated_connection.bytes.empty()) return fail(Fault::secure_renegotiation_mismatch);
  if (!extension && !options.legacy.accept_peer_without_secure_renegotiation)
    return fail(Fault::secure_renegotiation_missing);
  return {};
}

Result<std::string> accept_protocol(const ClientOptions& options, const messages::ServerHello& hello) {
  auto extension = hello.extensions.find<ChosenProtocol>();
  if (!extension) return std::string();
  auto& names = extension->protocol_name_list;
  if (names.size() != 1) return fail(Fault::malformed_message, {"ALPN with other than one protocol"});
  std::string chosen(as_text(*names.begin()));
  if (std::ranges::find(options.alpn, chosen) == options.alpn.end())
    return fail(Fault::protocol_not_offered, {fmt::format("it chose \"{}\"", printable_text(chosen))});
  return chosen;
}

Result<const catalog::SuiteRow*> accept_suite(const ClientOptions& options, const messages::ServerHello& hello) {
  if (std::ranges::find(options.suites, hello.cipher_suite) == options.suites.end())
    return fail(Fault::suite_not_offered, {fmt::format("it chose {}", printable(hello.cipher_suite))});
  auto suite = catalog::find(hello.cipher_suite);
  if (catalog::version_of(*suite) != Version::tls12)
    return fail(Fault::suite_not_for_version, {fmt::format("it chose {} with TLS 1.2", suite->name)});
  return suite;
}

Result<> check_resumption(const Session12& session, const messages::ServerHello& hello, const Agreed12& agreed) {
  if (hello.server_version != session.version || hello.cipher_suite != session.suite)
    return fail(Fault::resumed_session_changed,
                {fmt::format("the session had {}, the server says {}", printable(session.suite), printable(hello.cipher_suite))});
  if (!agreed.extended_master_secret) return fail(Fault::extended_master_secret_changed);
  return {};
}

void report(Link& link, const Offer& offer, const Accepted12& accepted) {
  if (!link.trace) return;
  link.trace(DecisionEvent{"version", printable(*link.summary.version), "the server chose it", {}});
  link.trace(DecisionEvent{"cipher_suite", std::string(accepted.agreed.suite->name), "the server chose it", {}});
  if (!link.summary.alpn.empty()) link.trace(DecisionEvent{"alpn", link.summary.alpn, "the server chose it", {}});
  if (offer.session)
    link.trace(DecisionEvent{"resumption", accepted.resumed ? "resumed" : "full handshake",
                             accepted.resumed ? "the server echoes our session id" : "the server does not take our session", {}});
}

}  // namespace

Result<Offer> make_offer(Link& link, const ClientConfig& config, const Target& target) {
  const auto& options = config.options();
  Offer offer;
  auto& hello = offer.hello;
  TRY(link.random(hello.random));
  if (target.session && may_resume(*target.session, config, target)) offer.session = target.session;
  if (offer.session) {
    const auto& state = *session12(*offer.session);
    hello.session_id.bytes = state.session_id.bytes;
    if (!state.ticket.bytes.empty()) {   // RFC 5077 section 3.4: an id of our own, to see the answer by
      hello.session_id.bytes.resize(32);
      TRY(link.random(hello.session_id.bytes));
    }
  }
  hello.cipher_suites.items = options.suites;
  hello.compression_methods.items = {messages::CompressionMethod::null};
  add_extensions(hello.extensions, options, target, offer.session.get());
  return offer;
}

Result<Accepted12> accept_hello12(Link& link, const ClientConfig& config, const Offer& offer,
                                  const messages::ServerHello& hello) {
  const auto& options = config.options();
  Accepted12 accepted;
  auto& agreed = accepted.agreed;
  auto suite = TRY(accept_suite(options, hello));
  agreed.suite = suite;
  agreed.client_random = offer.hello.random;
  agreed.server_random = hello.random;
  if (hello.compression_method != messages::CompressionMethod::null) return fail(Fault::compression_not_null);
  TRY(check_extensions(offer, hello));
  TRY(check_renegotiation_info(options, hello));

  agreed.extended_master_secret = hello.extensions.find<ServerExtendedMasterSecret>() != nullptr;
  accepted.resumed = offer.session && hello.session_id == offer.hello.session_id;
  if (accepted.resumed) TRY(check_resumption(session12(*offer.session)->common, hello, agreed));
  if (options.require_extended_master_secret && !agreed.extended_master_secret)
    return fail(Fault::extended_master_secret_missing);
  agreed.encrypt_then_mac = hello.extensions.find<ServerEncryptThenMac>() != nullptr;
  if (agreed.encrypt_then_mac && is_aead(*suite))
    return fail(Fault::extension_not_allowed, {"encrypt_then_mac with an AEAD suite (RFC 7366 section 3)"});
  auto points = hello.extensions.find<ServerEcPointFormats>();
  if (points && std::ranges::find(points->ec_point_format_list.items, EcPointFormat::uncompressed) ==
                    points->ec_point_format_list.items.end())
    return fail(Fault::uncompressed_points_missing);
  auto protocol = TRY(accept_protocol(options, hello));
  accepted.ticket_follows = hello.extensions.find<ServerSessionTicket>() != nullptr;

  auto& summary = link.summary;
  summary.suite = suite->suite;
  summary.alpn = std::move(protocol);
  summary.extended_master_secret = agreed.extended_master_secret;
  summary.encrypt_then_mac = agreed.encrypt_then_mac;
  summary.resumed = accepted.resumed;
  report(link, offer, accepted);
  return accepted;
}

}  // namespace handfast

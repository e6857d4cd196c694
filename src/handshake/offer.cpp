// offer.cpp: the client's first word, and the server's answer to it.
#include <algorithm>

#include <base/contains.hpp>
#include <base/printable.hpp>
#include <crypto/identity.hpp>
#include <extensions/timestamp_list.hpp>
#include <fmt/format.h>
#include <handshake/certificate13.hpp>
#include <handshake/client.hpp>
#include <handshake/record_limits.hpp>
#include <handshake/renegotiate.hpp>

namespace handfast {
namespace {

using namespace extensions;

/// That we offer now: a new handshake on a connection keeps its version.
Version highest_version(const Link& link) {
  return link.renegotiating ? *link.summary.version : std::ranges::max(link.options.versions);
}

void add_extensions(const Link& link, Block<Place::client_hello>& block, const ClientOptions& options, const Target& target,
                    const Session* session) {
  if (!target.server_name.empty()) block.add<ServerName>().server_name_list.entry.host_name.text = target.server_name;
  block.add<SupportedGroups>().named_group_list.items = options.groups;
  if (!options.alpn.empty()) {
    auto& extension = block.add<ApplicationProtocols>();
    for (const auto& protocol : options.alpn) extension.protocol_name_list.add(as_bytes(protocol));
  }
  if (std::ranges::max(options.versions) >= Version::tls12)   // RFC 5246 section 7.4.1.4.1
    block.add<SignatureAlgorithms>().supported_signature_algorithms.items = options.schemes;
  bool only13 = std::ranges::all_of(options.versions, [](Version version) { return version == Version::tls13; });
  if (only13) return;
  block.add<ExtendedMasterSecret>();
  block.add<RenegotiationInfo>().renegotiated_connection.bytes = our_binding(link);
  block.add<EcPointFormats>().ec_point_format_list.items = {EcPointFormat::uncompressed};
  if (options.tickets) {
    auto& extension = block.add<SessionTicket>();
    if (session) extension.ticket.bytes = session12(*session)->ticket.bytes;
  }
  bool any_cbc = std::ranges::any_of(options.suites, [](Suite suite) { return is_block_cipher(catalog::find(suite)->cipher); });
  if (any_cbc && options.encrypt_then_mac) block.add<EncryptThenMac>();
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
  if (!is_for(*suite, hello.server_version))
    return fail(Fault::suite_not_for_version, {fmt::format("it chose {} with {}", suite->name, printable(hello.server_version))});
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

std::unexpected<Error> not_offered(ExtensionType type) {
  auto known_name = name(type);
  return fail(Fault::extension_not_offered,
              {known_name.empty() ? fmt::format("extension {}", static_cast<unsigned>(type)) : std::string(known_name)});
}

std::unexpected<Error> not_allowed(ExtensionType type, std::string_view message) {
  auto known_name = name(type);
  return fail(Fault::extension_not_allowed,
              {known_name.empty() ? fmt::format("extension {} in {}", static_cast<unsigned>(type), message)
                                  : fmt::format("{} in {}", known_name, message)});
}

Result<Offer> make_offer(Link& link, const ClientConfig& config, const Target& target) {
  const auto& options = config.options();
  Offer offer;
  auto& hello = offer.hello;
  TRY(link.random(hello.random));
  link.client_random = hello.random;
  if (target.session && may_resume(*target.session, config, target)) offer.session = target.session;
  if (offer.session) {
    const auto& state = *session12(*offer.session);
    hello.session_id.bytes = state.session_id.bytes;
    if (!state.ticket.bytes.empty()) {   // RFC 5077 section 3.4: an id of our own, to see the answer by
      hello.session_id.bytes.resize(32);
      TRY(link.random(hello.session_id.bytes));
    }
  }
  hello.client_version = std::min(std::ranges::max(options.versions), Version::tls12);
  hello.cipher_suites.items = options.suites;
  if (link.renegotiating)
    std::erase_if(hello.cipher_suites.items, [&](Suite suite) { return !is_for(*catalog::find(suite), *link.summary.version); });
  if (target.fallback) hello.cipher_suites.items.push_back(Suite::TLS_FALLBACK_SCSV);
  hello.compression_methods.items = {messages::CompressionMethod::null};
  add_wishes(options, hello);
  add_extensions(link, hello.extensions, options, target, offer.session.get());
  add_record_limits(options, highest_version(link), hello);
  if (highest_version(link) == Version::tls13) {
    TRY(add_offer13(link, options, offer));
    TRY(add_psks(link, config, target, offer));
  }
  return offer;
}

Result<Accepted12> accept_hello12(Link& link, const ClientConfig& config, const Offer& offer,
                                  const messages::ServerHello& hello) {
  const auto& options = config.options();
  Accepted12 accepted;
  auto& agreed = accepted.agreed;
  auto suite = TRY(accept_suite(options, hello));
  agreed.version = hello.server_version;
  agreed.suite = suite;
  agreed.client_random = offer.hello.random;
  agreed.server_random = hello.random;
  if (hello.compression_method != messages::CompressionMethod::null) return fail(Fault::compression_not_null);
  TRY(check_answered(offer.hello, hello.extensions));
  if (hello.extensions.find<ServerKeyShare>() || hello.extensions.find<SelectedPsk>())
    return fail(Fault::extension_not_allowed, {fmt::format("a TLS 1.3 extension in a ServerHello of {}", printable(hello.server_version))});
  TRY(check_binding(link, hello));

  agreed.extended_master_secret = hello.extensions.find<ServerExtendedMasterSecret>() != nullptr;
  const bool echoes_id = !hello.session_id.bytes.empty() && hello.session_id == offer.hello.session_id;
  if (echoes_id && !offer.session)   // RFC 8446 section D.4: an id of no session, for middleboxes
    return fail(Fault::resumed_session_changed, {"we have offered none"});
  accepted.resumed = echoes_id;
  if (accepted.resumed) TRY(check_resumption(session12(*offer.session)->common, hello, agreed));
  if (options.require_extended_master_secret && !agreed.extended_master_secret)
    return fail(Fault::extended_master_secret_missing);
  agreed.encrypt_then_mac = hello.extensions.find<ServerEncryptThenMac>() != nullptr;
  if (agreed.encrypt_then_mac && !is_block_cipher(suite->cipher))
    return fail(Fault::extension_not_allowed, {"encrypt_then_mac with a suite that is not CBC (RFC 7366 section 3)"});
  auto points = hello.extensions.find<ServerEcPointFormats>();
  if (points && std::ranges::find(points->ec_point_format_list.items, EcPointFormat::uncompressed) ==
                    points->ec_point_format_list.items.end())
    return fail(Fault::uncompressed_points_missing);
  TRY(check_not_weaker(link, agreed));
  auto chosen = TRY(accept_protocol(options, hello));
  auto protocol = TRY(keep_protocol(link, std::move(chosen)));
  TRY((accept_limits<ServerRecordSizeLimit, ServerMaxFragmentLength>(link, offer.hello, hello)));
  accepted.ticket_follows = hello.extensions.find<ServerSessionTicket>() != nullptr;
  accepted.staple_follows = hello.extensions.find<ServerStatusRequest>() != nullptr;
  if (auto timestamps = hello.extensions.find<ServerScTimestamps>()) {
    if (!is_timestamp_list(timestamps->sct_list.bytes)) return fail(Fault::malformed_message, {"the list of certificate timestamps"});
    accepted.timestamps = timestamps->sct_list.bytes;
  }

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

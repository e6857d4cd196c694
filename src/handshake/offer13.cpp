// offer13.cpp: what TLS 1.3 adds to the client's first word, and the server's answers to it.
#include <algorithm>

#include <base/contains.hpp>
#include <base/printable.hpp>
#include <catalog/groups.hpp>
#include <fmt/format.h>
#include <handshake/certificate13.hpp>
#include <handshake/certificate_types.hpp>
#include <handshake/client.hpp>
#include <handshake/keys13.hpp>
#include <handshake/record_limits.hpp>
#include <messages/finished.hpp>

namespace handfast {
namespace {

using namespace extensions;

/// RFC 8701 section 2: 0x0A0A, 0x1A1A, ... 0xFAFA.
constexpr uint16_t grease(uint8_t random) { return static_cast<uint16_t>((random & 0xf0) * 0x0101 | 0x0a0a); }

void add_grease(std::span<const uint8_t, 4> random, messages::ClientHello& hello) {
  auto& suites = hello.cipher_suites.items;
  suites.insert(suites.begin(), Suite(grease(random[0])));
  auto& groups = hello.extensions.find<SupportedGroups>()->named_group_list.items;
  groups.insert(groups.begin(), Group(grease(random[1])));
  auto& versions = hello.extensions.find<SupportedVersions>()->versions.items;
  versions.insert(versions.begin(), Version(grease(random[2])));
  hello.extensions.add_unknown(ExtensionType(grease(random[3])), {});
}

/// Of the first hybrid group and of the first other one: who has not the one has the other.
std::vector<Group> groups_to_share(const ClientOptions& options) {
  if (!options.key_shares.empty()) return options.key_shares;
  std::vector<Group> chosen;
  bool has_hybrid = false, has_other = false;
  for (auto group : options.groups) {
    bool is_hybrid = catalog::find(group)->exchange == catalog::Exchange::hybrid;
    auto& has = is_hybrid ? has_hybrid : has_other;
    if (!std::exchange(has, true)) chosen.push_back(group);
  }
  return chosen;
}

Result<> add_shares(Offer& offer, std::span<const Group> groups) {
  auto shares = TRY(crypto::KeyShare::generate(groups));
  offer.shares = std::move(shares);
  auto& entries = offer.hello.extensions.add<KeyShares>().client_shares;
  for (const auto& share : offer.shares) entries.add({share.group(), {share.public_value()}});
  return {};
}

/// What ServerHello and HelloRetryRequest have in common (RFC 8446 section 4.1.3).
Result<const catalog::SuiteRow*> accept_fixed_fields(const ClientOptions& options, const Offer& offer, const auto& hello) {
  if (hello.server_version != Version::tls12)
    return fail(Fault::legacy_version_wrong, {fmt::format("it is {}", printable(hello.server_version))});
  if (hello.session_id != offer.hello.session_id) return fail(Fault::session_id_not_echoed);
  if (hello.compression_method != messages::CompressionMethod::null) return fail(Fault::compression_not_null);
  if (!contains(options.suites, hello.cipher_suite))
    return fail(Fault::suite_not_offered, {fmt::format("it chose {}", printable(hello.cipher_suite))});
  auto suite = catalog::find(hello.cipher_suite);
  if (!is_for(*suite, Version::tls13))
    return fail(Fault::suite_not_for_version, {fmt::format("it chose {} with TLS 1.3", suite->name)});
  return suite;
}

/// The answer may have nothing that was not in the hello, but a cookie.
Result<> check_retry_extensions(const messages::ClientHello& offered, const messages::HelloRetryRequest& retry) {
  std::optional<ExtensionType> unasked, misplaced;
  retry.extensions.each_type([&](ExtensionType type) {
    if (type != ExtensionType::cookie && !offered.extensions.has(type)) unasked = type;
  });
  if (unasked) return not_offered(*unasked);
  retry.extensions.each_unknown([&](ExtensionType type, Bytes) { misplaced = type; });
  if (misplaced) return not_allowed(*misplaced, "a HelloRetryRequest");
  return {};
}

Result<crypto::SharedSecret> agree_share(Link& link, Offer& offer, const ServerKeyShare& chosen) {
  auto share = std::ranges::find_if(offer.shares, [&](const auto& ours) { return ours.group() == chosen.group; });
  if (share == offer.shares.end())
    return fail(Fault::group_not_offered, {fmt::format("it uses {}, of which we sent no share", printable(chosen.group))});
  link.summary.group = chosen.group;
  link.trace.decision([&] {
    return DecisionEvent{"group", printable(chosen.group), "the server chose it among our shares", {}};
  });
  return std::move(*share).derive(chosen.key_exchange.bytes);
}

Result<> accept_retry_group(Link& link, const ClientOptions& options, Offer& offer, const RetryKeyShare& wanted) {
  auto group = wanted.selected_group;
  if (!contains(options.groups, group)) return fail(Fault::group_not_offered, {fmt::format("it wants {}", printable(group))});
  if (std::ranges::any_of(offer.shares, [&](const auto& share) { return share.group() == group; }))
    return fail(Fault::retry_changes_nothing, {fmt::format("our hello has a share of {}", printable(group))});
  link.trace.decision([&] {
    return DecisionEvent{"hello_retry", printable(group), "the server wants a key share of another group", {}};
  });
  const Group groups[] = {group};
  return add_shares(offer, groups);
}

}  // namespace

Result<> add_offer13(Link& link, const ClientOptions& options, Offer& offer) {
  auto& hello = offer.hello;
  auto& block = hello.extensions;
  block.add<SupportedVersions>().versions.items = options.versions;
  std::ranges::sort(block.find<SupportedVersions>()->versions.items, std::greater{});
  if (!options.certificate_schemes.empty())
    block.add<SignatureAlgorithmsCert>().supported_signature_algorithms.items = options.certificate_schemes;
  add_certificate_types(options, hello);
  if (options.post_handshake_auth) block.add<PostHandshakeAuth>();
  TRY(add_shares(offer, groups_to_share(options)));
  std::array<uint8_t, 32 + 4> random;   // drawn at once: a draw takes longer than its bytes
  TRY(link.random(random));
  if (options.middlebox_compatibility && hello.session_id.bytes.empty())
    hello.session_id.bytes.assign(random.begin(), random.begin() + 32);
  if (options.grease) add_grease(std::span(random).last<4>(), hello);
  return {};
}

Result<> answer_retry(Link& link, const ClientOptions& options, Offer& offer,
                      const Received<messages::HelloRetryRequest>& retry) {
  auto version = retry.extensions.find<RetryVersion>();
  if (!version) return fail(Fault::missing_extension, {"supported_versions in a HelloRetryRequest"});
  if (version->selected_version != Version::tls13)
    return fail(Fault::version_not_offered, {fmt::format("a HelloRetryRequest of {}", printable(version->selected_version))});
  link.use_version(Version::tls13);
  auto suite = TRY(accept_fixed_fields(options, offer, retry));
  TRY(check_retry_extensions(offer.hello, retry));
  auto group = retry.extensions.find<RetryKeyShare>();
  auto cookie = retry.extensions.find<RetryCookie>();
  if (!group && !cookie) return fail(Fault::retry_changes_nothing);

  link.transcript.fold_first_hello(keys::hash_of(suite->prf), retry.messages_before);
  offer.retry_suite = suite->suite;
  if (group) TRY(accept_retry_group(link, options, offer, *group));
  if (cookie) offer.hello.extensions.add<Cookie>().cookie.bytes = cookie->cookie.bytes;
  TRY(bind_psks_again(link, offer, suite->prf));
  if (options.middlebox_compatibility && !std::exchange(offer.sent_change_cipher_spec, true))
    TRY(link.send(messages::ChangeCipherSpec{}));
  return link.send(offer.hello);
}

Result<Accepted13> accept_hello13(Link& link, const ClientOptions& options, Offer& offer, const messages::ServerHello& hello) {
  Accepted13 accepted;
  auto suite = TRY(accept_fixed_fields(options, offer, hello));
  accepted.suite = suite;
  if (offer.retry_suite && *offer.retry_suite != suite->suite)
    return fail(Fault::retry_contradicted, {fmt::format("{} after {}", suite->name, printable(*offer.retry_suite))});
  TRY(check_answered(offer.hello, hello.extensions));
  for (auto type : {ExtensionType::server_name, ExtensionType::extended_master_secret, ExtensionType::renegotiation_info,
                    ExtensionType::ec_point_formats, ExtensionType::session_ticket, ExtensionType::encrypt_then_mac,
                    ExtensionType::application_layer_protocol_negotiation, ExtensionType::record_size_limit,
                    ExtensionType::max_fragment_length, ExtensionType::status_request, ExtensionType::signed_certificate_timestamp})
    if (hello.extensions.has(type)) return not_allowed(type, "a ServerHello of TLS 1.3");

  auto psk = TRY(accept_psk(link, offer, *suite, hello));
  accepted.psk = psk;
  auto chosen = hello.extensions.find<ServerKeyShare>();
  if (chosen) {
    auto secret = TRY(agree_share(link, offer, *chosen));
    accepted.shared_secret = std::move(secret);
  } else if (!psk || !options.allow_psk_without_dhe) {
    return fail(Fault::missing_extension, {"key_share in a ServerHello"});
  }
  offer.shares.clear();

  link.summary.suite = suite->suite;
  if (link.trace) {
    link.trace(DecisionEvent{"version", printable(Version::tls13), "the server chose it", {}});
    link.trace(DecisionEvent{"cipher_suite", std::string(suite->name), "the server chose it", {}});
  }
  return accepted;
}

Result<> accept_encrypted_extensions(Link& link, const ClientOptions& options, const Offer& offer,
                                     const messages::EncryptedExtensions& answer) {
  TRY(check_answered(offer.hello, answer.extensions));
  TRY((accept_limits<EncryptedRecordSizeLimit, EncryptedMaxFragmentLength>(link, offer.hello, answer)));
  if (auto extension = answer.extensions.find<EncryptedProtocol>()) {
    const auto& names = extension->protocol_name_list;
    if (names.size() != 1) return fail(Fault::malformed_message, {"ALPN with other than one protocol"});
    std::string chosen(as_text(*names.begin()));
    if (std::ranges::find(options.alpn, chosen) == options.alpn.end())
      return fail(Fault::protocol_not_offered, {fmt::format("it chose \"{}\"", printable_text(chosen))});
    link.trace.decision([&] { return DecisionEvent{"alpn", chosen, "the server chose it", {}}; });
    link.summary.alpn = std::move(chosen);
  }
  return {};
}

}  // namespace handfast

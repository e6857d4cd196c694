#include <handshake/retry13.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <handshake/cookie13.hpp>
#include <messages/finished.hpp>

namespace handfast {
namespace {

using namespace messages;
using namespace extensions;

/// RFC 8446 section 4.1.2: key shares change only where the retry asks for one.
bool may_change(ExtensionType type, bool asks_for_share) {
  using enum ExtensionType;
  return type == early_data || type == cookie || type == pre_shared_key || type == padding || (asks_for_share && type == key_share);
}

/// SHA-256 of a hello, as it came, without what a second one may change. In which order its extensions stand does not matter: there are
/// clients that shuffle them in each hello. Nothing is copied, for it may be long.
Buffer unchanged_part(Bytes hello_with_header, bool asks_for_share) {
  const auto body = hello_with_header.subspan(4);
  wire::Reader reader(body);
  reader.take(2 + sizeof(Random));
  reader.block(0, 32);
  reader.block(0, 65535);   // cipher suites
  reader.block(0, 255);     // compression methods
  const auto head = body.first(body.size() - reader.left());
  std::vector<std::pair<ExtensionType, Bytes>> kept;
  for (wire::Reader all(reader.block(0, 65535)); !all.empty();) {
    const auto type = ExtensionType(static_cast<uint16_t>(all.uint(2)));
    const auto data = all.block(0, 65535);
    if (!may_change(type, asks_for_share)) kept.emplace_back(type, data);
  }
  std::ranges::sort(kept, {}, [](const auto& extension) { return extension.first; });
  crypto::Hash hash(crypto::HashAlgorithm::sha256);
  hash.update(head);
  for (const auto& [type, data] : kept) {
    const std::array<uint16_t, 2> numbers = {static_cast<uint16_t>(type), static_cast<uint16_t>(data.size())};
    for (auto number : numbers) hash.update(std::array{static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)});
    hash.update(data);
  }
  const auto value = hash.peek();
  return {value.view().begin(), value.view().end()};
}

HelloRetryRequest make_retry(const ClientHello& hello, Suite suite, std::optional<Group> group, Bytes cookie) {
  HelloRetryRequest retry;
  retry.session_id = hello.session_id;
  retry.cipher_suite = suite;
  retry.extensions.add<RetryVersion>().selected_version = Version::tls13;
  if (!cookie.empty()) retry.extensions.add<RetryCookie>().cookie.bytes.assign(cookie.begin(), cookie.end());
  if (group) retry.extensions.add<RetryKeyShare>().selected_group = *group;
  return retry;
}

/// RFC 8446 section D.4: to who wants to look like TLS 1.2.
Result<> send_with_compatibility(Link& link, const HelloRetryRequest& retry) {
  TRY(link.send(retry));
  if (!retry.session_id.bytes.empty()) TRY(link.send(ChangeCipherSpec{}));
  return {};
}

std::optional<Group> group_to_ask_for(const Choice13& choice) {
  if (choice.has_share) return {};
  return choice.group;
}

void note_retry(Link& link, std::optional<Group> group, bool is_stateless) {
  link.trace.decision([&] {
    std::string because = group ? "the client has the group and sent no share of it" : "";
    if (is_stateless) because += fmt::format("{}nothing is kept of a first hello: its cookie must come back", group ? "; " : "");
    return DecisionEvent{"hello_retry", group ? printable(*group) : "cookie", std::move(because), {}};
  });
}

/// The only share of a hello; none where there are more or fewer.
std::optional<Group> only_share(const ClientHello& hello) {
  auto shares = hello.extensions.find<KeyShares>();
  std::optional<Group> only;
  if (shares && shares->client_shares.size() == 1)
    shares->client_shares.each([&](const KeyShareEntry& entry, size_t) { only = entry.group; });
  return only;
}

}  // namespace

Result<Retry> send_retry(Link& link, const ClientHello& hello, const Choice13& choice) {
  auto unchanged = unchanged_part(link.transcript.messages(), true);
  link.transcript.fold_first_hello(keys::hash_of(choice.suite->prf), link.transcript.messages().size());
  note_retry(link, choice.group, false);
  TRY(send_with_compatibility(link, make_retry(hello, choice.suite->suite, choice.group, {})));
  return Retry{choice.suite, choice.group, std::move(unchanged)};
}

Result<> check_second_hello(const Link& link, const Retry& retry, const Received<ClientHello>& second) {
  const auto after = unchanged_part(link.transcript.messages().last(second.message_size), retry.group.has_value());
  if (retry.unchanged != after) return fail(Fault::second_hello_changed);
  if (second.extensions.has(ExtensionType::early_data)) return fail(Fault::second_hello_changed, {"it still has early_data"});
  if (retry.group && only_share(second) != retry.group)
    return fail(Fault::key_share_missing, {fmt::format("we asked for {}", printable(*retry.group))});
  return {};
}

Result<> send_stateless_retry(Link& link, const ServerOptions& options, const ClientHello& hello, const Choice13& choice) {
  auto group = group_to_ask_for(choice);
  auto unchanged = unchanged_part(link.transcript.messages(), group.has_value());
  auto first_hello = crypto::hash(keys::hash_of(choice.suite->prf), link.transcript.messages());
  HelloCookie cookie;
  cookie.suite = choice.suite->suite;
  if (group) cookie.group = *group;
  cookie.first_hello.bytes.assign(first_hello.view().begin(), first_hello.view().end());
  cookie.unchanged.bytes = std::move(unchanged);
  link.transcript = {};
  auto sealed = TRY(seal_cookie(std::move(cookie), options, link.client_address));
  note_retry(link, group, true);
  TRY(send_with_compatibility(link, make_retry(hello, choice.suite->suite, group, sealed)));
  link.transcript = {};
  return {};
}

Result<std::optional<Retry>> recall_retry(Link& link, const ServerOptions& options, const ClientHello& hello) {
  auto shown = hello.extensions.find<Cookie>();
  if (!options.stateless_retry || !shown) return std::nullopt;
  auto cookie = TRY(open_cookie(shown->cookie.bytes, options, link.client_address));
  Retry retry{catalog::find(cookie.suite), {}, std::move(cookie.unchanged.bytes)};
  if (cookie.group != Group{}) retry.group = cookie.group;

  Buffer sent;
  TRY(encode_with_header(make_retry(hello, cookie.suite, retry.group, shown->cookie.bytes), sent));
  link.transcript.put_in_front(keys::hash_of(retry.suite->prf), cookie.first_hello.bytes, sent);
  link.trace.decision([&] { return DecisionEvent{"hello_retry", "answered", "its cookie is ours, fresh, and for this address", {}}; });
  return retry;
}

Result<> check_has_cookie(const ClientHello& second) {
  if (!second.extensions.find<Cookie>()) return fail(Fault::cookie_invalid, {"the second hello has none"});
  return {};
}

}  // namespace handfast

#include <handshake/cookie13.hpp>

#include <algorithm>

#include <catalog/suites.hpp>

namespace handfast {
namespace {

bool has_suite(const ServerOptions& options, const HelloCookie& cookie) {
  auto row = catalog::find(cookie.suite);
  return row && is_for(*row, Version::tls13) && std::ranges::find(options.suites, cookie.suite) != options.suites.end() &&
         cookie.first_hello.bytes.size() == crypto::digest_size(keys::hash_of(row->prf));
}

/// Servers that share their keys have clocks of their own: one from the future is as good as one from the past.
bool is_timely(const ServerOptions& options, uint64_t made, uint64_t now) {
  auto lifetime = static_cast<uint64_t>(std::chrono::ceil<std::chrono::seconds>(options.limits.handshake_time).count());
  return (now > made ? now - made : made - now) <= lifetime;
}

std::string_view obstacle(const HelloCookie& cookie, const ServerOptions& options, std::string_view client_address, uint64_t now) {
  if (!is_timely(options, cookie.made, now)) return "it is too old";
  if (cookie.client_address.bytes != sha256_of(as_bytes(client_address))) return "it was given to another address";
  if (!has_suite(options, cookie)) return "we do not have its suite";
  return {};
}

}  // namespace

Buffer sha256_of(Bytes bytes) {
  auto value = crypto::hash(crypto::HashAlgorithm::sha256, bytes);
  return {value.view().begin(), value.view().end()};
}

Result<Buffer> seal_cookie(HelloCookie cookie, const ServerOptions& options, std::string_view client_address) {
  auto now = options.environment.wall_clock();
  cookie.made = seconds_of(now);
  cookie.client_address.bytes = sha256_of(as_bytes(client_address));
  Buffer bytes;
  TRY(wire::encode(cookie, bytes));
  auto sealed = TRY(options.ticket_keys->seal(bytes, now));
  if (sealed.empty()) return fail(Fault::crypto_failed, {"ticket_keys seals nothing"});
  return sealed;
}

Result<HelloCookie> open_cookie(Bytes sealed, const ServerOptions& options, std::string_view client_address) {
  auto now = options.environment.wall_clock();
  auto opened = options.ticket_keys->open(sealed, now);
  if (!opened) return fail(Fault::cookie_invalid, {"it is not ours, was altered, or is under a key that is gone"});
  auto cookie = wire::decode<HelloCookie>(*opened);
  if (!cookie || cookie->kind != HelloCookie::mark) {
    erase(*opened);   // it may be a session
    return fail(Fault::cookie_invalid, {"it is something else of ours"});
  }
  auto why_not = obstacle(*cookie, options, client_address, seconds_of(now));
  if (!why_not.empty()) return fail(Fault::cookie_invalid, {std::string(why_not)});
  return *std::move(cookie);
}

}  // namespace handfast

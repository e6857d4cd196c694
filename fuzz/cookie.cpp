// The cookie of a stateless retry, in the hands of one who can seal what it wants: whatever it becomes, the server goes on only
// with the hello and the choices that it was made for. And what parses as a cookie is written again to the same bytes.
#include <algorithm>

#include <handshake/cookie13.hpp>

#include "scenes.hpp"

using namespace handfast;

namespace {

/// Seals nothing, and remembers what it was given.
class Glass : public TicketProtector {
 public:
  std::chrono::seconds lifetime() const override { return std::chrono::hours(1); }
  Result<Buffer> seal(Bytes plaintext, std::chrono::system_clock::time_point) override {
    last.assign(plaintext.begin(), plaintext.end());
    return last;
  }
  std::optional<Buffer> open(Bytes ticket, std::chrono::system_clock::time_point) override {
    return Buffer(ticket.begin(), ticket.end());
  }
  Buffer last;
};

struct Table {
  std::shared_ptr<Glass> glass = std::make_shared<Glass>();
  std::shared_ptr<const ClientConfig> client = fuzz::sides(fuzz::Setting::tls13).client;
  std::shared_ptr<const ServerConfig> server;

  explicit Table(std::vector<Group> groups) {
    auto options = fuzz::options_of(fuzz::Setting::tls13).server;
    options.client_auth = ClientAuth::none;
    options.client_trust.reset();
    options.groups = std::move(groups);
    options.stateless_retry = true;
    options.tickets = false;
    options.ticket_keys = glass;
    server = fuzz::must(ServerConfig::make(std::move(options)));
  }
};

void read_as_cookie(Bytes bytes) {
  auto cookie = wire::decode<HelloCookie>(bytes);
  if (!cookie) return;
  Buffer again;
  if (!wire::encode(*cookie, again) || !std::ranges::equal(again, bytes)) std::abort();
}

/// Position and change of a byte, as often as there are two.
Buffer edited(Buffer cookie, Bytes script) {
  for (; script.size() >= 2; script = script.subspan(2)) cookie[script[0] % cookie.size()] ^= script[1];
  return cookie;
}

/// When it was made may be another moment of the last half minute.
bool means_the_same(const Buffer& cookie, const Buffer& other) {
  if (cookie.size() != other.size()) return false;
  for (size_t i = 0; i < cookie.size(); ++i)
    if (cookie[i] != other[i] && (i < 4 || i >= 12)) return false;
  return true;
}

void retry(const Table& table, Bytes script) {
  auto client = fuzz::must(Connection::client(table.client, "fuzz.example"));
  auto first = fuzz::must(Connection::server(table.server, {}));
  if (!fuzz::feed(first, fuzz::drain(client))) std::abort();
  const auto cookie = table.glass->last, other = edited(cookie, script);
  auto answer = fuzz::drain(first);
  auto place = std::ranges::search(answer, cookie);
  if (place.empty()) std::abort();
  std::ranges::copy(other, place.begin());
  fuzz::feed(client, answer);

  auto second = fuzz::must(Connection::server(table.server, {}));
  for (auto round = 0; round < 3; ++round) {
    fuzz::feed(second, fuzz::drain(client));
    fuzz::feed(client, fuzz::drain(second));
  }
  const bool connected = client.connected() && second.connected();
  if (connected != means_the_same(cookie, other) && (connected || cookie == other)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::restart_randomness();
  read_as_cookie(Bytes(data, size));
  static const Table asks_for_cookie({Group::x25519}), asks_for_share({Group::secp256r1});
  if (size > 0) retry(data[0] % 2 ? asks_for_cookie : asks_for_share, Bytes(data + 1, size - 1));
  return 0;
}

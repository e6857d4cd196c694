#include <handshake/session_shelf.hpp>

#include <algorithm>
#include <new>
#include <ranges>

#include <crypto/hash.hpp>
#include <wire/codec.hpp>

namespace handfast {
namespace {

constexpr std::string_view magic = "handfast sessions 1\n";
constexpr size_t checksum_size = 32;   // SHA-256: against damage, not against whoever may write the file
constexpr size_t most_of_a_server = 8;

/// One session as it is kept; newest first.
struct Entry {
  opaque_text<1, 65535> key;
  opaque<1, 0xffffff> session;
  Entry() = default;
  Entry(Entry&&) = default;
  ~Entry() { erase(session.bytes); }
  static void visit(auto& m, auto& v) { v("key", m.key)("session", m.session); }
};

std::unexpected<Error> damaged(const char* how) { return fail(Fault::session_malformed, {how}); }

}  // namespace

SessionShelf::Servers::iterator SessionShelf::find(const std::string& key) {
  return std::ranges::find(servers_, key, &Server::key);
}

void SessionShelf::put(const std::string& key, std::shared_ptr<const Session> session) {
  if (!session) return;
  auto server = find(key);
  if (server == servers_.end()) {
    servers_.push_front({key, {std::move(session)}});
    if (servers_.size() > limit_) servers_.pop_back();
    return;
  }
  servers_.splice(servers_.begin(), servers_, server);
  auto& sessions = server->sessions;
  const bool is_single = session->version() < Version::tls13;
  if (is_single || sessions.front()->version() != session->version()) sessions.clear();
  if (sessions.size() >= most_of_a_server) sessions.erase(sessions.begin());
  sessions.push_back(std::move(session));
}

std::shared_ptr<const Session> SessionShelf::take(const std::string& key) {
  auto server = find(key);
  if (server == servers_.end()) return nullptr;
  auto session = server->sessions.back();
  if (session->version() < Version::tls13) return session;
  server->sessions.pop_back();
  if (server->sessions.empty()) servers_.erase(server);
  return session;
}

bool SessionShelf::remove(const std::string& key) {
  auto server = find(key);
  if (server == servers_.end()) return false;
  servers_.erase(server);
  return true;
}

SecretBuffer SessionShelf::serialize(size_t most) const {
  std::vector<SecretBuffer> pieces;   // newest first, each of a server, so that no buffer is outgrown with secrets in it
  size_t size = magic.size() + checksum_size;
  for (const auto& server : servers_) {
    size_t needed = 0;
    std::vector<SecretBuffer> entries;
    for (const auto& session : server.sessions | std::views::reverse) {
      Entry entry;
      entry.key.text = server.key;
      entry.session.bytes = session->serialize();
      Buffer bytes;
      bytes.reserve(8 + server.key.size() + entry.session.bytes.size());
      if (!wire::encode(entry, bytes)) continue;   // longer than any session that was received
      entries.emplace_back(std::move(bytes));
      needed += entries.back().view().size();
    }
    if (needed > most - std::min(size, most)) break;
    size += needed;
    std::ranges::move(entries, std::back_inserter(pieces));
  }
  SecretBuffer all(size);
  auto out = all.writable();
  auto add = [&](Bytes bytes) {
    std::ranges::copy(bytes, out.begin());
    out = out.subspan(bytes.size());
  };
  add(as_bytes(magic));
  for (const auto& piece : pieces) add(piece.view());
  add(crypto::hash(crypto::HashAlgorithm::sha256, all.view().first(size - checksum_size)).view());
  return all;
}

Result<SessionShelf> SessionShelf::parse(Bytes bytes, size_t limit) try {
  if (!as_text(bytes).starts_with(magic)) return damaged("it does not begin with the line \"handfast sessions 1\"");
  if (bytes.size() < magic.size() + checksum_size) return damaged("its end is missing");
  const auto content = bytes.first(bytes.size() - checksum_size);
  if (!std::ranges::equal(crypto::hash(crypto::HashAlgorithm::sha256, content).view(), bytes.last(checksum_size)))
    return damaged("its checksum is wrong");
  SessionShelf shelf(limit);
  wire::Reader reader(content.subspan(magic.size()));
  while (!reader.empty()) {
    Entry entry;
    Entry::visit(entry, reader);
    if (reader.failed()) return damaged("its content is damaged");
    auto session = TRY(Session::parse(entry.session.bytes));
    auto server = shelf.find(entry.key.text);
    if (server == shelf.servers_.end()) {
      if (shelf.servers_.size() >= limit) continue;
      shelf.servers_.push_back({entry.key.text, {}});
      server = std::prev(shelf.servers_.end());
    }
    auto& sessions = server->sessions;
    const bool has_room = sessions.empty() || (session->version() == Version::tls13 && sessions.front()->version() == Version::tls13 &&
                                               sessions.size() < most_of_a_server);
    if (has_room) sessions.insert(sessions.begin(), std::move(session));
  }
  return shelf;
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

}  // namespace handfast

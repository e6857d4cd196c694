// session_cache.cpp: a server's sessions by session id: a list in order of use, and an index into it.
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include <base/secret.hpp>
#include <handfast/session.hpp>

namespace handfast {
namespace {

struct Entry {
  std::string id;
  SecretBuffer session;
  std::chrono::system_clock::time_point until;
};

}  // namespace

struct SessionCache::State {
  mutable std::mutex mutex;
  std::list<Entry> entries;   // most recently used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> index;   // by the entry's own id
  size_t limit;
  std::chrono::seconds lifetime;

  // Forgetting a session takes no memory: it has to work when there is none.
  void drop(std::string_view id) {
    auto found = index.find(id);
    if (found == index.end()) return;
    auto entry = found->second;
    index.erase(found);
    entries.erase(entry);
  }
};

SessionCache::SessionCache(size_t limit, std::chrono::seconds lifetime) : state_(std::make_unique<State>()) {
  state_->limit = limit;
  state_->lifetime = lifetime;
}

SessionCache::~SessionCache() = default;

void SessionCache::put(Bytes session_id, Buffer session, std::chrono::system_clock::time_point now) {
  SecretBuffer secret(std::move(session));
  std::lock_guard lock(state_->mutex);
  auto& entries = state_->entries;
  state_->drop(as_text(session_id));
  if (limit() == 0) return;
  if (entries.size() >= state_->limit) state_->drop(entries.back().id);
  std::list<Entry> added;
  added.push_back({std::string(as_text(session_id)), std::move(secret), now + state_->lifetime});
  state_->index.emplace(added.front().id, added.begin());
  entries.splice(entries.begin(), added);
}

std::optional<Buffer> SessionCache::find(Bytes session_id, std::chrono::system_clock::time_point now) {
  std::lock_guard lock(state_->mutex);
  auto found = state_->index.find(as_text(session_id));
  if (found == state_->index.end()) return {};
  auto entry = found->second;
  if (now >= entry->until) {
    state_->drop(found->first);
    return {};
  }
  state_->entries.splice(state_->entries.begin(), state_->entries, entry);
  auto bytes = entry->session.view();
  return Buffer(bytes.begin(), bytes.end());
}

void SessionCache::remove(Bytes session_id) {
  std::lock_guard lock(state_->mutex);
  state_->drop(as_text(session_id));
}

size_t SessionCache::limit() const { return state_->limit; }

size_t SessionCache::size() const {
  std::lock_guard lock(state_->mutex);
  return state_->entries.size();
}

}  // namespace handfast

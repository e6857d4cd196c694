// client_sessions.cpp: a client's sessions in memory.
#include <list>
#include <mutex>

#include <handfast/session.hpp>

namespace handfast {
namespace {

class InMemory : public ClientSessions {
 public:
  explicit InMemory(size_t limit) : limit_(limit) {}

  void put(const std::string& key, std::shared_ptr<const Session> session) override {
    std::lock_guard lock(mutex_);
    drop(key);
    entries_.emplace_front(key, std::move(session));
    if (entries_.size() > limit_) entries_.pop_back();
  }
  std::shared_ptr<const Session> find(const std::string& key) override {
    std::lock_guard lock(mutex_);
    for (auto& [name, session] : entries_)
      if (name == key) return session;
    return nullptr;
  }
  void remove(const std::string& key) override {
    std::lock_guard lock(mutex_);
    drop(key);
  }

 private:
  void drop(const std::string& key) {
    std::erase_if(entries_, [&](const auto& entry) { return entry.first == key; });
  }
  std::mutex mutex_;
  std::list<std::pair<std::string, std::shared_ptr<const Session>>> entries_;   // newest first; a few hundred at most
  size_t limit_;
};

}  // namespace

std::shared_ptr<ClientSessions> ClientSessions::in_memory(size_t limit) { return std::make_shared<InMemory>(limit); }

}  // namespace handfast

// client_sessions.cpp: a client's sessions in memory.
#include <mutex>

#include <handshake/session_shelf.hpp>

namespace handfast {
namespace {

class InMemory : public ClientSessions {
 public:
  explicit InMemory(size_t limit) : shelf_(limit) {}

  void put(const std::string& key, std::shared_ptr<const Session> session) override {
    std::lock_guard lock(mutex_);
    shelf_.put(key, std::move(session));
  }
  std::shared_ptr<const Session> take(const std::string& key) override {
    std::lock_guard lock(mutex_);
    return shelf_.take(key);
  }
  void remove(const std::string& key) override {
    std::lock_guard lock(mutex_);
    shelf_.remove(key);
  }

 private:
  std::mutex mutex_;
  SessionShelf shelf_;
};

}  // namespace

std::shared_ptr<ClientSessions> ClientSessions::in_memory(size_t limit) { return std::make_shared<InMemory>(limit); }

}  // namespace handfast

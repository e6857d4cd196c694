// client_sessions.cpp: a client's sessions in memory.
#include <algorithm>
#include <list>
#include <mutex>
#include <vector>

#include <handfast/session.hpp>

namespace handfast {
namespace {

constexpr size_t most_of_a_server = 8;

struct Server {
  std::string key;
  std::vector<std::shared_ptr<const Session>> sessions;   // of one version, newest last, never empty
};

class InMemory : public ClientSessions {
 public:
  explicit InMemory(size_t limit) : limit_(limit) {}

  void put(const std::string& key, std::shared_ptr<const Session> session) override {
    if (!session) return;
    std::lock_guard lock(mutex_);
    auto server = find(key);
    if (server == servers_.end()) {
      servers_.push_front({key, {std::move(session)}});
      if (servers_.size() > limit_) servers_.pop_back();
      return;
    }
    servers_.splice(servers_.begin(), servers_, server);
    auto& sessions = server->sessions;
    bool is_single = session->version() < Version::tls13;
    if (is_single || sessions.front()->version() != session->version()) sessions.clear();
    if (sessions.size() >= most_of_a_server) sessions.erase(sessions.begin());
    sessions.push_back(std::move(session));
  }
  std::shared_ptr<const Session> take(const std::string& key) override {
    std::lock_guard lock(mutex_);
    auto server = find(key);
    if (server == servers_.end()) return nullptr;
    auto session = server->sessions.back();
    if (session->version() < Version::tls13) return session;
    server->sessions.pop_back();
    if (server->sessions.empty()) servers_.erase(server);
    return session;
  }
  void remove(const std::string& key) override {
    std::lock_guard lock(mutex_);
    auto server = find(key);
    if (server != servers_.end()) servers_.erase(server);
  }

 private:
  using Servers = std::list<Server>;   // the one with the newest session first; a few hundred at most

  Servers::iterator find(const std::string& key) {
    return std::ranges::find(servers_, key, &Server::key);
  }
  std::mutex mutex_;
  Servers servers_;
  size_t limit_;
};

}  // namespace

std::shared_ptr<ClientSessions> ClientSessions::in_memory(size_t limit) { return std::make_shared<InMemory>(limit); }

}  // namespace handfast

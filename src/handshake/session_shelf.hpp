// session_shelf.hpp: a client's sessions, and their order: what a store in memory and one in a file have in common.
#pragma once

#include <list>
#include <vector>

#include <base/secret.hpp>
#include <handfast/session.hpp>

namespace handfast {

/// The newest sessions of each of so many servers: one of TLS 1.0 to 1.2, or up to eight of TLS 1.3. Not thread-safe.
class SessionShelf {
 public:
  explicit SessionShelf(size_t limit) : limit_(limit) {}

  void put(const std::string& key, std::shared_ptr<const Session> session);
  /// The newest, or null; one of TLS 1.3 is gone then.
  std::shared_ptr<const Session> take(const std::string& key);
  /// Whether there were any.
  bool remove(const std::string& key);

  /// All of it as bytes, which hold secrets; without the servers that were put longest ago where it would be more than `most` bytes.
  SecretBuffer serialize(size_t most = SIZE_MAX) const;
  /// What was serialized, up to `limit` servers of it. Fault::session_malformed.
  static Result<SessionShelf> parse(Bytes bytes, size_t limit);

 private:
  struct Server {
    std::string key;
    std::vector<std::shared_ptr<const Session>> sessions;   // of one version, newest last, never empty
  };
  using Servers = std::list<Server>;   // the one with the newest session first; a few hundred at most
  Servers::iterator find(const std::string& key);

  Servers servers_;
  size_t limit_;
};

}  // namespace handfast

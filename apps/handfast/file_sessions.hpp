// file_sessions.hpp: a client's sessions in a file, for any number of processes at once.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <handfast/session.hpp>

#include "outcome.hpp"

namespace handfast::app {

/// Whoever reads the file can read the connections that its sessions resume: it is for its owner alone (mode 0600) and not used
/// when it is not. Each change reads it and replaces it as a whole, under a lock (FILE.lock), so that no process loses what
/// another has kept, and a crash leaves the old file or the new one. Thread-safe.
class FileSessions : public ClientSessions {
 public:
  struct Options {
    std::string path{};
    size_t servers = 256;                      ///< the ones whose sessions are the oldest are left out
    size_t bytes = size_t{16} << 20;           ///< of the file
    std::function<void(const std::string&)> report{};   ///< a sentence about a file that cannot be used any more
  };
  /// A file that is not there is an empty store. The error says what is wrong with one that is, and what to do: others can read it,
  /// it belongs to somebody else, it is damaged.
  static Outcome<std::shared_ptr<FileSessions>> open(Options options);

  void put(const std::string& key, std::shared_ptr<const Session> session) override;
  /// None too when a session of TLS 1.3, which is for one connection, could not be taken out of the file.
  std::shared_ptr<const Session> take(const std::string& key) override;
  void remove(const std::string& key) override;

 private:
  explicit FileSessions(Options options) : options_(std::move(options)) {}
  /// `step` says whether it has changed the shelf; whether all went well.
  template <class Step>
  bool change(Step step);

  Options options_;
};

}  // namespace handfast::app

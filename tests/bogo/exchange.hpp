// exchange.hpp: one connection with the runner, from connect to close.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include <bogo/configuration.hpp>
#include <bogo/observer.hpp>
#include <bogo/socket.hpp>
#include <handfast/handfast.hpp>

namespace handfast::bogo {

/// Why a connection is not as it should be. Where it is the shim's own judgement it can never be what a test wants to see.
struct Failure {
  std::string what;
  bool is_judgement = false;
};
using Outcome = std::expected<void, Failure>;

class Exchange {
 public:
  /// `retry` holds from where a server has refused our early data. `offered`: the session to resume; null: none.
  Exchange(World& world, const Flags& flags, const Flags& retry, bool resuming, std::shared_ptr<const Session> offered)
      : world_(world), flags_(flags), retry_(retry), resuming_(resuming), offered_(std::move(offered)) {}

  Outcome run();
  /// The newest there is after run().
  std::shared_ptr<const Session> session() const { return connection_ ? connection_->session() : nullptr; }

 private:
  Outcome make();
  Outcome shake_hands();
  Outcome write_what_is_asked();
  Outcome echo_all();
  Outcome shut_down();
  Outcome export_keys();
  Outcome export_secrets();

  Outcome step();
  Outcome answer_signatures();
  Outcome echo_early();
  Outcome echo(Bytes data);
  Outcome write(Bytes data);
  Outcome flush();
  Outcome failed(const Error& error);

  World& world_;
  Flags flags_;
  const Flags& retry_;
  bool resuming_;
  std::shared_ptr<const Session> offered_;
  Observer seen_;
  std::optional<Connection> connection_{};
  std::optional<Socket> socket_{};
  bool early_offered_ = false, ended_ = false;
  size_t early_words_ = 0; ///< how much of the first words went as early data
  size_t held_back_ = 0;   ///< bytes at the end of output() that are not sent yet
  Buffer waiting_{};       ///< until can_write()
};

}  // namespace handfast::bogo

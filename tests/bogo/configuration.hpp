// configuration.hpp: from the runner's flags to a configuration.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include <bogo/flags.hpp>
#include <handfast/handfast.hpp>

namespace handfast::bogo {

/// The runner asks for what Handfast does not have: the shim says so by its exit code.
struct NotImplemented {
  std::string what;
};

/// What the connections of one run share.
struct World {
  /// The clock stands still but for what the runner tells to wait: tests of ages are exact then.
  std::chrono::system_clock::time_point now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::shared_ptr<TicketKeys> ticket_keys = std::make_shared<TicketKeys>();
  std::shared_ptr<SessionCache> session_cache = std::make_shared<SessionCache>();
  std::shared_ptr<StrikeRegister> strikes = StrikeRegister::in_memory({});
  std::deque<SigningRequest> to_sign;            ///< of the connection that there is
  std::map<std::string, Buffer, std::less<>> secrets;   ///< of the key log, by label
};

/// These name in `world` what they use: it must outlive the configuration.
/// `NotImplemented` is thrown.
Result<std::shared_ptr<const ClientConfig>> client_config(const Flags& flags, World& world);
Result<std::shared_ptr<const ServerConfig>> server_config(const Flags& flags, World& world);

/// The key of the flags, for who signs elsewhere.
Result<Buffer> sign(const Flags& flags, const SigningRequest& request, Version version);

}  // namespace handfast::bogo

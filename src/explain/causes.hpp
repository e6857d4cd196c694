// causes.hpp: what is known about the causes of failed connections, as tables.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <handfast/trace.hpp>

namespace handfast::explain {

/// What must have happened for a cause to be possible.
enum class Given : uint8_t {
  nothing,
  no_answer,              ///< no ServerHello yet
  answer,                 ///< hellos were exchanged
  client_certificate,     ///< the client was asked for a certificate and sent one
  no_client_certificate,  ///< the client was asked and sent none
};

/// On which side the change is to be made.
enum class Where : uint8_t { client, server, both, network };

struct Cause {
  std::string_view cause;
  Where where;
  std::string_view change;
  std::string_view peer_log{};  ///< how other stacks log this very cause, where the alert does not say it
};

/// A cause of a fault that we found ourselves.
struct FaultCause {
  Fault fault;
  std::optional<Side> our_side;  ///< none: either
  Cause cause;
};

/// A cause of an alert that the peer sent.
struct AlertCause {
  Alert alert;
  Side our_side;
  Given given;
  Cause cause;
};

/// What each stack prints when it receives an alert.
struct AlertLog {
  Alert alert;
  std::string_view openssl, gnutls, go, java;
};

/// Most likely first.
std::span<const FaultCause> fault_causes();
std::span<const AlertCause> alert_causes();
/// Null where nothing is known.
const AlertLog* alert_log(Alert alert);

}  // namespace handfast::explain

#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace handfast::chat {

/// IRCv3 capabilities that the server has.
enum class Capability : std::uint8_t {
  account_notify,  ///< true without effort: an account never changes while its connection lasts
  away_notify,
  cap_notify,
  echo_message,
  extended_join,
  invite_notify,
  multi_prefix,
  sasl,
  server_time,
  setname,
  standard_replies,
  userhost_in_names,
};

struct CapabilityRow {
  Capability capability;
  std::string_view name;
  std::string_view value;  ///< shown to those who ask with CAP LS 302
};

inline constexpr std::array<CapabilityRow, 12> capability_table{{
    {Capability::account_notify, "account-notify", ""},
    {Capability::away_notify, "away-notify", ""},
    {Capability::cap_notify, "cap-notify", ""},
    {Capability::echo_message, "echo-message", ""},
    {Capability::extended_join, "extended-join", ""},
    {Capability::invite_notify, "invite-notify", ""},
    {Capability::multi_prefix, "multi-prefix", ""},
    {Capability::sasl, "sasl", "EXTERNAL"},
    {Capability::server_time, "server-time", ""},
    {Capability::setname, "setname", ""},
    {Capability::standard_replies, "standard-replies", ""},
    {Capability::userhost_in_names, "userhost-in-names", ""},
}};

/// The capabilities that one member has asked for.
class CapabilitySet {
 public:
  bool has(Capability one) const { return (bits_ & bit(one)) != 0; }
  void set(Capability one, bool on) { bits_ = on ? bits_ | bit(one) : bits_ & ~bit(one); }

 private:
  static std::uint32_t bit(Capability one) { return 1U << static_cast<unsigned>(one); }
  std::uint32_t bits_ = 0;
};

}  // namespace handfast::chat

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "chat/commands.hpp"
#include "chat/names.hpp"

namespace handfast::chat {
namespace {

void send_cap(State& state, Member& member, std::string_view subcommand, std::string_view text) {
  state.send(member, format_line(state.config.name, "CAP", {member.shown_nick(), subcommand}, text));
}

std::string capability_list(bool with_values) {
  std::string list;
  for (const CapabilityRow& row : capability_table) {
    list += fmt::format("{}{}", list.empty() ? "" : " ", row.name);
    if (with_values && !row.value.empty()) list += fmt::format("={}", row.value);
  }
  return list;
}

std::string own_capabilities(const Member& member) {
  std::string list;
  for (const CapabilityRow& row : capability_table) {
    if (member.has(row.capability)) list += fmt::format("{}{}", list.empty() ? "" : " ", row.name);
  }
  return list;
}

/// Applies a CAP REQ list to `set`. False when one of it is unknown: then none of it holds.
bool apply_request(std::string_view list, CapabilitySet& set) {
  CapabilitySet wanted = set;
  while (!list.empty()) {
    std::string_view word = list.substr(0, list.find(' '));
    list.remove_prefix(std::min(word.size() + 1, list.size()));
    if (word.empty()) continue;
    const bool on = !word.starts_with('-');
    if (!on) word.remove_prefix(1);
    const auto row = std::ranges::find(capability_table, word, &CapabilityRow::name);
    if (row == capability_table.end()) return false;
    wanted.set(row->capability, on);
  }
  set = wanted;
  return true;
}

void request(State& state, Member& member, std::string_view list) {
  if (!member.registered) member.negotiating = true;
  CapabilitySet wanted = member.capabilities;
  // An ACK must repeat the whole list in one line: one that could not is refused.
  const bool fits = list.size() + state.config.name.size() + member.shown_nick().size() + 16 <= line_limit;
  if (!fits || !apply_request(list, wanted)) return send_cap(state, member, "NAK", list);
  member.capabilities = wanted;
  send_cap(state, member, "ACK", list);
}

/// Decodes base64 (RFC 4648 section 4); nothing when it is none.
std::optional<std::string> decode_base64(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  text.remove_suffix(padding);
  std::string bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>((bits >> count) & 0xFFU));
  }
  return bytes;
}

void choose_mechanism(State& state, Member& member, std::string_view mechanism) {
  if (!same_name(mechanism, "EXTERNAL")) {
    state.reply(member, rpl_saslmechs, {"EXTERNAL"});
    return state.reply(member, err_saslfail, {},
                       "SASL authentication failed: set the mechanism to EXTERNAL, your certificate is your login");
  }
  member.sasl_started = true;
  state.send(member, format_line("", "AUTHENTICATE", {"+"}));
}

/// RFC 4422 appendix A: the answer is the identity asked for, empty for the certificate's own.
void answer_external(State& state, Member& member, std::string_view answer) {
  member.sasl_started = false;
  const std::string& account = member.identity.account;
  const std::optional<std::string> wanted = answer == "+" ? std::string() : decode_base64(answer);
  if (!wanted) return state.reply(member, err_saslfail, {}, "SASL authentication failed: the answer is no base64");
  if (!wanted->empty() && !same_name(*wanted, account)) {
    return state.reply(member, err_saslfail, {},
                       fmt::format("SASL authentication failed: your certificate is that of account {}: leave the "
                                   "SASL user name empty or set it to {}",
                                   account, account));
  }
  member.sasl_done = true;
  const std::string mask = member.mask.empty() ? fmt::format("*!{}@{}", account, member.identity.host) : member.mask;
  state.reply(member, rpl_loggedin, {mask, account}, fmt::format("You are now logged in as {}", account));
  state.reply(member, rpl_saslsuccess);
}

}  // namespace

void handle_cap(State& state, Member& member, const Message& message) {
  const std::string_view subcommand = message.param(0);
  if (same_name(subcommand, "LS")) {
    if (!member.registered) member.negotiating = true;
    return send_cap(state, member, "LS", capability_list(message.param(1) >= "302" && message.param(1).size() == 3));
  }
  if (same_name(subcommand, "LIST")) return send_cap(state, member, "LIST", own_capabilities(member));
  if (same_name(subcommand, "REQ")) return request(state, member, message.param(1));
  if (same_name(subcommand, "END")) {
    member.negotiating = false;
    return try_register(state, member);
  }
  state.reply(member, err_invalidcapcmd, {subcommand});
}

void handle_authenticate(State& state, Member& member, const Message& message) {
  const std::string_view word = message.param(0);
  if (member.sasl_done) return state.reply(member, err_saslalready);
  if (word == "*") {
    member.sasl_started = false;
    return state.reply(member, err_saslaborted);
  }
  if (word.size() > 400) {
    member.sasl_started = false;
    return state.reply(member, err_sasltoolong);
  }
  if (!member.sasl_started) return choose_mechanism(state, member, word);
  answer_external(state, member, word);
}

}  // namespace handfast::chat

#include <fmt/format.h>

#include "chat/commands.hpp"
#include "chat/names.hpp"
#include "chat/split.hpp"

namespace handfast::chat {
namespace {

/// Targets of one PRIVMSG or NOTICE (TARGMAX in 005).
constexpr std::size_t targets_limit = 4;

constexpr char ctcp = '\x01';
constexpr std::string_view action =
    "\x01"
    "ACTION ";

/// One PRIVMSG or NOTICE on its way. A NOTICE is never answered with an error (RFC 2812 section 3.3.2).
struct Delivery {
  State& state;
  Member& from;
  std::string_view command;
  std::string_view text;
  bool answered;

  void refuse(const Numeric& numeric, std::string_view target, std::string_view why) const {
    if (answered) state.reply(from, numeric, {target}, why);
  }
};

/// The text in pieces that fit behind the sender's mask, each an action where the whole is one. Empty: it is another
/// CTCP request, which cannot be cut, and does not fit.
std::vector<std::string> pieces_of(const Delivery& delivery, std::string_view target) {
  const std::size_t start = delivery.from.mask.size() + delivery.command.size() + target.size() + 5;
  const std::size_t room = line_limit - start;
  std::string_view text = delivery.text;
  if (text.size() <= room) return {std::string(text)};
  const bool is_action = text.starts_with(action);
  if (text.starts_with(ctcp) && !is_action) return {};
  if (!is_action) {
    const auto pieces = split_text(text, room);
    return {pieces.begin(), pieces.end()};
  }
  text.remove_prefix(action.size());
  if (text.ends_with(ctcp)) text.remove_suffix(1);
  std::vector<std::string> result;
  for (const std::string_view piece : split_text(text, room - action.size() - 1)) {
    result.push_back(fmt::format("{}{}{}", action, piece, ctcp));
  }
  return result;
}

/// Hands each piece to `deliver`, and echoes it to the sender who asked for that.
template <typename Deliver>
void relay_pieces(const Delivery& delivery, std::string_view target, Deliver&& deliver) {
  const std::vector<std::string> pieces = pieces_of(delivery, target);
  if (pieces.empty()) {
    return delivery.refuse(err_inputtoolong, target, "CTCP message refused: too long with your mask before it");
  }
  for (const std::string& piece : pieces) {
    const Relay relay = delivery.state.relay(delivery.from.mask, delivery.command, {target}, piece);
    deliver(relay);
    if (delivery.from.has(Capability::echo_message)) delivery.state.send(delivery.from, relay);
  }
}

/// Why the member may not speak on the channel; empty when it may.
std::string_view silence_reason(const Channel& channel, const Member& member) {
  const Seat* const seat = channel.seat(member);
  if (seat != nullptr && (seat->op || seat->voice)) return {};
  if (seat == nullptr && channel.no_outsiders) return "Cannot send to channel: you are not on it (+n)";
  if (channel.moderated) return "Cannot send to channel: it is moderated (+m)";
  if (is_banned(channel, member)) return "Cannot send to channel: you are banned (+b)";
  return {};
}

void send_to_channel(const Delivery& delivery, std::string_view name) {
  const Channel* const channel = delivery.state.find_channel(name);
  if (channel == nullptr) return delivery.refuse(err_nosuchchannel, name, err_nosuchchannel.text);
  const std::string_view silence = silence_reason(*channel, delivery.from);
  if (!silence.empty()) return delivery.refuse(err_cannotsendtochan, channel->name, silence);
  relay_pieces(delivery, channel->name,
               [&](const Relay& relay) { delivery.state.broadcast(*channel, relay, &delivery.from); });
}

void send_to_nick(const Delivery& delivery, std::string_view nick) {
  Member* const target = delivery.state.find_nick(nick);
  if (target == nullptr) return delivery.refuse(err_nosuchnick, nick, err_nosuchnick.text);
  relay_pieces(delivery, target->nick, [&](const Relay& relay) { delivery.state.send(*target, relay); });
  if (target->away) delivery.refuse(rpl_away, target->nick, *target->away);
}

void send_to_targets(const Delivery& delivery, std::string_view targets) {
  for (std::size_t count = 0; !targets.empty(); ++count) {
    if (count == targets_limit) {
      return delivery.refuse(err_toomanytargets, targets,
                             fmt::format("Too many targets: at most {} in one message", targets_limit));
    }
    if (count > 0) delivery.state.charge(delivery.from, 1);
    const std::string_view target = take_item(targets);
    if (target.starts_with('#')) {
      send_to_channel(delivery, target);
    } else if (!target.empty()) {
      send_to_nick(delivery, target);
    }
  }
}

}  // namespace

void handle_privmsg(State& state, Member& member, const Message& message) {
  if (message.param(0).empty()) {
    return state.reply(member, err_norecipient, {}, "No recipient given (PRIVMSG)");
  }
  if (message.param(1).empty()) return state.reply(member, err_notexttosend);
  send_to_targets({state, member, "PRIVMSG", message.param(1), true}, message.param(0));
}

void handle_notice(State& state, Member& member, const Message& message) {
  if (!member.registered || message.param(0).empty() || message.param(1).empty()) return;
  send_to_targets({state, member, "NOTICE", message.param(1), false}, message.param(0));
}

void handle_away(State& state, Member& member, const Message& message) {
  const std::string_view text = message.param(0);
  if (text.empty()) {
    member.away.reset();
  } else {
    member.away = text.substr(0, utf8_prefix(text, reason_limit));
  }
  state.reply(member, member.away ? rpl_nowaway : rpl_unaway);
  state.broadcast_to_neighbours(
      member, member.away ? state.relay(member.mask, "AWAY", {}, *member.away) : state.relay(member.mask, "AWAY", {}),
      Capability::away_notify);
}

}  // namespace handfast::chat

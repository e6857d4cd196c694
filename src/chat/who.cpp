#include <fmt/format.h>

#include <algorithm>

#include "chat/commands.hpp"
#include "chat/names.hpp"
#include "chat/utf8.hpp"

namespace handfast::chat {
namespace {

/// Bytes of a mask that count: matching costs mask times text.
constexpr std::size_t who_mask_limit = 64;

/// Members that a mask is compared with for the price of one line.
constexpr std::size_t comparisons_per_token = 512;

/// What a WHO asks for: the plain form, or the fields of WHOX (`%tcuhnfdar,743`).
struct WhoQuery {
  std::string_view mask;
  bool extended = false;
  std::string_view fields;
  std::string_view token;
  bool operators_only = false;

  bool wants(char field) const { return fields.find(field) != std::string_view::npos; }
};

WhoQuery read_query(const Message& message) {
  WhoQuery query;
  query.mask = message.param(0);
  std::string_view options = message.param(1);
  const std::size_t percent = options.find('%');
  query.operators_only = options.substr(0, percent).find('o') != std::string_view::npos;
  if (percent == std::string_view::npos) return query;
  query.extended = true;
  options.remove_prefix(percent + 1);
  const std::size_t comma = options.find(',');
  query.fields = options.substr(0, comma);
  if (comma != std::string_view::npos) {
    const std::string_view token = options.substr(comma + 1);
    query.token = token.substr(0, utf8_prefix(token, 3));
  }
  return query;
}

std::string flags_of(const Member& viewer, const Member& member, const Seat* seat) {
  return fmt::format("{}{}", member.away ? 'G' : 'H', seat == nullptr ? "" : rank_prefix(*seat, viewer));
}

void send_plain(State& state, Member& viewer, const Member& member, std::string_view channel, const Seat* seat) {
  state.reply(viewer, rpl_whoreply,
              {channel, member.identity.account, member.identity.host, state.config.name, member.nick,
               flags_of(viewer, member, seat)},
              fmt::format("0 {}", member.real_name));
}

/// 354: the fields asked for, always in this order (IRCv3 WHOX).
void send_extended(State& state, Member& viewer, const WhoQuery& query, const Member& member, std::string_view channel,
                   const Seat* seat) {
  const auto idle = std::chrono::duration_cast<std::chrono::seconds>(state.now.steady - member.spoke.steady);
  const std::string fields[] = {std::string(query.token),
                                std::string(channel),
                                member.identity.account,
                                member.identity.host,
                                member.identity.host,
                                state.config.name,
                                member.nick,
                                flags_of(viewer, member, seat),
                                "0",
                                fmt::to_string(idle.count()),
                                member.identity.account,
                                "n/a"};
  constexpr std::string_view order = "tcuihsnfdlao";
  std::string line(rpl_whospcrpl.code);
  line += fmt::format(" {}", viewer.nick);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (query.wants(order[i])) line += fmt::format(" {}", fields[i].empty() ? "0" : fields[i]);
  }
  const bool real_name = query.wants('r');
  state.send(viewer, format_line(state.config.name, line, {},
                                 real_name ? std::optional<std::string_view>(member.real_name) : std::nullopt));
}

void send_one(State& state, Member& viewer, const WhoQuery& query, const Member& member, std::string_view channel,
              const Seat* seat) {
  if (query.operators_only) return;  // there are none
  if (query.extended) return send_extended(state, viewer, query, member, channel, seat);
  send_plain(state, viewer, member, channel, seat);
}

bool share_channel(const Member& one, const Member& other) {
  return std::ranges::any_of(one.channels, [&](const Channel* channel) { return channel->seat(other) != nullptr; });
}

void who_channel(State& state, Member& viewer, const WhoQuery& query) {
  const Channel* const channel = state.find_channel(query.mask);
  if (channel == nullptr || !channel->visible_to(viewer)) return;
  const bool inside = channel->seat(viewer) != nullptr;
  for (const auto& [id, seat] : channel->seats) {
    if (inside || !seat.member->invisible) send_one(state, viewer, query, *seat.member, channel->name, &seat);
  }
}

void who_mask(State& state, Member& viewer, const WhoQuery& query) {
  const std::string_view mask = query.mask.empty() || query.mask == "0" ? "*" : query.mask.substr(0, who_mask_limit);
  state.charge(viewer, state.members.size() / comparisons_per_token);
  for (const auto& [id, member] : state.members) {
    if (!member->registered) continue;
    const bool hit = matches(mask, member->nick) || matches(mask, member->identity.account) ||
                     matches(mask, member->identity.host) || matches(mask, member->real_name);
    if (!hit) continue;
    if (member->invisible && member.get() != &viewer && !share_channel(viewer, *member)) continue;
    send_one(state, viewer, query, *member, "*", nullptr);
  }
}

}  // namespace

void handle_who(State& state, Member& member, const Message& message) {
  const WhoQuery query = read_query(message);
  if (query.mask.starts_with('#')) {
    who_channel(state, member, query);
  } else if (const Member* const target = state.find_nick(query.mask)) {
    send_one(state, member, query, *target, "*", nullptr);
  } else {
    who_mask(state, member, query);
  }
  state.reply(member, rpl_endofwho, {query.mask.empty() ? "*" : query.mask});
}

}  // namespace handfast::chat

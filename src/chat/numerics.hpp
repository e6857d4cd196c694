#pragma once

#include <string_view>

namespace handfast::chat {

/// A numeric reply: its code as sent and the text that ends it, where that is always the same.
struct Numeric {
  std::string_view code;
  std::string_view text = {};
};

// Replies, named as in RFC 2812 section 5 and modern.ircdocs.horse.
inline constexpr Numeric rpl_welcome{"001"};
inline constexpr Numeric rpl_yourhost{"002"};
inline constexpr Numeric rpl_created{"003"};
inline constexpr Numeric rpl_myinfo{"004"};
inline constexpr Numeric rpl_isupport{"005", "are supported by this server"};
inline constexpr Numeric rpl_umodeis{"221"};
inline constexpr Numeric rpl_luserclient{"251"};
inline constexpr Numeric rpl_luserop{"252", "operator(s) online"};
inline constexpr Numeric rpl_luserunknown{"253", "unknown connection(s)"};
inline constexpr Numeric rpl_luserchannels{"254", "channels formed"};
inline constexpr Numeric rpl_luserme{"255"};
inline constexpr Numeric rpl_localusers{"265"};
inline constexpr Numeric rpl_globalusers{"266"};
inline constexpr Numeric rpl_whoiscertfp{"276"};
inline constexpr Numeric rpl_away{"301"};
inline constexpr Numeric rpl_userhost{"302"};
inline constexpr Numeric rpl_ison{"303"};
inline constexpr Numeric rpl_unaway{"305", "You are no longer marked as being away"};
inline constexpr Numeric rpl_nowaway{"306", "You have been marked as being away"};
inline constexpr Numeric rpl_whoisuser{"311"};
inline constexpr Numeric rpl_whoisserver{"312"};
inline constexpr Numeric rpl_whowasuser{"314"};
inline constexpr Numeric rpl_endofwho{"315", "End of WHO list"};
inline constexpr Numeric rpl_whoisidle{"317", "seconds idle, signon time"};
inline constexpr Numeric rpl_endofwhois{"318", "End of WHOIS list"};
inline constexpr Numeric rpl_whoischannels{"319"};
inline constexpr Numeric rpl_liststart{"321", "Users  Name"};
inline constexpr Numeric rpl_list{"322"};
inline constexpr Numeric rpl_listend{"323", "End of LIST"};
inline constexpr Numeric rpl_channelmodeis{"324"};
inline constexpr Numeric rpl_creationtime{"329"};
inline constexpr Numeric rpl_whoisaccount{"330", "is logged in as"};
inline constexpr Numeric rpl_notopic{"331", "No topic is set"};
inline constexpr Numeric rpl_topic{"332"};
inline constexpr Numeric rpl_topicwhotime{"333"};
inline constexpr Numeric rpl_inviting{"341"};
inline constexpr Numeric rpl_version{"351"};
inline constexpr Numeric rpl_whoreply{"352"};
inline constexpr Numeric rpl_namreply{"353"};
inline constexpr Numeric rpl_whospcrpl{"354"};
inline constexpr Numeric rpl_endofnames{"366", "End of NAMES list"};
inline constexpr Numeric rpl_banlist{"367"};
inline constexpr Numeric rpl_endofbanlist{"368", "End of channel ban list"};
inline constexpr Numeric rpl_endofwhowas{"369", "End of WHOWAS"};
inline constexpr Numeric rpl_motd{"372"};
inline constexpr Numeric rpl_motdstart{"375"};
inline constexpr Numeric rpl_endofmotd{"376", "End of MOTD command"};
inline constexpr Numeric rpl_time{"391"};
inline constexpr Numeric rpl_whoissecure{"671", "is using a secure connection"};
inline constexpr Numeric rpl_loggedin{"900"};
inline constexpr Numeric rpl_saslsuccess{"903", "SASL authentication successful"};

// Errors.
inline constexpr Numeric err_nosuchnick{"401", "No such nick or channel"};
inline constexpr Numeric err_nosuchserver{"402", "No such server"};
inline constexpr Numeric err_nosuchchannel{"403", "No such channel"};
inline constexpr Numeric err_cannotsendtochan{"404"};
inline constexpr Numeric err_toomanychannels{"405"};
inline constexpr Numeric err_wasnosuchnick{"406", "There was no such nick"};
inline constexpr Numeric err_toomanytargets{"407"};
inline constexpr Numeric err_noorigin{"409", "No origin specified"};
inline constexpr Numeric err_invalidcapcmd{"410", "Invalid CAP subcommand: LS, LIST, REQ and END are known"};
inline constexpr Numeric err_norecipient{"411"};
inline constexpr Numeric err_notexttosend{"412", "No text to send"};
inline constexpr Numeric err_inputtoolong{"417"};
inline constexpr Numeric err_unknowncommand{"421", "Unknown command"};
inline constexpr Numeric err_nomotd{"422", "There is no message of the day"};
inline constexpr Numeric err_nonicknamegiven{"431", "No nickname given"};
inline constexpr Numeric err_erroneusnickname{"432"};
inline constexpr Numeric err_nicknameinuse{"433"};
inline constexpr Numeric err_usernotinchannel{"441", "They are not on that channel"};
inline constexpr Numeric err_notonchannel{"442", "You are not on that channel"};
inline constexpr Numeric err_useronchannel{"443", "is already on that channel"};
inline constexpr Numeric err_notregistered{"451", "You have not registered: send NICK and USER first"};
inline constexpr Numeric err_needmoreparams{"461", "Not enough parameters"};
inline constexpr Numeric err_alreadyregistered{"462", "You are already registered"};
inline constexpr Numeric err_keyset{"467", "The key has spaces or commas, or is too long"};
inline constexpr Numeric err_channelisfull{"471", "Cannot join channel: it is full (+l)"};
inline constexpr Numeric err_unknownmode{"472", "is no channel mode that this server knows"};
inline constexpr Numeric err_inviteonlychan{"473", "Cannot join channel: it takes an invitation (+i)"};
inline constexpr Numeric err_bannedfromchan{"474", "Cannot join channel: you are banned (+b)"};
inline constexpr Numeric err_badchannelkey{"475", "Cannot join channel: its key is another (+k)"};
inline constexpr Numeric err_badchanmask{"476"};
inline constexpr Numeric err_banlistfull{"478", "The channel's ban list is full"};
inline constexpr Numeric err_noprivileges{"481", "Permission denied: this server has no operators"};
inline constexpr Numeric err_chanoprivsneeded{"482", "You are no operator of that channel"};
inline constexpr Numeric err_nooperhost{"491", "This server has no operators"};
inline constexpr Numeric err_umodeunknownflag{"501", "Unknown user mode: only i is known"};
inline constexpr Numeric err_usersdontmatch{"502", "Modes of other users can be neither seen nor changed"};
inline constexpr Numeric err_saslfail{"904"};
inline constexpr Numeric err_sasltoolong{"905", "SASL message too long"};
inline constexpr Numeric err_saslaborted{"906", "SASL authentication aborted"};
inline constexpr Numeric err_saslalready{"907", "You have already authenticated using SASL"};
inline constexpr Numeric rpl_saslmechs{"908", "are the available SASL mechanisms"};

}  // namespace handfast::chat

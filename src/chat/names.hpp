#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace handfast::chat {

/// Limits that the server states in RPL_ISUPPORT (005), in bytes.
inline constexpr std::size_t nick_limit = 32;
inline constexpr std::size_t channel_limit = 64;
inline constexpr std::size_t host_limit = 63;
inline constexpr std::size_t topic_limit = 300;
inline constexpr std::size_t reason_limit = 200;  ///< of PART, QUIT, KICK and AWAY
inline constexpr std::size_t real_name_limit = 120;
inline constexpr std::size_t key_limit = 32;
inline constexpr std::size_t mask_limit = 128;

/// The form in which names are compared: A-Z as a-z, nothing else changed (CASEMAPPING=ascii).
std::string fold(std::string_view name);

/// Whether two names are the same under CASEMAPPING=ascii.
bool same_name(std::string_view one, std::string_view other);

/// RFC 2812 section 2.3.1: a letter or one of []\`_^{|} first, then those, digits and '-'; at most nick_limit bytes.
bool legal_nick(std::string_view name);

/// '#' and at least one byte more, at most channel_limit; no space, comma, control character; UTF-8 is welcome.
bool legal_channel(std::string_view name);

/// Whether `text` matches a mask in which '*' stands for any bytes and '?' for one; without case.
bool matches(std::string_view mask, std::string_view text);

/// Completes a ban mask to nick!user@host: `bob` is bob!*@*, `x@host` is *!x@host.
std::string complete_mask(std::string_view mask);

}  // namespace handfast::chat

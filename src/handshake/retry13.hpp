// retry13.hpp: the server's HelloRetryRequest (RFC 8446 section 4.1.4), and one that leaves nothing behind: what would be
// remembered of the first hello is in its cookie (section 4.2.2).
#pragma once

#include <handfast/config.hpp>
#include <handshake/choose.hpp>
#include <handshake/link.hpp>

namespace handfast {

/// What a second hello is held against.
struct Retry {
  const catalog::SuiteRow* suite = nullptr;
  std::optional<Group> group{};   ///< of which a share was asked for
  Buffer unchanged{};             ///< SHA-256 of the hello without what a second one may change
};

/// Asks for a share of the group that was chosen. The first hello stands in the transcript as its hash from here on.
Result<Retry> send_retry(Link& link, const messages::ClientHello& hello, const Choice13& choice);
/// RFC 8446 section 4.1.2, for the last message of the transcript. Fault::second_hello_changed, Fault::key_share_missing.
Result<> check_second_hello(const Link& link, const Retry& retry, const Received<messages::ClientHello>& second);

/// Asks for a second hello with a cookie, and forgets the first, which is all of the transcript.
Result<> send_stateless_retry(Link& link, const ServerOptions& options, const messages::ClientHello& hello, const Choice13& choice);
/// What was remembered in the cookie of this hello, which is all of the transcript: that is then as if we had remembered it
/// ourselves. None for a hello without a cookie, and where none was ever given. Fault::cookie_invalid.
Result<std::optional<Retry>> recall_retry(Link& link, const ServerOptions& options, const messages::ClientHello& hello);
/// To a stateless retry on this connection a cookie comes back. Fault::cookie_invalid.
Result<> check_has_cookie(const messages::ClientHello& second);

}  // namespace handfast

// cookie13.hpp: all that a server remembers of a first ClientHello when it keeps nothing itself (RFC 8446 section 4.2.2).
#pragma once

#include <handfast/config.hpp>
#include <handshake/session_state.hpp>

namespace handfast {

/// What a cookie has in it, sealed by the keys of the tickets. Its first field tells it from a session that they have sealed.
struct HelloCookie {
  static constexpr uint32_t mark = 0x48524b31;
  uint32_t kind = mark;
  uint64_t made = 0;              ///< seconds since 1970
  Suite suite{};
  Group group{};                  ///< of which a share was asked for; 0: none was
  opaque<32, 64> first_hello;     ///< its hash, by the hash of the suite
  opaque<32, 32> unchanged;       ///< SHA-256 of the hello without what a second one may change
  opaque<32, 32> client_address;  ///< SHA-256 of AcceptOptions::client_address
  static void visit(auto& m, auto& v) {
    v("kind", m.kind)("made", m.made)("suite", m.suite)("group", m.group)("first_hello", m.first_hello)(
        "unchanged", m.unchanged)("client_address", m.client_address);
  }
};

/// Fills in when and for whom it is made, and seals it.
Result<Buffer> seal_cookie(HelloCookie cookie, const ServerOptions& options, std::string_view client_address);

/// A cookie of ours, not too old, for this address, of a suite of TLS 1.3 that we have. Fault::cookie_invalid says what it is not.
Result<HelloCookie> open_cookie(Bytes sealed, const ServerOptions& options, std::string_view client_address);

/// SHA-256.
Buffer sha256_of(Bytes bytes);

}  // namespace handfast

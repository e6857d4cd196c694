// session_state.hpp: what a session holds, on either side, and its bytes.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <variant>

#include <base/secret.hpp>
#include <handfast/config.hpp>
#include <handfast/identity.hpp>
#include <handfast/session.hpp>
#include <keys/prf12.hpp>
#include <wire/codec.hpp>

namespace handfast {

/// A PeerIdentity as bytes.
struct PeerRecord {
  uint8_t flags = 0;   ///< 1 verified, 2 a raw public key, 4 stapled
  blocks<1, 0xffffff, 0, 0xffffff> chain;
  opaque_text<0, 65535> subject, issuer, common_name, sha256;
  blocks<0, 65535, 0, 0xffffff, true> names;
  static void visit(auto& m, auto& v) {
    v("flags", m.flags)("chain", m.chain)("subject", m.subject)("issuer", m.issuer)("common_name", m.common_name)(
        "sha256", m.sha256)("names", m.names);
  }
};
PeerRecord record_of(const PeerIdentity* peer);
/// Null for a peer without certificates.
std::shared_ptr<const PeerIdentity> identity_of(const PeerRecord& record);

/// What both sides keep of a session of TLS 1.0 to 1.2; only sessions with extended master secret are kept (RFC 7627 section 5.3).
struct Session12 {
  Version version = Version::tls12;
  Suite suite{};
  std::array<uint8_t, 48> master_secret{};
  opaque<0, 32> configuration;        ///< fingerprint of the configuration that it was made under
  opaque_text<0, 65535> server_name;
  uint64_t made = 0;                  ///< seconds since 1970
  uint64_t expires = 0;
  PeerRecord peer;
  opaque_text<0, 65535> external_psk;   ///< whose key authenticated both sides; empty: certificates did, or nobody
  opaque<0, 32> psk_hash;               ///< of a server: of that key; empty: it cannot be looked up again, and nothing is resumed

  Session12() = default;
  Session12(Session12&&) = default;
  Session12& operator=(Session12&&) = default;
  ~Session12() { erase(master_secret); }
  keys::MasterSecret master() const { return keys::MasterSecret(Bytes(master_secret)); }

  static void visit(auto& m, auto& v) {
    v("version", m.version)("suite", m.suite)("master_secret", m.master_secret)("configuration", m.configuration)(
        "server_name", m.server_name)("made", m.made)("expires", m.expires)("peer", m.peer)(
        "external_psk", m.external_psk)("psk_hash", m.psk_hash);
  }
};

/// A pre-shared key, as long as the hash of its suite.
struct PskBytes : opaque<32, 48> {
  PskBytes() = default;
  PskBytes(PskBytes&&) noexcept = default;
  PskBytes& operator=(PskBytes&& other) noexcept {
    erase(bytes);
    bytes.swap(other.bytes);
    return *this;
  }
  ~PskBytes() { erase(bytes); }
};

/// What both sides keep of a TLS 1.3 session (RFC 8446 section 4.6.1).
struct Session13 {
  Version version = Version::tls13;
  Suite suite{};
  PskBytes psk;
  opaque<0, 32> configuration;        ///< fingerprint of the configuration that it was made under
  opaque_text<0, 65535> server_name;
  opaque_text<0, 255> alpn;           ///< early data is for this protocol alone (RFC 8446 section 4.2.10)
  uint64_t made = 0;                  ///< milliseconds since 1970: when the ticket was sent, or came
  uint64_t expires = 0;               ///< seconds since 1970
  uint32_t age_add = 0;
  uint32_t max_early_data = 0;        ///< bytes; 0: no early data with it
  PeerRecord peer;

  static void visit(auto& m, auto& v) {
    v("version", m.version)("suite", m.suite)("psk", m.psk)("configuration", m.configuration)(
        "server_name", m.server_name)("alpn", m.alpn)("made", m.made)("expires", m.expires)("age_add", m.age_add)(
        "max_early_data", m.max_early_data)("peer", m.peer);
  }
};

/// Seven days, in seconds: no TLS 1.3 ticket is good for longer (RFC 8446 section 4.6.1).
inline constexpr uint64_t longest_ticket_lifetime = 604800;

/// A client keeps no longer one: with it in, the next ClientHello must still fit what servers take.
inline constexpr size_t longest_ticket = 32768;
/// A server gives and takes no longer one: a hello with it, and all else that clients say, must fit its own limit.
constexpr size_t longest_given_ticket(const Limits& limits) {
  constexpr size_t all_else = 4096;
  const auto longest_hello = std::min(limits.client_hello, limits.handshake_message);
  return std::min(longest_ticket, longest_hello - std::min(all_else, longest_hello));
}

/// The client adds what it shows to the server.
struct ClientSession12 {
  Session12 common;
  opaque<0, 32> session_id;
  opaque<0, 65535> ticket;
  opaque_text<0, 65535> server_name_indication;   ///< must be the same again (RFC 6066 section 3)
  uint8_t client_certificate_sent = 0;
  static void visit(auto& m, auto& v) {
    v("common", m.common)("session_id", m.session_id)("ticket", m.ticket)(
        "server_name_indication", m.server_name_indication)("client_certificate_sent", m.client_certificate_sent);
  }
};

struct ClientSession13 {
  Session13 common;
  opaque<1, 65535> ticket;
  opaque_text<0, 65535> server_name_indication;
  uint8_t client_certificate_sent = 0;
  static void visit(auto& m, auto& v) {
    v("common", m.common)("ticket", m.ticket)("server_name_indication", m.server_name_indication)(
        "client_certificate_sent", m.client_certificate_sent);
  }
};

struct Session::State {
  std::variant<ClientSession12, ClientSession13> of;
};
/// Null where the session has another version.
inline const ClientSession12* session12(const Session& session) { return std::get_if<ClientSession12>(&session.state().of); }
inline const ClientSession13* session13(const Session& session) { return std::get_if<ClientSession13>(&session.state().of); }

/// Encodes without leaving the secret in buffers that were outgrown.
Result<SecretBuffer> encode_session(const Session12& session);
Result<SecretBuffer> encode_session(const Session13& session);

/// Since 1970; 0 for what was before.
uint64_t seconds_of(std::chrono::system_clock::time_point time);
uint64_t milliseconds_of(std::chrono::system_clock::time_point time);

}  // namespace handfast

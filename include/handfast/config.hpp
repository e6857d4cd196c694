// config.hpp: what we offer and require. Built and checked once, then shared by any number of connections and threads.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <handfast/identity.hpp>
#include <handfast/names.hpp>
#include <handfast/psk.hpp>
#include <handfast/result.hpp>
#include <handfast/session.hpp>
#include <handfast/trace.hpp>

namespace handfast {

/// Where time and randomness come from; tests give their own. Called from the threads of all connections.
struct Environment {
  std::function<std::chrono::system_clock::time_point()> wall_clock = [] { return std::chrono::system_clock::now(); };
  std::function<std::chrono::steady_clock::time_point()> steady_clock = [] { return std::chrono::steady_clock::now(); };
  /// Fills with secure random bytes; false when it cannot. Unset: libcrypto's generator.
  std::function<bool(std::span<uint8_t>)> random{};
};

/// Bounds on what a peer may make us hold or do. SECURITY.md lists them with those that are not for the application to change, and
/// says what comes of each.
struct Limits {
  /// Bytes of a ClientHello, and of every other message of a client that was not asked for a certificate. Real hellos have 200 to
  /// 2500 and the length of a ticket, which we make 4096 bytes shorter than this at most.
  size_t client_hello = 12288;
  size_t handshake_message = 65536;        ///< bytes of one handshake message, as it comes and decompressed; chains may be long
  size_t handshake = 131072;               ///< bytes of all messages of the peer in one handshake
  size_t chain_length = 10;                ///< certificates in a peer's chain
  size_t pre_shared_keys = 8;              ///< of those that a ClientHello offers: how many are looked at, from the first on
  size_t tickets = 64;                     ///< that a server may give on one connection
  size_t warning_alerts = 4;               ///< in a row
  size_t empty_records = 32;               ///< in a row
  size_t change_cipher_specs = 8;          ///< of a TLS 1.3 handshake, where they say nothing
  size_t key_updates = 32;                 ///< without application data between them
  size_t certificate_requests = 32;        ///< after the handshake, on one connection
  size_t renegotiation_requests = 8;       ///< answered with no_renegotiation on one connection
  size_t renegotiations = 4;               ///< that the peer may start on one connection, where it may at all
  std::chrono::milliseconds handshake_time = std::chrono::seconds(30);
};

/// Old behaviour that can be named when a peer needs it; each costs security.
struct Legacy {
  /// TLS 1.0 and 1.1 (RFC 8996 tells against them): records with the padding oracles of CBC, signatures with SHA-1.
  bool tls10 = false, tls11 = false;
  /// DHE with a server whose group has 1024 to 2047 bits: within reach of who can afford to compute (Logjam, CVE-2015-4000).
  bool small_finite_fields = false;
  /// Talk to a peer without RFC 5746: an attacker may have put bytes in front of ours (CVE-2009-3555).
  bool accept_peer_without_secure_renegotiation = false;
};

/// What gives the protection of TLS away, for tests, courses and devices that cannot do more. Suites are still to be named.
struct Unsafe {
  bool anonymous = false;      ///< DH_anon and ECDH_anon: nobody proves who they are
  bool no_encryption = false;  ///< NULL suites: everybody on the way reads along
};

/// A new handshake on a connection of TLS 1.2 or older (RFC 5746). What the application asks for itself is possible with every peer
/// that has RFC 5746, and with no other; this is about what the peer asks for.
struct Renegotiation {
  bool allow_peer = false;             ///< else it is answered with the warning no_renegotiation
  /// The peer may come out of it with another certificate or pre-shared key than before, or with none: what it said before and what
  /// it says after it may then be of two. Who has shown none before may always show one.
  bool allow_identity_change = false;
};

/// What both roles have in common. Lists are in order of preference; an empty list means the default.
struct CommonOptions {
  std::vector<Version> versions{};
  std::vector<Suite> suites{};             ///< no forward secrecy or no AEAD only when named; Legacy::tls10/11 bring ECDHE with CBC
  std::vector<Group> groups{};
  std::vector<Scheme> schemes{};
  /// For signatures in certificates (signature_algorithms_cert); empty: as schemes.
  std::vector<Scheme> certificate_schemes{};
  /// Ways to compress a Certificate message in TLS 1.3 (RFC 8879); empty: none.
  std::vector<CertificateCompression> certificate_compressions{};
  std::vector<std::string> alpn{};  ///< protocol names, e.g. "h2", "http/1.1"
  bool require_extended_master_secret = false;
  bool encrypt_then_mac = true;  ///< RFC 7366, for CBC suites
  /// Bytes of a protected record's plaintext that we take, 64 to 16385 (RFC 8449; TLS 1.3 counts content type and padding). 0: as much
  /// as there can be, and a client does not speak of it. The peer's limit is kept in any case.
  size_t record_size_limit = 0;
  size_t record_padding = 0;  ///< TLS 1.3: records are padded to a multiple of this many bytes; 0: not at all
  /// How long the verdict on a peer's chain serves other connections with the same trust store, name and purpose; it never
  /// outlives a certificate of the chain or a revocation list. 0: every chain is verified anew.
  std::chrono::seconds verified_chain_lifetime = std::chrono::minutes(5);
  /// TLS 1.3: resume and use external keys without a key exchange too (psk_ke): who learns the key later reads it all.
  bool allow_psk_without_dhe = false;
  /// TLS 1.3: offered by a client in this order, known to a server. In TLS 1.2 and before the PSK suites use them, where named:
  /// a client has one identity there, the first or what choose_psk says.
  std::vector<ExternalPsk> external_psks{};
  Renegotiation renegotiation{};
  Legacy legacy{};
  Unsafe unsafe{};
  Limits limits{};
  Environment environment{};
  std::shared_ptr<KeyLog> key_log{};
};

struct ClientOptions : CommonOptions {
  std::optional<TrustStore> trust{};       ///< unset: the system's store
  std::vector<Identity> identities{};      ///< the first that the server can verify is shown when it asks
  std::shared_ptr<ClientSessions> sessions{};  ///< unset: no resumption but by ConnectOptions::session
  bool tickets = true;                         ///< take tickets, and offer the one there is
  /// TLS 1.3: those of `groups` of which the first hello has a share; empty: the first hybrid one and the first other one.
  std::vector<Group> key_shares{};
  bool grease = true;                   ///< RFC 8701: values that no server may mind
  bool middlebox_compatibility = true;  ///< RFC 8446 section D.4: look like a TLS 1.2 resumption
  bool post_handshake_auth = false;     ///< may be asked for a certificate after the handshake
  /// Bytes of a record's content that the server may send and we then send too, of the handshake as well: 512, 1024, 2048 or 4096
  /// (RFC 6066 section 4). Old and coarse beside record_size_limit, which wins where a server has both. 0: not asked for.
  size_t max_fragment_length = 0;
  bool request_staple = false;          ///< ask for a stapled OCSP response; one that comes must be good
  bool require_staple = false;          ///< and one must come
  bool request_sct = false;             ///< ask for signed certificate timestamps
  PskChoice choose_psk{};               ///< TLS 1.2 and before: by the server's hint; unset: the first of external_psks
};

/// Whether a server asks for a client's certificate in the handshake. With `require` a client without one is refused, unless it has
/// an external key (ExternalPsk): that authenticates it, and no certificate is asked for (RFC 8446 section 4.3.2).
enum class ClientAuth : uint8_t { none, request, require };

struct ServerOptions : CommonOptions {
  std::vector<Identity> identities{};      ///< chosen by server name, then by what the client can verify; the first is the default
  bool refuse_unknown_names = false;       ///< unrecognized_name when no identity has the asked-for name
  ClientAuth client_auth = ClientAuth::none;
  std::optional<TrustStore> client_trust{};    ///< needed with request, require and post_handshake_auth
  /// client_trust is for Connection::request_client_certificate(), if not for the handshake.
  bool post_handshake_auth = false;
  /// TLS 1.3: every client must say hello a second time, with a cookie, sealed by ticket_keys, that holds all that is remembered of
  /// the first; so the second hello may come to another connection, or to another server with the same keys. A cookie is good for
  /// as long as a handshake may take. Early data is refused then.
  bool stateless_retry = false;
  bool tickets = true;
  size_t ticket_count = 2;                        ///< TLS 1.3: after a full handshake; after a resumption it is one
  std::optional<EarlyDataPolicy> early_data{};    ///< unset: early data is refused
  PskLookup find_external_psk{};                  ///< for identities that are not in external_psks
  PskCallback find_psk_later{};                   ///< TLS 1.2 and before: for identities that nothing above knows
  std::string psk_identity_hint{};                ///< TLS 1.2 and before: helps clients to choose (RFC 4279 section 2); empty: none
  std::shared_ptr<TicketProtector> ticket_keys{};  ///< unset: keys of this configuration alone
  std::shared_ptr<SessionCache> session_cache{};  ///< unset: a small one of this configuration alone
};

class BufferPool;

/// A checked client configuration.
class ClientConfig {
 public:
  /// The error names the option that is wrong and what to do.
  static Result<std::shared_ptr<const ClientConfig>> make(ClientOptions options);
  const ClientOptions& options() const { return options_; }
  BufferPool& pool() const { return *pool_; }
  /// What sessions are bound to: trust and identities.
  const Buffer& fingerprint() const { return fingerprint_; }
  ~ClientConfig();

 private:
  ClientConfig(ClientOptions options, std::unique_ptr<BufferPool> pool, Buffer fingerprint);
  ClientOptions options_;
  std::unique_ptr<BufferPool> pool_;
  Buffer fingerprint_;
};

/// A checked server configuration. To replace certificates or trust while running, make a new one (with the same ticket
/// keys) and give it to new connections; those that exist keep theirs.
class ServerConfig {
 public:
  static Result<std::shared_ptr<const ServerConfig>> make(ServerOptions options);
  const ServerOptions& options() const { return options_; }
  BufferPool& pool() const { return *pool_; }
  /// What sessions are bound to: identities, client authentication and its trust.
  const Buffer& fingerprint() const { return fingerprint_; }
  ~ServerConfig();

 private:
  ServerConfig(ServerOptions options, std::unique_ptr<BufferPool> pool, Buffer fingerprint);
  ServerOptions options_;
  std::unique_ptr<BufferPool> pool_;
  Buffer fingerprint_;
};

}  // namespace handfast

// client.hpp: the client's handshakes.
#pragma once

#include <memory>

#include <crypto/key_exchange.hpp>
#include <handfast/config.hpp>
#include <handshake/flow.hpp>
#include <handshake/keys12.hpp>
#include <handshake/offer_psk.hpp>
#include <handshake/session_state.hpp>
#include <messages/encrypted_extensions.hpp>

namespace handfast {

/// Whom a client connects to.
struct Target {
  std::string name;                         ///< DNS name or address: what the server's certificate must be for
  std::string server_name;                  ///< SNI; empty: none is sent
  std::shared_ptr<const Session> session;   ///< to be resumed; null: none
  std::string session_key{};                ///< what its sessions are kept under
  bool early_data = false;                  ///< wanted, where the session allows it
  bool fallback = false;                    ///< a try with a higher version has failed (RFC 7507)
};

/// What the client offered, as long as the server's answer has to be held against it.
struct Offer {
  messages::ClientHello hello;
  std::shared_ptr<const Session> session;
  std::vector<OfferedKey> psks;                   ///< TLS 1.3: in the order of their identities
  std::vector<crypto::KeyShare> shares;           ///< TLS 1.3: ours, one for each of hello's
  std::optional<Suite> retry_suite;               ///< what a HelloRetryRequest has settled
  bool sent_change_cipher_spec = false;           ///< RFC 8446 section D.4
};

/// ClientHello and ServerHello, then the handshake of the version that the server chose.
Handshake client(Link& link, std::shared_ptr<const ClientConfig> config, Target target);
/// The rest of a handshake of TLS 1.2 or before (RFC 5246 section 7.3).
Handshake client12(Link& link, std::shared_ptr<const ClientConfig> config, Target target, Offer offer,
                   Received<messages::ServerHello> hello);

/// The rest of a TLS 1.3 handshake (RFC 8446 section 2).
Handshake client13(Link& link, std::shared_ptr<const ClientConfig> config, Target target, Offer offer,
                   Received<messages::ServerHello> hello);

/// The ClientHello of this configuration.
Result<Offer> make_offer(Link& link, const ClientConfig& config, const Target& target);

/// What the server's answer means.
struct Accepted12 {
  Agreed12 agreed;
  bool resumed = false;
  bool ticket_follows = false;
  bool staple_follows = false;   ///< it may: RFC 6066 section 8 does not make a promise of it
  Buffer timestamps{};           ///< SignedCertificateTimestampList
};
/// Holds the ServerHello against what was offered (RFC 5246 section 7.4.1.3).
Result<Accepted12> accept_hello12(Link& link, const ClientConfig& config, const Offer& offer,
                                  const messages::ServerHello& hello);

/// Every extension of the answer was offered, and may stand in this message (RFC 8446 section 4.2).
template <extensions::Place place>
Result<> check_answered(const messages::ClientHello& offered, const extensions::Block<place>& answer);

/// What TLS 1.3 adds to a ClientHello: versions, key shares, GREASE, a session id for middleboxes.
Result<> add_offer13(Link& link, const ClientOptions& options, Offer& offer);
/// The second ClientHello that a HelloRetryRequest asks for (RFC 8446 section 4.1.4), sent.
Result<> answer_retry(Link& link, const ClientOptions& options, Offer& offer,
                      const Received<messages::HelloRetryRequest>& retry);
/// The server's choice among the key shares: the secret.
struct Accepted13 {
  const catalog::SuiteRow* suite = nullptr;
  std::optional<size_t> psk{};          ///< of the offer's
  crypto::SharedSecret shared_secret;   ///< empty: none was exchanged (psk_ke)
};
/// Holds the ServerHello against what was offered (RFC 8446 section 4.1.3).
Result<Accepted13> accept_hello13(Link& link, const ClientOptions& options, Offer& offer, const messages::ServerHello& hello);
Result<> accept_encrypted_extensions(Link& link, const ClientOptions& options, const Offer& offer,
                                     const messages::EncryptedExtensions& answer);

/// psk_key_exchange_modes, what keys there are, and early data where wanted and possible.
Result<> add_psks(Link& link, const ClientConfig& config, const Target& target, Offer& offer);
/// Identities, their ages and binders of now: the last that is done to a hello before it is sent.
Result<> bind_psks(Link& link, Offer& offer);
/// For the second hello: without early data and without the keys of another hash (RFC 8446 section 4.1.4).
Result<> bind_psks_again(Link& link, Offer& offer, catalog::Prf prf);
/// After the hello: from here on early data can be written (RFC 8446 section 2.3).
Result<> start_early_data(Link& link, const ClientOptions& options, Offer& offer);
/// It cannot be written any more, and what was written is lost.
void refuse_early_data(Link& link, std::string_view because);
/// Which pre-shared key the server chose; none: it wants to show a certificate.
Result<std::optional<size_t>> accept_psk(Link& link, const Offer& offer, const catalog::SuiteRow& suite,
                                         const messages::ServerHello& hello);
/// Who has shown this key is the peer that the session was made with. Until when that is good, in seconds since 1970; 0 for an
/// external key: a ticket would outlive the key.
uint64_t recall_peer(Link& link, const OfferedKey& key);
/// Whether the server takes the early data that was sent.
Result<> accept_early_data(Link& link, const Offer& offer, const Accepted13& accepted,
                           const messages::EncryptedExtensions& answer);
/// After the server's Finished, where it takes early data (RFC 8446 section 4.5).
Result<> end_early_data(Link& link);
/// A session of TLS 1.3 that may be offered now.
bool may_resume13(const Session& session, const ClientConfig& config, const Target& target);
/// The newest session of the configuration's store that may be offered to this target.
std::shared_ptr<const Session> take_session(const ClientConfig& config, const Target& target);

/// The configuration's part of what a client session is bound to.
Buffer fingerprint_of(const ClientOptions& options);
/// A session that may be offered now: made under this configuration, for this name, not expired, of a suite that we still have.
bool may_resume(const Session& session, const ClientConfig& config, const Target& target);
/// By what a session can be resumed: the id or the ticket that the server gave.
struct Resumable {
  Buffer session_id{};
  Buffer ticket{};
  uint32_t lifetime_hint = 0;   ///< seconds; 0: none was given
  uint64_t valid_until = 0;     ///< seconds since 1970: of the server's chain, or of the session that is renewed
};
/// What the client keeps for later; null where there is nothing to resume by.
std::shared_ptr<const Session> make_session(Link& link, const ClientConfig& config, const Target& target,
                                            const Agreed12& agreed, const keys::MasterSecret& master, Resumable by);

/// The error of an answer that has this extension.
std::unexpected<Error> not_offered(extensions::ExtensionType type);
std::unexpected<Error> not_allowed(extensions::ExtensionType type, std::string_view message);

template <extensions::Place place>
Result<> check_answered(const messages::ClientHello& offered, const extensions::Block<place>& answer) {
  std::optional<extensions::ExtensionType> unasked, misplaced;
  answer.each_type([&](extensions::ExtensionType type) {
    if (!offered.extensions.has(type)) unasked = type;
  });
  if (unasked) return not_offered(*unasked);
  answer.each_unknown([&](extensions::ExtensionType type, Bytes) { misplaced = type; });
  if (misplaced) return not_allowed(*misplaced, "this message");
  return {};
}

}  // namespace handfast

// server_psk.hpp: the pre-shared key that a client has proved, and its early data (RFC 8446 sections 4.2.10, 4.2.11 and 8).
#pragma once

#include <handshake/choose.hpp>
#include <handshake/external_psk.hpp>
#include <handshake/server.hpp>

namespace handfast {

/// A pre-shared key whose binder was right; only find_psk makes one.
class ProvedPsk {
 public:
  uint16_t index() const { return index_; }
  const catalog::SuiteRow& suite() const { return *suite_; }
  bool exchanges_keys() const { return exchanges_keys_; }
  /// Lives as long as this.
  Bytes key() const { return session_ ? Bytes(session_->psk.bytes) : Bytes(external_->state().key.view()); }
  /// Null for an external key.
  const Session13* session() const { return session_ ? &*session_ : nullptr; }
  const ExternalPsk* external() const { return external_ ? &*external_ : nullptr; }

 private:
  ProvedPsk() = default;
  friend class PskSearch;
  uint16_t index_ = 0;
  const catalog::SuiteRow* suite_ = nullptr;
  bool exchanges_keys_ = true;   // psk_dhe_ke
  std::optional<Session13> session_;
  std::optional<ExternalPsk> external_;
};

/// The first of the client's keys that we know and that fits. Fault::binder_invalid when the client does not have it. None: a
/// certificate is needed. `required`: the suite of the HelloRetryRequest, if there was one.
Result<std::optional<ProvedPsk>> find_psk(Link& link, const ServerConfig& config, const messages::ClientHello& hello,
                                          const catalog::SuiteRow* required);

/// Who has proved this key is the client that the session was made with. Until when that is good, in seconds since 1970;
/// 0 for an external key, which tickets would outlive.
uint64_t recall_peer(Link& link, const ProvedPsk& psk);

/// Whether we take the early data of this hello, which is the client's first, and the only one unless the server `retries`; the
/// strike register is asked last.
bool takes_early_data(Link& link, const ServerConfig& config, const messages::ClientHello& hello, const std::optional<ProvedPsk>& psk,
                      const Choice13& choice, std::string_view protocol, bool retries);
/// From here on it comes, and may be answered.
void open_early_data(Link& link, const ProvedPsk& psk);
/// Bytes of early data that are dropped: a ticket that we cannot read, or of an earlier configuration, may have allowed so much.
inline constexpr uint32_t most_skipped_early_data = 16384;
/// Drops what comes of it: so much, or what the configuration or the ticket allows where that is more.
void skip_early_data(Link& link, const ServerConfig& config, const messages::ClientHello& hello, const std::optional<ProvedPsk>& psk);

}  // namespace handfast

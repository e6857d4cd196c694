// offer_psk.hpp: the pre-shared keys of a ClientHello and its early data (RFC 8446 sections 4.2.9 to 4.2.11).
#pragma once

#include <variant>

#include <catalog/suites.hpp>
#include <handshake/external_psk.hpp>
#include <handshake/session_state.hpp>
#include <keys/schedule13.hpp>

namespace handfast {

/// One of them: a session of TLS 1.3, or a key that both sides had beforehand.
struct OfferedKey {
  std::variant<std::shared_ptr<const Session>, ExternalPsk> from;

  const ClientSession13* session() const {
    auto resumed = std::get_if<std::shared_ptr<const Session>>(&from);
    return resumed ? session13(**resumed) : nullptr;
  }
  const ExternalPsk* external() const { return std::get_if<ExternalPsk>(&from); }
  keys::PskKind kind() const { return external() ? keys::PskKind::external : keys::PskKind::resumption; }
  catalog::Prf prf() const { return external() ? prf_of(*external()) : catalog::find(session()->common.suite)->prf; }
  /// These live as long as this.
  Bytes key() const { return external() ? external()->state().key.view() : Bytes(session()->common.psk.bytes); }
  Bytes identity() const { return external() ? as_bytes(external()->identity()) : Bytes(session()->ticket.bytes); }
};

}  // namespace handfast

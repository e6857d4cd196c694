// finished13.hpp: Finished, EndOfEarlyData, NewSessionTicket, KeyUpdate of TLS 1.3 (RFC 8446 sections 4.4.4, 4.5, 4.6).
#pragma once

#include <extensions/block.hpp>
#include <string_view>
#include <wire/kind.hpp>
#include <wire/presentation.hpp>

namespace handfast::messages {

struct Finished13 {
  static constexpr Kind kind = handshake_kind(20);
  static constexpr std::string_view name = "Finished";
  static constexpr bool checks_transcript = true;
  opaque_rest verify_data;  ///< as long as the hash
  static void visit(auto& m, auto& v) { v("verify_data", m.verify_data); }
};

struct EndOfEarlyData {
  static constexpr Kind kind = handshake_kind(5);
  static constexpr std::string_view name = "EndOfEarlyData";
  static void visit(auto&, auto&) {}
};

struct NewSessionTicket13 {
  static constexpr Kind kind = handshake_kind(4);
  static constexpr std::string_view name = "NewSessionTicket";
  static constexpr bool is_outside_transcript = true;
  uint32_t ticket_lifetime = 0;  ///< seconds, at most 604800
  uint32_t ticket_age_add = 0;
  opaque<0, 255> ticket_nonce;
  opaque<1, 65535> ticket;
  extensions::Block<extensions::Place::new_session_ticket> extensions;
  static void visit(auto& m, auto& v) {
    v("ticket_lifetime", m.ticket_lifetime)("ticket_age_add", m.ticket_age_add)("ticket_nonce", m.ticket_nonce)(
        "ticket", m.ticket)("extensions", m.extensions);
  }
};

enum class KeyUpdateRequest : uint8_t { update_not_requested = 0, update_requested = 1 };
constexpr std::string_view name(KeyUpdateRequest request) {
  return request == KeyUpdateRequest::update_not_requested ? "update_not_requested"
         : request == KeyUpdateRequest::update_requested   ? "update_requested"
                                                           : "";
}

struct KeyUpdate {
  static constexpr Kind kind = handshake_kind(24);
  static constexpr std::string_view name = "KeyUpdate";
  static constexpr bool is_outside_transcript = true;
  KeyUpdateRequest request_update{};
  static void visit(auto& m, auto& v) {
    v("request_update", m.request_update);
    if constexpr (requires { v.take(0); })
      if (static_cast<uint8_t>(m.request_update) > 1) v.reject(Fault::key_update_malformed);
  }
};

}  // namespace handfast::messages

// finished.hpp: ChangeCipherSpec, NewSessionTicket, Finished (RFC 5246 sections 7.1 and 7.4.9, RFC 5077 section 3.3).
#pragma once

#include <array>
#include <string_view>

#include <wire/kind.hpp>
#include <wire/presentation.hpp>

namespace handfast::messages {

struct ChangeCipherSpec {
  static constexpr Kind kind = change_cipher_spec_kind;
  static constexpr std::string_view name = "ChangeCipherSpec";
  enum class Type : uint8_t { change_cipher_spec = 1 };
  Type type = Type::change_cipher_spec;
  static void visit(auto& m, auto& v) {
    v("type", m.type);
    if constexpr (requires { v.reject(Fault::malformed_message); })
      if (m.type != Type::change_cipher_spec) v.reject(Fault::malformed_message);
  }
};

struct NewSessionTicket {
  static constexpr Kind kind = handshake_kind(4);
  static constexpr std::string_view name = "NewSessionTicket";
  uint32_t ticket_lifetime_hint = 0;   ///< seconds; 0: no promise
  opaque<0, 65535> ticket;
  static void visit(auto& m, auto& v) {
    v("ticket_lifetime_hint", m.ticket_lifetime_hint)("ticket", m.ticket);
  }
};

struct Finished {
  static constexpr Kind kind = handshake_kind(20);
  static constexpr std::string_view name = "Finished";
  static constexpr bool checks_transcript = true;
  std::array<uint8_t, 12> verify_data{};
  static void visit(auto& m, auto& v) { v("verify_data", m.verify_data); }
};

}  // namespace handfast::messages

// key_exchange.hpp: ServerKeyExchange, ServerHelloDone, ClientKeyExchange (RFC 5246 section 7.4.3, 7.4.5, 7.4.7; RFC 8422
// section 5.4, 5.7). Their layout depends on the suite's key exchange, so each has a struct for each.
#pragma once

#include <string_view>

#include <handfast/names.hpp>
#include <wire/kind.hpp>
#include <wire/presentation.hpp>

namespace handfast::messages {

enum class CurveType : uint8_t { named_curve = 3 };
constexpr std::string_view name(CurveType type) { return type == CurveType::named_curve ? "named_curve" : ""; }

/// ServerECDHParams: what the server signs, between the two randoms and the signature.
struct ServerEcdhParams {
  CurveType curve_type = CurveType::named_curve;
  Group named_curve{};
  opaque<1, 255> public_value;
  static void visit(auto& m, auto& v) {
    v("curve_type", m.curve_type)("named_curve", m.named_curve)("public", m.public_value);
  }
};

struct ServerKeyExchangeEcdhe {
  static constexpr Kind kind = handshake_kind(12);
  static constexpr std::string_view name = "ServerKeyExchange";
  ServerEcdhParams params;
  Scheme algorithm{};
  opaque<0, 65535> signature;
  static void visit(auto& m, auto& v) { v("params", m.params)("algorithm", m.algorithm)("signature", m.signature); }
};

struct ServerHelloDone {
  static constexpr Kind kind = handshake_kind(14);
  static constexpr std::string_view name = "ServerHelloDone";
  static void visit(auto&, auto&) {}
};

struct ClientKeyExchangeEcdhe {
  static constexpr Kind kind = handshake_kind(16);
  static constexpr std::string_view name = "ClientKeyExchange";
  opaque<1, 255> ecdh_yc;
  static void visit(auto& m, auto& v) { v("ecdh_Yc", m.ecdh_yc); }
};

struct ClientKeyExchangeRsa {
  static constexpr Kind kind = handshake_kind(16);
  static constexpr std::string_view name = "ClientKeyExchange";
  opaque<0, 65535> encrypted_pre_master_secret;
  static void visit(auto& m, auto& v) { v("encrypted_pre_master_secret", m.encrypted_pre_master_secret); }
};

}  // namespace handfast::messages

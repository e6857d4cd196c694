// key_exchange.hpp: ServerKeyExchange, ServerHelloDone, ClientKeyExchange (RFC 5246 sections 7.4.3, 7.4.5, 7.4.7; RFC 8422
// sections 5.4, 5.7; RFC 4279 sections 2 and 3). What they hold depends on suite and version: their shapes say it.
#pragma once

#include <string_view>

#include <handfast/names.hpp>
#include <wire/kind.hpp>
#include <wire/presentation.hpp>

namespace handfast::messages {

enum class CurveType : uint8_t { explicit_prime = 1, explicit_char2 = 2, named_curve = 3 };
constexpr std::string_view name(CurveType type) {
  using enum CurveType;
  return type == named_curve      ? "named_curve"
         : type == explicit_prime ? "explicit_prime"
         : type == explicit_char2 ? "explicit_char2"
                                  : "";
}

struct ServerEcdhParams {
  CurveType curve_type = CurveType::named_curve;
  Group named_curve{};
  opaque<1, 255> public_value;
  static void visit(auto& m, auto& v) {
    v("curve_type", m.curve_type)("named_curve", m.named_curve)("public", m.public_value);
  }
};

struct ServerDhParams {
  opaque<1, 65535> dh_p, dh_g, dh_ys;
  static void visit(auto& m, auto& v) { v("dh_p", m.dh_p)("dh_g", m.dh_g)("dh_Ys", m.dh_ys); }
};

/// What the values of an exchange are: points, or numbers.
enum class Values : uint8_t { none, ecdh, dh };

/// What the server signs, between the two randoms and the signature.
struct ServerParams {
  Values values = Values::ecdh;
  ServerEcdhParams ecdh;
  ServerDhParams dh;
  static void visit(auto& m, auto& v) {
    if (m.values == Values::ecdh) ServerEcdhParams::visit(m.ecdh, v);
    if (m.values == Values::dh) ServerDhParams::visit(m.dh, v);
  }
};

struct ServerKeyExchange {
  static constexpr Kind kind = handshake_kind(12);
  static constexpr std::string_view name = "ServerKeyExchange";
  struct Shape {
    bool has_hint = false;        ///< with pre-shared keys
    Values values = Values::ecdh;
    bool is_signed = true;
    bool has_algorithm = true;    ///< from TLS 1.2 on
  };
  Shape shape;
  opaque_text<0, 65535> psk_identity_hint;
  ServerParams params;
  Scheme algorithm{};
  opaque<0, 65535> signature;
  void set_shape(const Shape& is) {
    shape = is;
    params.values = is.values;
  }
  static void visit(auto& m, auto& v) {
    if (m.shape.has_hint) v("psk_identity_hint", m.psk_identity_hint);
    if (m.shape.values != Values::none) v("params", m.params);
    if (m.shape.is_signed && m.shape.has_algorithm) v("algorithm", m.algorithm);
    if (m.shape.is_signed) v("signature", m.signature);
  }
};

struct ServerHelloDone {
  static constexpr Kind kind = handshake_kind(14);
  static constexpr std::string_view name = "ServerHelloDone";
  static constexpr bool ends_flight = true;
  static void visit(auto&, auto&) {}
};

struct ClientKeyExchange {
  static constexpr Kind kind = handshake_kind(16);
  static constexpr std::string_view name = "ClientKeyExchange";
  struct Shape {
    bool has_identity = false;    ///< with pre-shared keys
    bool is_encrypted = false;    ///< the premaster secret, under the server's RSA key
    Values values = Values::ecdh;
  };
  Shape shape;
  opaque_text<0, 65535> psk_identity;
  opaque<0, 65535> encrypted_pre_master_secret;
  opaque<1, 255> ecdh_yc;
  opaque<1, 65535> dh_yc;
  void set_shape(const Shape& is) { shape = is; }
  static void visit(auto& m, auto& v) {
    if (m.shape.has_identity) v("psk_identity", m.psk_identity);
    if (m.shape.is_encrypted) v("encrypted_pre_master_secret", m.encrypted_pre_master_secret);
    if (m.shape.values == Values::ecdh) v("ecdh_Yc", m.ecdh_yc);
    if (m.shape.values == Values::dh) v("dh_Yc", m.dh_yc);
  }
};

}  // namespace handfast::messages

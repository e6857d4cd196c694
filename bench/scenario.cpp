#include <scenario.hpp>

namespace bench {

using handfast::Suite;
using enum Key;
using enum handfast::Group;

const std::vector<Scenario>& scenarios12() {
  constexpr auto rsa = Suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
  constexpr auto ecdsa = Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
  static const std::vector<Scenario> all = {
      {"ECDHE-ECDSA x25519", "ecdsa_x25519", ecdsa_p256, ecdsa, x25519},
      {"ECDHE-ECDSA P-256", "ecdsa_p256", ecdsa_p256, ecdsa, secp256r1},
      {"ECDHE-RSA x25519", "rsa_x25519", rsa_2048, rsa, x25519},
      {"ECDHE-ECDSA x25519, mutual", "ecdsa_x25519_mutual", ecdsa_p256, ecdsa, x25519, true},
      {"ECDHE-ECDSA P-256, mutual", "ecdsa_p256_mutual", ecdsa_p256, ecdsa, secp256r1, true},
      {"ECDHE-RSA x25519, mutual", "rsa_x25519_mutual", rsa_2048, rsa, x25519, true},
      {"resumed by ticket", "resumed_ticket", ecdsa_p256, ecdsa, x25519, false, Resumption::ticket},
      {"resumed by ticket, mutual", "resumed_ticket_mutual", ecdsa_p256, ecdsa, x25519, true, Resumption::ticket},
      {"resumed by session id", "resumed_id", ecdsa_p256, ecdsa, x25519, false, Resumption::session_id},
  };
  return all;
}

const std::vector<Scenario>& scenarios13() {
  constexpr auto suite = Suite::TLS_AES_128_GCM_SHA256;
  static const std::vector<Scenario> all = {
      {"1.3 ECDSA x25519", "tls13_ecdsa_x25519", ecdsa_p256, suite, x25519},
      {"1.3 ECDSA X25519MLKEM768", "tls13_ecdsa_x25519mlkem768", ecdsa_p256, suite, X25519MLKEM768},
      {"1.3 RSA x25519", "tls13_rsa_x25519", rsa_2048, suite, x25519},
      {"1.3 ECDSA x25519, mutual", "tls13_ecdsa_x25519_mutual", ecdsa_p256, suite, x25519, true},
      {"1.3 resumed (psk_dhe_ke)", "tls13_resumed", ecdsa_p256, suite, x25519, false, Resumption::ticket},
      {"1.3 resumed (psk_dhe_ke), mutual", "tls13_resumed_mutual", ecdsa_p256, suite, x25519, true, Resumption::ticket},
  };
  return all;
}

}  // namespace bench

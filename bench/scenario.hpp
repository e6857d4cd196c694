// scenario.hpp: what kind of handshake is measured; all candidates are configured from it.
#pragma once

#include <catalog/suites.hpp>
#include <credentials.hpp>
#include <handfast/names.hpp>
#include <vector>

namespace bench {

/// With TLS 1.3 `ticket` is psk_dhe_ke, and one new ticket comes with each handshake.
enum class Resumption { none, ticket, session_id };

struct Scenario {
  std::string name;     ///< in the report
  std::string id;       ///< in the JSON
  Key key = Key::ecdsa_p256;
  handfast::Suite suite = handfast::Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
  handfast::Group group = handfast::Group::x25519;
  bool mutual = false;
  Resumption resumption = Resumption::none;

  bool is_tls13() const { return handfast::catalog::find(suite)->last == handfast::Version::tls13; }
  bool is_full() const { return resumption == Resumption::none; }
  bool is_hybrid() const { return group == handfast::Group::X25519MLKEM768; }
};

const std::vector<Scenario>& scenarios12();
const std::vector<Scenario>& scenarios13();

}  // namespace bench

// scenario.hpp: what kind of handshake is measured; both candidates are configured from it.
#pragma once

#include <credentials.hpp>
#include <handfast/names.hpp>

namespace bench {

enum class Resumption { none, ticket, session_id };

struct Scenario {
  std::string name;     ///< in the report
  std::string id;       ///< in the JSON
  Key key = Key::ecdsa_p256;
  handfast::Suite suite = handfast::Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
  handfast::Group group = handfast::Group::x25519;
  bool mutual = false;
  Resumption resumption = Resumption::none;
};

}  // namespace bench

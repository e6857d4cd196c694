// psk_key_exchange_modes.hpp: how the client would use a pre-shared key (RFC 8446 section 4.2.9).
#pragma once

#include <string_view>

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

enum class PskKeyExchangeMode : uint8_t { psk_ke = 0, psk_dhe_ke = 1 };
constexpr std::string_view name(PskKeyExchangeMode mode) {
  return mode == PskKeyExchangeMode::psk_ke ? "psk_ke" : mode == PskKeyExchangeMode::psk_dhe_ke ? "psk_dhe_ke" : "";
}

struct PskKeyExchangeModes {
  static constexpr auto type = ExtensionType::psk_key_exchange_modes;
  static constexpr auto place = Place::client_hello;
  list<PskKeyExchangeMode, 1, 255> ke_modes;
  static void visit(auto& m, auto& v) { v("ke_modes", m.ke_modes); }
};

}  // namespace handfast::extensions

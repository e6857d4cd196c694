// early_data.hpp: data before the handshake is complete (RFC 8446 section 4.2.10).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

struct EarlyData {
  static constexpr auto type = ExtensionType::early_data;
  static constexpr auto place = Place::client_hello;
  static void visit(auto&, auto&) {}
};

struct EarlyDataAccepted {
  static constexpr auto type = ExtensionType::early_data;
  static constexpr auto place = Place::encrypted_extensions;
  static void visit(auto&, auto&) {}
};

struct TicketEarlyData {
  static constexpr auto type = ExtensionType::early_data;
  static constexpr auto place = Place::new_session_ticket;
  uint32_t max_early_data_size = 0;
  static void visit(auto& m, auto& v) { v("max_early_data_size", m.max_early_data_size); }
};

}  // namespace handfast::extensions

// session_ticket.hpp: resumption without state in the server (RFC 5077).
#pragma once

#include <extensions/extension_type.hpp>
#include <extensions/places.hpp>
#include <wire/presentation.hpp>

namespace handfast::extensions {

/// An empty ticket asks for one. The ticket is the whole extension_data (RFC 5077 section 3.2 and appendix A).
struct SessionTicket {
  static constexpr auto type = ExtensionType::session_ticket;
  static constexpr auto place = Place::client_hello;
  opaque_rest ticket;
  static void visit(auto& m, auto& v) { v("ticket", m.ticket); }
};

/// The server will send a NewSessionTicket.
struct ServerSessionTicket {
  static constexpr auto type = ExtensionType::session_ticket;
  static constexpr auto place = Place::server_hello;
  static void visit(auto&, auto&) {}
};

}  // namespace handfast::extensions

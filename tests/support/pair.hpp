// pair.hpp: a client and a server of ours, connected in memory.
#pragma once

#include <functional>
#include <optional>

#include <handfast/handfast.hpp>
#include <support/identities.hpp>

namespace handfast::support {

/// Options that tests start from: the test authority's trust, the fixed clock.
ClientOptions client_options();
ServerOptions server_options(KeyKind kind = KeyKind::p256);
/// The same for TLS 1.3 alone.
ClientOptions client13();
ServerOptions server13(KeyKind kind = KeyKind::p256);

/// Both ends for this suite and version alone, with the switches, keys and certificate that it needs.
void use_suite(ClientOptions& client, ServerOptions& server, Suite suite, Version version);
/// A key that both sides have.
ExternalPsk shared_key(std::string_view identity = "device-7");

struct Pair {
  Connection client;
  Connection server;
  size_t chunk = 0;   ///< bytes moved at once; 0: all
  /// May change the bytes on their way; the flag says whether they come from the client.
  std::function<void(bool from_client, Buffer&)> mutate{};

  /// Moves bytes until nothing moves any more. Application data stays unread.
  void pump();
  bool connected() const { return client.connected() && server.connected(); }
};

/// Both ends with these options; fails the test when they do not build.
Pair make_pair(ClientOptions client, ServerOptions server, ConnectOptions connect = {}, AcceptOptions accept = {},
               std::string_view name = "server.test");
/// The same, and the handshake has been tried.
Pair shake_hands(ClientOptions client = client_options(), ServerOptions server = server_options(),
                 ConnectOptions connect = {}, AcceptOptions accept = {}, std::string_view name = "server.test");

/// What it wants to send now.
Buffer take(Connection& connection);
/// Gives it these bytes, as long as it takes any.
void give(Connection& connection, Bytes bytes);

/// Everything that can be read now.
std::string read_all(Connection& connection);
/// Sends text from one to the other and returns what arrives.
std::string carry(Pair& pair, Connection& from, Connection& to, std::string_view text);

/// "certificate.expired" of a failed connection, "" of one that has not failed.
std::string fault_id(const Connection& connection);

}  // namespace handfast::support

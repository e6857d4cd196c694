// server_options.hpp: the options of everything that serves: where to listen, who we are, whom we let in.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <handfast/config.hpp>

#include "net/endpoint.hpp"
#include "tls_options.hpp"

namespace handfast::app {

struct ServerFiles {
  std::vector<std::string> listen{};
  std::vector<std::string> certificates{};  ///< chain files; the n-th belongs to the n-th key
  std::vector<std::string> keys{};          ///< may be left out: then the certificate's file holds the key too
  std::vector<std::string> staples{};       ///< OCSP responses, each about one of the certificates
  std::vector<std::string> timestamps{};    ///< the n-th belongs to the n-th certificate
  std::string raw_public_key{};             ///< a private key whose public half is shown as it is
  std::vector<std::string> client_cas{};
  std::vector<std::string> client_raw_keys{};
  std::vector<std::string> crls{};
  bool refuse_unknown_names = false;        ///< a client that asks for a name which no certificate has
  bool request_client_certificate = false;  ///< ask, but do not require
  bool post_handshake_auth = false;         ///< ask when the client has said something, not in the handshake
  std::string psk_hint{};
  bool renegotiate = false;                 ///< when the client has said something
  bool stateless_retry = false;
  double idle_timeout = 0;                  ///< seconds; 0: none
  uint64_t last_connection = 0;             ///< stop after so many; 0: never
  bool early_data = false;
  uint32_t max_early_data = 16384;          ///< bytes on one connection
};

/// What a server remembers of its clients: it survives a reload, so that sessions do.
struct ServerMemory {
  std::shared_ptr<TicketKeys> ticket_keys = std::make_shared<TicketKeys>();
  std::shared_ptr<SessionCache> sessions = std::make_shared<SessionCache>();
  std::shared_ptr<StrikeRegister> strikes = StrikeRegister::in_memory(std::chrono::system_clock::now());
};

/// --listen, --cert, --key, --client-ca, --crl ...
void add_server_options(CLI::App& command, ServerFiles& files, std::string default_listen);

/// --early-data and --max-early-data.
void add_early_data_options(CLI::App& command, ServerFiles& files);

/// Reads the files.
Outcome<std::shared_ptr<const ServerConfig>> make_server_config(const ServerFiles& files, const TlsOptions& tls,
                                                                const ServerMemory& memory);

/// The addresses of --listen.
Outcome<std::vector<net::HostPort>> listen_addresses(const ServerFiles& files, std::uint16_t default_port);

}  // namespace handfast::app

// client_options.hpp: the options of everything that connects: whom to trust, who we are.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <handfast/config.hpp>

#include "tls_options.hpp"

namespace handfast::app {

struct ClientFiles {
  std::vector<std::string> cas{};
  std::vector<std::string> crls{};
  std::vector<std::string> raw_keys{};   ///< that the server may have
  std::string certificate{};
  std::string key{};
  std::string raw_public_key{};          ///< a private key whose public half is shown as it is
  std::string staple{};                  ///< "request", "require" or nothing
  bool timestamps = false;
  bool post_handshake_auth = false;      ///< the server may ask for our certificate later
  bool insecure = false;
  std::string sessions{};                ///< a file of them
  size_t max_fragment_length = 0;
  std::vector<std::string> key_shares{};  ///< groups of which the first hello has a share
};

/// --ca, --crl, --cert, --key, --insecure, --key-share and so on.
void add_client_options(CLI::App& command, ClientFiles& files);

/// Reads the files.
Outcome<std::shared_ptr<const ClientConfig>> make_client_config(const ClientFiles& files, const TlsOptions& tls);

}  // namespace handfast::app

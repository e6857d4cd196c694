// session_file.hpp: a TLS session kept in a file, for `connect --resume`.
#pragma once

#include <memory>
#include <string>

#include <handfast/session.hpp>

#include "tls_options.hpp"

namespace handfast::app {

/// Null when there is no such file; the error says why one that is there cannot be used.
Outcome<std::shared_ptr<const Session>> read_session(const std::string& file);

/// Replaces the file as a whole, readable for its owner alone: whoever has a session can take part in its connections.
Outcome<> write_session(const std::string& file, const Session& session);

}  // namespace handfast::app

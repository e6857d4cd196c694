// file.hpp: whole files of a configuration.
#pragma once

#include <base/secret.hpp>
#include <string>

namespace handfast {

/// The content of a file, at most 64 MiB, erased when it is let go: it may be a key. Fault::file_unreadable names the
/// file and the reason.
Result<SecretBuffer> read_file(const std::string& path);

}  // namespace handfast

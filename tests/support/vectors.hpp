// vectors.hpp: published test vectors, found beside the project or where HANDFAST_VECTORS says.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include <handfast/result.hpp>
#include <nlohmann/json.hpp>

namespace handfast::test {

/// The folder of the project's sources.
std::filesystem::path source_folder();
/// The folder that holds the vectors; it need not exist.
std::filesystem::path vectors_folder();
/// Reads "wycheproof/aes_gcm_test.json"; nullopt when the file is not there: skip the test then, with missing_vectors().
std::optional<nlohmann::json> json_vectors(std::string_view file);
/// What a skipped test says.
std::string missing_vectors(std::string_view file);

/// Bytes of a hex string.
Buffer from_hex(std::string_view hex);
std::string to_hex(Bytes bytes);

}  // namespace handfast::test

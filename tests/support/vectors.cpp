#include <support/vectors.hpp>

#include <cstdlib>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace handfast::test {

std::filesystem::path source_folder() { return HANDFAST_SOURCE_DIR; }

std::filesystem::path vectors_folder() {
  if (auto named = std::getenv("HANDFAST_VECTORS")) return named;
  return source_folder().parent_path() / "shared" / "vectors";
}

std::optional<nlohmann::json> json_vectors(std::string_view file) {
  std::ifstream in(vectors_folder() / file);
  if (!in) return {};
  return nlohmann::json::parse(in);
}

std::string missing_vectors(std::string_view file) {
  return fmt::format("no {}: set HANDFAST_VECTORS to the folder of the published vectors",
                     (vectors_folder() / file).string());
}

Buffer from_hex(std::string_view hex) {
  Buffer bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<uint8_t>(std::stoul(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

std::string to_hex(Bytes bytes) { return fmt::format("{:02x}", fmt::join(bytes, "")); }

}  // namespace handfast::test

#include "psk_options.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include <base/file.hpp>
#include <fmt/format.h>

namespace handfast::app {

namespace {

std::optional<uint8_t> digit(char letter) {
  if (letter >= '0' && letter <= '9') return static_cast<uint8_t>(letter - '0');
  if (letter >= 'a' && letter <= 'f') return static_cast<uint8_t>(letter - 'a' + 10);
  if (letter >= 'A' && letter <= 'F') return static_cast<uint8_t>(letter - 'A' + 10);
  return std::nullopt;
}

std::optional<SecretBuffer> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  SecretBuffer bytes(text.size() / 2);
  for (size_t i = 0; i < bytes.view().size(); ++i) {
    const auto high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    bytes.writable()[i] = static_cast<uint8_t>(*high << 4 | *low);
  }
  return bytes;
}

Outcome<ExternalPsk> parse(std::string_view line, std::string_view where) {
  const size_t colon = line.rfind(':');
  if (colon == line.npos) return std::unexpected(fmt::format("{}: write IDENTITY:HEXKEY, the key behind the last colon", where));
  const auto key = from_hex(line.substr(colon + 1));
  if (!key)   // the identity is not named: of a line the wrong way round it is the key
    return std::unexpected(fmt::format("{}: what stands behind the last colon is no key in hexadecimal", where));
  auto psk = ExternalPsk::make(line.substr(0, colon), key->view());
  if (!psk) return std::unexpected(fmt::format("{}: {}", where, psk.error().message()));
  return *std::move(psk);
}

Outcome<> read_lines(const std::string& file, std::vector<ExternalPsk>& psks) {
  const auto content = read_file(file);
  if (!content) return std::unexpected(content.error().message());
  const size_t before = psks.size();
  std::string_view rest = as_text(content->view());
  for (size_t number = 1; !rest.empty(); ++number) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    auto psk = TRY(parse(line, fmt::format("{}, line {}", file, number)));
    psks.push_back(std::move(psk));
  }
  if (psks.size() == before) return std::unexpected(fmt::format("there is no key in {}: write lines of IDENTITY:HEXKEY", file));
  return {};
}

}  // namespace

void add_psk_options(CLI::App& command, PskFiles& files) {
  command.add_option("--psk-file", files.files,
                     "Keys that both sides have: lines of IDENTITY:HEXKEY, as psktool writes them. TLS 1.3 uses them with SHA-256 suites, TLS 1.2 and before with the PSK suites of --suite")
      ->type_name("FILE")->allow_extra_args(false)->group("Protocol");
  command.add_option("--psk", files.keys, "One such key, to try things: who lists the processes of this machine reads it")
      ->type_name("IDENTITY:HEXKEY")->allow_extra_args(false)->group("Protocol");
}

Outcome<std::vector<ExternalPsk>> read_psks(const PskFiles& files) {
  std::vector<ExternalPsk> psks;
  for (const auto& text : files.keys) {
    auto psk = TRY(parse(text, "--psk"));
    psks.push_back(std::move(psk));
  }
  for (const auto& file : files.files) TRY(read_lines(file, psks));
  return psks;
}

}  // namespace handfast::app

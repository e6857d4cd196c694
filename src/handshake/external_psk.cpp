#include <handshake/external_psk.hpp>

#include <fmt/format.h>

namespace handfast {

Result<ExternalPsk> ExternalPsk::make(std::string_view identity, Bytes key, PskHash hash) try {
  if (identity.empty() || identity.size() > 65535)
    return fail(Fault::config_conflict, {"a pre-shared key's identity has 1 to 65535 bytes"});
  if (key.size() < 16 || key.size() > 255)
    return fail(Fault::config_conflict, {fmt::format("a pre-shared key has 16 to 255 bytes, not {}", key.size())});
  return ExternalPsk(std::make_shared<const State>(State{std::string(identity), SecretBuffer(key), hash}));
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

const std::string& ExternalPsk::identity() const { return state_->identity; }
PskHash ExternalPsk::hash() const { return state_->hash; }

std::optional<ExternalPsk> known_psk(const ServerOptions& options, std::string_view identity) {
  for (const auto& key : options.external_psks)
    if (key.identity() == identity) return key;
  return options.find_external_psk ? options.find_external_psk(identity) : std::nullopt;
}

Buffer hash_of(const ExternalPsk& psk) {
  const auto digest = crypto::hash(crypto::HashAlgorithm::sha256, psk.state().key.view());
  return {digest.view().begin(), digest.view().end()};
}

void add_to(crypto::Hash& hash, const std::vector<ExternalPsk>& keys) {
  for (const auto& key : keys) {
    const auto name = crypto::hash(crypto::HashAlgorithm::sha256, as_bytes(key.identity()));
    hash.update(name.view());
    hash.update(hash_of(key));
  }
}

}  // namespace handfast

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

void add_to(crypto::Hash& hash, const std::vector<ExternalPsk>& keys) {
  for (const auto& key : keys)
    for (auto part : {as_bytes(key.identity()), key.state().key.view()}) {
      const auto digest = crypto::hash(crypto::HashAlgorithm::sha256, part);
      hash.update(digest.view());
    }
}

}  // namespace handfast

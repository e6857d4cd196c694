// key_exchange.cpp: the key exchange of a named group.
#include <algorithm>
#include <crypto/key_exchange.hpp>
#include <crypto/random.hpp>

namespace handfast::crypto {
namespace {

/// A hybrid group: public values and secrets are those of its two parts, one after the other.
struct Hybrid {
  Group group;
  Group curve;
  bool kem_first;
};

// draft-ietf-tls-ecdhe-mlkem section 4.
constexpr Hybrid hybrids[] = {
    {Group::X25519MLKEM768, Group::x25519, true},
    {Group::SecP256r1MLKEM768, Group::secp256r1, false},
};

const Hybrid* find_hybrid(Group group) {
  for (const auto& hybrid : hybrids)
    if (hybrid.group == group) return &hybrid;
  return nullptr;
}

template <class Byte>
struct Parts {
  std::span<Byte> curve, kem;
};

template <class Byte>
Parts<Byte> split(const Hybrid& hybrid, std::span<Byte> whole, size_t kem_size) {
  if (hybrid.kem_first) return {whole.subspan(kem_size), whole.first(kem_size)};
  return {whole.first(whole.size() - kem_size), whole.last(kem_size)};
}

/// Of a value that came, whose length is checked.
Result<Parts<const uint8_t>> split_value(const Hybrid& hybrid, Bytes value, size_t kem_size) {
  const size_t size = diffie_hellman_sizes(hybrid.curve)->public_value + kem_size;
  if (value.size() != size)
    return fail(Fault::public_value_invalid,
                {"a public value of " + printable(hybrid.group) + " has " + std::to_string(size) + " bytes here, not " +
                 std::to_string(value.size())});
  return split(hybrid, value, kem_size);
}

SharedSecret secret_for(Group curve, const Hybrid* hybrid) {
  return SharedSecret(diffie_hellman_sizes(curve)->secret + (hybrid ? mlkem768_secret_size : 0));
}

Result<std::unique_ptr<MlkemKey>> generate_mlkem_key() {
  Secret<mlkem768_seed_size> seed(mlkem768_seed_size);
  if (!random_bytes(seed.writable())) return fail(Fault::crypto_failed, {"the random generator failed"});
  auto key = TRY(MlkemKey::from_seed(seed.view()));
  return key;
}

Result<MlkemEncapsulation> encapsulate(Bytes encapsulation_key) {
  Secret<mlkem768_randomness_size> randomness(mlkem768_randomness_size);
  if (!random_bytes(randomness.writable())) return fail(Fault::crypto_failed, {"the random generator failed"});
  auto encapsulation = TRY(mlkem_encapsulate(encapsulation_key, randomness.view()));
  return encapsulation;
}

Result<KeyExchangeResponse> respond_to_hybrid(const Hybrid& hybrid, Bytes peer_value) {
  const auto peer = TRY(split_value(hybrid, peer_value, mlkem768_encapsulation_key_size));
  // The cheaper check of what came goes first.
  const auto encapsulation = TRY(encapsulate(peer.kem));
  const auto key = TRY(DiffieHellmanKey::generate(hybrid.curve));

  KeyExchangeResponse response;
  response.public_value.resize(diffie_hellman_sizes(hybrid.curve)->public_value + mlkem768_ciphertext_size);
  const auto ours = split(hybrid, std::span(response.public_value), mlkem768_ciphertext_size);
  std::ranges::copy(encapsulation.ciphertext, ours.kem.begin());
  TRY(key.write_public_value(ours.curve));

  response.secret = secret_for(hybrid.curve, &hybrid);
  const auto secret = split(hybrid, response.secret.writable(), mlkem768_secret_size);
  std::ranges::copy(encapsulation.secret.view(), secret.kem.begin());
  TRY(key.derive(peer.curve, secret.curve));
  return response;
}

}  // namespace

Result<KeyShare> KeyShare::complete(Group group, DiffieHellmanKey key) {
  const auto* hybrid = find_hybrid(group);
  const size_t curve_size = diffie_hellman_sizes(key.group())->public_value;
  KeyShare share(group, std::move(key));
  share.public_.resize(curve_size + (hybrid ? mlkem768_encapsulation_key_size : 0));
  if (!hybrid) {
    TRY(share.key_.write_public_value(share.public_));
    return share;
  }
  auto kem = TRY(generate_mlkem_key());
  share.kem_ = std::move(kem);
  const auto parts = split(*hybrid, std::span(share.public_), mlkem768_encapsulation_key_size);
  std::ranges::copy(share.kem_->encapsulation_key(), parts.kem.begin());
  TRY(share.key_.write_public_value(parts.curve));
  return share;
}

Result<KeyShare> KeyShare::generate(Group group) {
  const auto* hybrid = find_hybrid(group);
  auto key = TRY(DiffieHellmanKey::generate(hybrid ? hybrid->curve : group));
  return complete(group, std::move(key));
}

Result<std::vector<KeyShare>> KeyShare::generate(std::span<const Group> groups) {
  std::vector<KeyShare> shares;
  shares.reserve(groups.size());
  for (auto group : groups) {
    const auto* hybrid = find_hybrid(group);
    const auto curve = hybrid ? hybrid->curve : group;
    const auto same = std::ranges::find(shares, curve, [](const KeyShare& share) { return share.key_.group(); });
    auto share = TRY(same == shares.end() ? generate(group) : complete(group, same->key_.share()));
    shares.push_back(std::move(share));
  }
  return shares;
}

Result<KeyShare> KeyShare::from_private(Group group, Bytes private_key) {
  auto key = TRY(DiffieHellmanKey::from_private(group, private_key));
  return complete(group, std::move(key));
}

Result<SharedSecret> KeyShare::derive(Bytes peer_value) && {
  const auto* hybrid = find_hybrid(group_);
  auto secret = secret_for(key_.group(), hybrid);
  if (!hybrid) {
    TRY(key_.derive(peer_value, secret.writable()));
    return secret;
  }
  const auto peer = TRY(split_value(*hybrid, peer_value, mlkem768_ciphertext_size));
  const auto parts = split(*hybrid, secret.writable(), mlkem768_secret_size);
  TRY(key_.derive(peer.curve, parts.curve));
  const auto kem_secret = TRY(kem_->decapsulate(peer.kem));
  std::ranges::copy(kem_secret.view(), parts.kem.begin());
  return secret;
}

Result<KeyExchangeResponse> KeyShare::respond(Group group, Bytes peer_value) {
  if (const auto* hybrid = find_hybrid(group)) return respond_to_hybrid(*hybrid, peer_value);
  auto share = TRY(generate(group));
  KeyExchangeResponse response{std::move(share.public_), {}};
  auto secret = TRY(std::move(share).derive(peer_value));
  response.secret = std::move(secret);
  return response;
}

}  // namespace handfast::crypto

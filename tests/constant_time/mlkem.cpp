// ML-KEM-768, ours, portable and with AVX2: seeds, decapsulation keys and randomness are secret; encapsulation keys and
// ciphertexts are public once they are made.
#include <crypto/mlkem.hpp>

#include <algorithm>

#include <crypto/keccak.hpp>
#include <crypto/mlkem_pke.hpp>
#include <secrets.hpp>

namespace handfast::constant_time {
namespace {

using namespace crypto;

template <MlkemBackend backend>
void generate() {
  const auto key = MlkemKey::from_seed(secret(Buffer(mlkem768_seed_size, 9)), backend);
  require(key.has_value(), "ML-KEM key generation");
  const auto plain = MlkemKey::from_seed(Buffer(mlkem768_seed_size, 9), backend);
  require(std::ranges::equal(revealed((*key)->encapsulation_key()), (*plain)->encapsulation_key()), "ML-KEM key generation");
}

template <MlkemBackend backend>
void encapsulate() {
  const auto key = MlkemKey::from_seed(Buffer(mlkem768_seed_size, 9), backend);
  const auto sent = mlkem_encapsulate((*key)->encapsulation_key(), secret(Buffer(32, 7)), backend);
  require(sent.has_value(), "ML-KEM encapsulation");
  const auto received = (*key)->decapsulate(revealed(sent->ciphertext));
  require(revealed(received->view()) == revealed(sent->secret.view()), "ML-KEM encapsulation");
}

/// The 2400 bytes of a key whose secret parts, at both ends, are marked.
Buffer decapsulation_key(Bytes seed, const mlkem::Arithmetic& arithmetic) {
  constexpr size_t secret_size = mlkem::vector_size, seed_size = 32;
  std::array<uint8_t, 64> seeds;
  Sponge::sha3_512().absorb(seed.first(32)).absorb(Buffer{mlkem::k}).squeeze(seeds);
  Buffer key(mlkem768_decapsulation_key_size);
  std::span<uint8_t, mlkem768_decapsulation_key_size> whole(key);
  const auto encapsulation_key = whole.subspan<secret_size, mlkem768_encapsulation_key_size>();
  mlkem::generate(arithmetic, std::span(seeds).first<32>(), std::span(seeds).last<32>(), encapsulation_key,
                  whole.first<secret_size>());
  Sponge::sha3_256().absorb(encapsulation_key).squeeze(whole.last(64).first(32));
  std::ranges::copy(seed.last(seed_size), whole.last(seed_size).begin());
  make_secret(whole.first(secret_size));
  make_secret(whole.last(seed_size));
  return key;
}

template <MlkemBackend backend>
void decapsulate() {
  const Buffer seed(mlkem768_seed_size, 9);
  const auto& arithmetic =
      backend == MlkemBackend::avx2 ? *mlkem::avx2_arithmetic() : mlkem::portable_arithmetic();
  const auto key = MlkemKey::from_decapsulation_key(decapsulation_key(seed, arithmetic), backend);
  require(key.has_value(), "ML-KEM decapsulation key");
  auto sent = mlkem_encapsulate((*key)->encapsulation_key(), Buffer(32, 7), backend);
  for (bool altered : {false, true}) {
    sent->ciphertext[700] ^= static_cast<uint8_t>(altered);
    const auto received = (*key)->decapsulate(sent->ciphertext);
    require(received.has_value(), "ML-KEM decapsulation");
    require((revealed(received->view()) == revealed(sent->secret.view())) != altered, "ML-KEM decapsulation");
  }
}

}  // namespace

void check_mlkem() {
  check("ML-KEM key generation, portable", generate<MlkemBackend::portable>);
  check("ML-KEM encapsulation, portable", encapsulate<MlkemBackend::portable>);
  check("ML-KEM decapsulation, portable", decapsulate<MlkemBackend::portable>);
  if (!MlkemKey::available(MlkemBackend::avx2)) return;
  check("ML-KEM key generation, AVX2", generate<MlkemBackend::avx2>);
  check("ML-KEM encapsulation, AVX2", encapsulate<MlkemBackend::avx2>);
  check("ML-KEM decapsulation, AVX2", decapsulate<MlkemBackend::avx2>);
}

}  // namespace handfast::constant_time

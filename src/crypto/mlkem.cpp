// mlkem.cpp: ML-KEM-768 (FIPS 203 sections 6 and 7) over our own K-PKE, and which implementation serves.
#include <crypto/mlkem.hpp>

#include <crypto/mlkem_backends.hpp>
#include <crypto/mlkem_pke.hpp>

namespace handfast::crypto {
namespace {

using namespace mlkem;

using Ciphertext = std::span<const uint8_t, mlkem768_ciphertext_size>;

/// Two values of 32 bytes from one hash: rho and sigma, or a secret and the randomness of its encryption.
struct Halves {
  Seed first() const { return Seed(bytes.view().data(), 32); }
  Seed second() const { return Seed(bytes.view().data() + 32, 32); }
  Secret<64> bytes{64};
};

/// G of FIPS 203 section 4.1.
Halves hash_to_halves(Bytes a, Bytes b) {
  Halves halves;
  Sponge::sha3_512().absorb(a).absorb(b).squeeze(halves.bytes.writable());
  return halves;
}

/// H of section 4.1.
std::array<uint8_t, 32> hash_of(Bytes encapsulation_key) {
  std::array<uint8_t, 32> hash;
  Sponge::sha3_256().absorb(encapsulation_key).squeeze(hash);
  return hash;
}

/// Takes `other` where `condition` is 0xff, nothing where it is 0.
void take(std::span<uint8_t> bytes, Bytes other, uint8_t condition) {
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<uint8_t>(bytes[i] ^ (condition & (bytes[i] ^ other[i])));
}

/// 0xff where they differ, else 0.
uint8_t differ(Bytes a, Bytes b) {
  unsigned difference = 0;
  for (size_t i = 0; i < a.size(); ++i) difference |= a[i] ^ b[i];
  volatile unsigned hidden = difference;   // so that no compiler makes a branch of it
  return static_cast<uint8_t>((0u - hidden) >> 24);
}

/// The decapsulation key as FIPS 203 algorithm 16 has it: decryption key, encapsulation key, its hash, z.
class OwnKey final : public MlkemKey {
 public:
  OwnKey(const Arithmetic& arithmetic, Bytes seed) : arithmetic_(arithmetic), key_(mlkem768_decapsulation_key_size) {
    constexpr uint8_t parameter[] = {k};
    const auto halves = hash_to_halves(seed.first(32), parameter);
    declassify(halves.first());   // rho, a part of the encapsulation key
    auto bytes = std::span<uint8_t, mlkem768_decapsulation_key_size>(key_.writable());
    const auto encapsulation = bytes.subspan<vector_size, mlkem768_encapsulation_key_size>();
    generate(arithmetic_, halves.first(), halves.second(), encapsulation, bytes.first<vector_size>());
    std::ranges::copy(hash_of(encapsulation), bytes.last(64).begin());
    std::ranges::copy(seed.last(32), bytes.last(32).begin());
  }

  struct Expanded {};
  OwnKey(Expanded, const Arithmetic& arithmetic, Bytes key) : arithmetic_(arithmetic), key_(key) {}
  /// The hash check of section 7.3.
  bool is_whole() const { return equal_secrets(hash_of(encapsulation_key()), encapsulation_hash()); }

  Bytes encapsulation_key() const override { return encryption_key(); }

  Result<MlkemSecret> decapsulate(Bytes ciphertext) const override {
    if (ciphertext.size() != mlkem768_ciphertext_size) return refuse_ciphertext(ciphertext.size());
    const Ciphertext given(ciphertext);
    Secret<32> message(32);
    decrypt(arithmetic_, Bytes(key_.view()).first<vector_size>(), given,
            std::span<uint8_t, 32>(message.writable().data(), 32));
    const auto halves = hash_to_halves(message.view(), encapsulation_hash());
    Secret<mlkem768_ciphertext_size> again(mlkem768_ciphertext_size);
    encrypt(arithmetic_, encryption_key(), Seed(message.view().data(), 32), halves.second(),
            std::span<uint8_t, mlkem768_ciphertext_size>(again.writable().data(), mlkem768_ciphertext_size));

    MlkemSecret secret(halves.first()), rejected(mlkem768_secret_size);
    Sponge::shake256().absorb(key_.view().last(32)).absorb(ciphertext).squeeze(rejected.writable());
    take(secret.writable(), rejected.view(), differ(again.view(), ciphertext));
    return secret;
  }

 private:
  std::span<const uint8_t, mlkem768_encapsulation_key_size> encryption_key() const {
    return Bytes(key_.view()).subspan<vector_size, mlkem768_encapsulation_key_size>();
  }
  Bytes encapsulation_hash() const { return key_.view().last(64).first(32); }

  const Arithmetic& arithmetic_;
  SecretBuffer key_;
};

MlkemBackend best() {
  if (has_libcrypto_mlkem()) return MlkemBackend::libcrypto;
  return avx2_arithmetic() ? MlkemBackend::avx2 : MlkemBackend::portable;
}

MlkemBackend chosen(MlkemBackend backend) { return backend == MlkemBackend::best ? best() : backend; }

const Arithmetic& arithmetic_of(MlkemBackend backend) {
  return backend == MlkemBackend::avx2 ? *avx2_arithmetic() : portable_arithmetic();
}

std::unexpected<Error> unavailable() { return fail(Fault::crypto_failed, {"this ML-KEM is not available here"}); }

}  // namespace

std::unexpected<Error> refuse_ciphertext(size_t size) {
  return fail(Fault::public_value_invalid, {"an ML-KEM-768 ciphertext has 1088 bytes, not " + std::to_string(size)});
}

bool MlkemKey::available(MlkemBackend backend) {
  if (backend == MlkemBackend::libcrypto) return has_libcrypto_mlkem();
  return backend != MlkemBackend::avx2 || avx2_arithmetic() != nullptr;
}

Result<std::unique_ptr<MlkemKey>> MlkemKey::from_seed(Bytes seed, MlkemBackend backend) {
  if (!available(backend)) return unavailable();
  if (seed.size() != mlkem768_seed_size) return fail(Fault::crypto_failed, {"an ML-KEM seed has 64 bytes"});
  backend = chosen(backend);
  if (backend == MlkemBackend::libcrypto) return make_libcrypto_mlkem_key(seed);
  return std::make_unique<OwnKey>(arithmetic_of(backend), seed);
}

Result<std::unique_ptr<MlkemKey>> MlkemKey::from_decapsulation_key(Bytes key, MlkemBackend backend) {
  if (!available(backend)) return unavailable();
  if (key.size() != mlkem768_decapsulation_key_size)
    return fail(Fault::key_unsupported, {"an ML-KEM-768 decapsulation key has 2400 bytes"});
  backend = chosen(backend);
  if (backend == MlkemBackend::libcrypto) return make_libcrypto_mlkem_key(key);
  auto own = std::make_unique<OwnKey>(OwnKey::Expanded{}, arithmetic_of(backend), key);
  if (!own->is_whole()) return fail(Fault::key_unsupported, {"the ML-KEM-768 decapsulation key is damaged"});
  return own;
}

Result<MlkemEncapsulation> mlkem_encapsulate(Bytes encapsulation_key, Bytes randomness, MlkemBackend backend) {
  if (!MlkemKey::available(backend)) return unavailable();
  if (randomness.size() != mlkem768_randomness_size)
    return fail(Fault::crypto_failed, {"an ML-KEM encapsulation takes 32 random bytes"});
  if (encapsulation_key.size() != mlkem768_encapsulation_key_size)
    return fail(Fault::public_value_invalid, {"an ML-KEM-768 encapsulation key has 1184 bytes, not " +
                                              std::to_string(encapsulation_key.size())});
  backend = chosen(backend);
  if (backend == MlkemBackend::libcrypto) return libcrypto_mlkem_encapsulate(encapsulation_key, randomness);

  const auto& arithmetic = arithmetic_of(backend);
  const std::span<const uint8_t, mlkem768_encapsulation_key_size> key(encapsulation_key);
  if (!is_reduced(arithmetic, key.first<vector_size>()))
    return fail(Fault::public_value_invalid, {"the ML-KEM-768 encapsulation key has a coefficient that is not below q"});
  const auto halves = hash_to_halves(randomness, hash_of(encapsulation_key));
  MlkemEncapsulation result{{}, MlkemSecret(halves.first())};
  encrypt(arithmetic, key, Seed(randomness), halves.second(), result.ciphertext);
  return result;
}

}  // namespace handfast::crypto

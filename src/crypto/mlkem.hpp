// mlkem.hpp: the key encapsulation ML-KEM-768 (FIPS 203).
#pragma once

#include <array>
#include <memory>

#include <base/secret.hpp>
#include <handfast/result.hpp>

namespace handfast::crypto {

/// FIPS 203 table 3, in bytes.
constexpr size_t mlkem768_seed_size = 64, mlkem768_randomness_size = 32, mlkem768_encapsulation_key_size = 1184,
                 mlkem768_decapsulation_key_size = 2400, mlkem768_ciphertext_size = 1088, mlkem768_secret_size = 32;

using MlkemSecret = Secret<mlkem768_secret_size>;

/// Which implementation serves: libcrypto's where it has one (3.5 and later), else ours, with AVX2 or without.
enum class MlkemBackend : uint8_t { best, libcrypto, avx2, portable };

/// A pair of an encapsulation key and its decapsulation key, which is erased in the end.
class MlkemKey {
 public:
  virtual ~MlkemKey() = default;

  /// From 64 random bytes: d, then z (FIPS 203 algorithm 16). Fault::crypto_failed for another length, or a backend that is
  /// not available.
  static Result<std::unique_ptr<MlkemKey>> from_seed(Bytes seed, MlkemBackend backend = MlkemBackend::best);
  /// From the 2400 bytes of a decapsulation key, which is checked as FIPS 203 section 7.3 says: Fault::key_unsupported.
  static Result<std::unique_ptr<MlkemKey>> from_decapsulation_key(Bytes key, MlkemBackend backend = MlkemBackend::best);
  /// Whether this backend can serve here.
  static bool available(MlkemBackend backend);

  /// 1184 bytes. Lives as long as this.
  virtual Bytes encapsulation_key() const = 0;
  /// The secret of 32 bytes; for a ciphertext that was altered another one, which nobody else can know (implicit
  /// rejection, FIPS 203 algorithm 18), in the same time. Fault::public_value_invalid when it has not 1088 bytes.
  virtual Result<MlkemSecret> decapsulate(Bytes ciphertext) const = 0;
};

/// What an encapsulation gives: the ciphertext for the other side and the secret that it will have too.
struct MlkemEncapsulation {
  std::array<uint8_t, mlkem768_ciphertext_size> ciphertext;
  MlkemSecret secret{mlkem768_secret_size};
};

/// From 32 random bytes (FIPS 203 algorithm 17). Fault::public_value_invalid for a key that has not 1184 bytes or fails the
/// modulus check of section 7.2; Fault::crypto_failed for randomness of another length or a backend that is not available.
Result<MlkemEncapsulation> mlkem_encapsulate(Bytes encapsulation_key, Bytes randomness,
                                             MlkemBackend backend = MlkemBackend::best);

}  // namespace handfast::crypto

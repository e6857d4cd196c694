// mlkem_pke.hpp: K-PKE, the encryption inside ML-KEM-768 (FIPS 203 section 5).
#pragma once

#include <crypto/mlkem.hpp>
#include <crypto/mlkem_arithmetic.hpp>

namespace handfast::crypto::mlkem {

constexpr size_t vector_size = k * encoded12_size;   ///< an encoded vector, and a decryption key: 1152 bytes
using Seed = std::span<const uint8_t, 32>;

/// Algorithm 13 after its first line: from rho, which is public, and sigma.
void generate(const Arithmetic& arithmetic, Seed rho, Seed sigma, std::span<uint8_t, 1184> encryption_key,
              std::span<uint8_t, vector_size> decryption_key);
/// Algorithm 14.
void encrypt(const Arithmetic& arithmetic, std::span<const uint8_t, 1184> encryption_key, Seed message, Seed randomness,
             std::span<uint8_t, 1088> ciphertext);
/// Algorithm 15.
void decrypt(const Arithmetic& arithmetic, std::span<const uint8_t, vector_size> decryption_key,
             std::span<const uint8_t, 1088> ciphertext, std::span<uint8_t, 32> message);
/// Whether every coefficient is below q: the modulus check of section 7.2.
bool is_reduced(const Arithmetic& arithmetic, std::span<const uint8_t, vector_size> encoded);

}  // namespace handfast::crypto::mlkem

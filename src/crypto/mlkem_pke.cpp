// mlkem_pke.cpp: K-PKE (FIPS 203 section 5).
#include <crypto/mlkem_pke.hpp>

#include <span>

namespace handfast::crypto::mlkem {
namespace {

/// Secret values, erased in the end.
template <class T>
struct Erased : T {
  Erased() {}   // what is in it is written before it is read
  Erased(const Erased&) = delete;
  Erased& operator=(const Erased&) = delete;
  ~Erased() { erase({reinterpret_cast<uint8_t*>(static_cast<T*>(this)), sizeof(T)}); }
};

/// A row of the matrix after the other; transposed or not is decided when it is sampled.
using Matrix = std::array<Vector, k>;

enum class Order : bool { straight, transposed };

// Public, as rho is: how long it takes depends on rho. The ninth goes alone: three more beside it would cost as much again.
Matrix sample_matrix(const Arithmetic& arithmetic, Seed rho, Order order) {
  using Block = std::array<uint8_t, shake128_rate>;
  using Input = std::array<uint8_t, 34>;
  Matrix matrix;
  std::array<Input, k * k> inputs;
  for (size_t row = 0; row < k; ++row)
    for (size_t column = 0; column < k; ++column) {
      auto& input = inputs[row * k + column];
      std::copy(rho.begin(), rho.end(), input.begin());
      input[32] = static_cast<uint8_t>(order == Order::straight ? column : row);
      input[33] = static_cast<uint8_t>(order == Order::straight ? row : column);
    }
  const auto entry = [&](size_t i) -> Polynomial& { return matrix[i / k][i % k]; };

  for (size_t first = 0; first + 4 <= k * k; first += 4) {
    std::array<Bytes, 4> four;
    for (size_t i = 0; i < 4; ++i) four[i] = inputs[first + i];
    Shake4 shake(shake128_rate, four, arithmetic.permute4);
    std::array<Block, 4> blocks;
    std::array<size_t, 4> have{};
    while (std::ranges::any_of(have, [](size_t count) { return count < n; })) {
      shake.squeeze_block({blocks[0].data(), blocks[1].data(), blocks[2].data(), blocks[3].data()}, shake128_rate);
      for (size_t i = 0; i < 4; ++i) have[i] = arithmetic.accept(entry(first + i), have[i], blocks[i]);
    }
  }
  auto shake = Sponge::shake128();
  shake.absorb(inputs.back());
  Block block;
  for (size_t have = 0; have < n; have = arithmetic.accept(entry(k * k - 1), have, block)) shake.squeeze(block);
  return matrix;
}

/// PRF and CBD (sections 4.1 and 4.2.2) for the polynomials with the numbers from `first` on, at most four.
void sample_noise(const Arithmetic& arithmetic, Seed seed, uint8_t first, std::initializer_list<Polynomial*> out) {
  using Block = std::array<uint8_t, 128>;
  struct Work {
    std::array<std::array<uint8_t, 33>, 4> inputs;
    std::array<Block, 4> blocks;
  };
  Erased<Work> work;
  std::array<Bytes, 4> four;
  for (size_t i = 0; i < 4; ++i) {
    std::copy(seed.begin(), seed.end(), work.inputs[i].begin());
    work.inputs[i][32] = static_cast<uint8_t>(first + i);
    four[i] = work.inputs[i];
  }
  auto& b = work.blocks;
  Shake4(shake256_rate, four, arithmetic.permute4)
      .squeeze_block({b[0].data(), b[1].data(), b[2].data(), b[3].data()}, sizeof(Block));
  size_t i = 0;
  for (auto* polynomial : out) arithmetic.sample_noise(*polynomial, b[i++]);
}

void add(Polynomial& to, const Polynomial& what) {
  for (size_t i = 0; i < n; ++i)
    to.coefficients[i] = static_cast<int16_t>(to.coefficients[i] + what.coefficients[i]);
}

/// Decompress_1 of the message's bits: 0 or (q + 1) / 2.
void add_message(Polynomial& to, Seed message) {
  for (size_t i = 0; i < n; ++i) {
    const int mask = -((message[i / 8] >> (i % 8)) & 1);
    to.coefficients[i] = static_cast<int16_t>(to.coefficients[i] + (mask & ((q + 1) / 2)));
  }
}

void read_vector(const Arithmetic& arithmetic, Vector& out, const uint8_t* bytes) {
  for (size_t i = 0; i < k; ++i) arithmetic.read12(out[i], bytes + i * encoded12_size);
}

}  // namespace

void generate(const Arithmetic& arithmetic, Seed rho, Seed sigma, std::span<uint8_t, 1184> encryption_key,
              std::span<uint8_t, vector_size> decryption_key) {
  const auto matrix = sample_matrix(arithmetic, rho, Order::straight);
  struct Work {
    Vector secret, error;
    Polynomial sum;
  };
  Erased<Work> work;
  auto& [secret, error, sum] = static_cast<Work&>(work);
  sample_noise(arithmetic, sigma, 0, {&secret[0], &secret[1], &secret[2], &error[0]});
  sample_noise(arithmetic, sigma, 4, {&error[1], &error[2]});
  for (size_t i = 0; i < k; ++i) {
    arithmetic.ntt(secret[i]);
    arithmetic.ntt(error[i]);
    arithmetic.write12(decryption_key.data() + i * encoded12_size, secret[i]);
  }
  // The factor that multiply leaves out.
  constexpr int16_t twice_2_16 = static_cast<int16_t>((uint64_t{1} << 32) % q);
  for (size_t i = 0; i < k; ++i) {
    arithmetic.multiply(sum, matrix[i], secret);
    for (auto& coefficient : sum.coefficients) coefficient = montgomery_reduce(coefficient * twice_2_16);
    add(sum, error[i]);
    arithmetic.write12(encryption_key.data() + i * encoded12_size, sum);
  }
  std::copy(rho.begin(), rho.end(), encryption_key.begin() + vector_size);
}

void encrypt(const Arithmetic& arithmetic, std::span<const uint8_t, 1184> encryption_key, Seed message, Seed randomness,
             std::span<uint8_t, 1088> ciphertext) {
  const auto matrix = sample_matrix(arithmetic, encryption_key.last<32>(), Order::transposed);
  Vector key;
  read_vector(arithmetic, key, encryption_key.data());
  struct Work {
    Vector y, error;
    Polynomial last_error, sum;
  };
  Erased<Work> work;
  auto& [y, error, last_error, sum] = static_cast<Work&>(work);
  sample_noise(arithmetic, randomness, 0, {&y[0], &y[1], &y[2], &error[0]});
  sample_noise(arithmetic, randomness, 4, {&error[1], &error[2], &last_error});
  for (auto& polynomial : y) arithmetic.ntt(polynomial);
  for (size_t i = 0; i < k; ++i) {
    arithmetic.multiply(sum, matrix[i], y);
    arithmetic.inverse_ntt(sum);
    add(sum, error[i]);
    arithmetic.write10(ciphertext.data() + i * encoded10_size, sum);
  }
  arithmetic.multiply(sum, key, y);
  arithmetic.inverse_ntt(sum);
  add(sum, last_error);
  add_message(sum, message);
  arithmetic.write4(ciphertext.data() + k * encoded10_size, sum);
}

void decrypt(const Arithmetic& arithmetic, std::span<const uint8_t, vector_size> decryption_key,
             std::span<const uint8_t, 1088> ciphertext, std::span<uint8_t, 32> message) {
  struct Work {
    Vector secret, u;
    Polynomial product, v;
  };
  Erased<Work> work;
  auto& [secret, u, product, v] = static_cast<Work&>(work);
  read_vector(arithmetic, secret, decryption_key.data());
  for (size_t i = 0; i < k; ++i) {
    arithmetic.read10(u[i], ciphertext.data() + i * encoded10_size);
    arithmetic.ntt(u[i]);
  }
  arithmetic.multiply(product, secret, u);
  arithmetic.inverse_ntt(product);
  arithmetic.read4(v, ciphertext.data() + k * encoded10_size);
  std::ranges::fill(message, uint8_t{0});
  // Compress_1: one where the difference is nearer to q/2 than to 0, which is where it is further than q/4 from 0.
  for (size_t i = 0; i < n; ++i) {
    const int32_t w = centered(v.coefficients[i] - product.coefficients[i]);
    const int32_t distance = (w ^ (w >> 31)) - (w >> 31);
    const auto bit = static_cast<uint32_t>(q / 4 - distance) >> 31;
    message[i / 8] = static_cast<uint8_t>(message[i / 8] | bit << (i % 8));
  }
}

bool is_reduced(const Arithmetic& arithmetic, std::span<const uint8_t, vector_size> encoded) {
  Vector vector;
  read_vector(arithmetic, vector, encoded.data());
  bool reduced = true;
  for (const auto& polynomial : vector)
    for (auto coefficient : polynomial.coefficients) reduced &= coefficient < q;
  return reduced;
}

}  // namespace handfast::crypto::mlkem

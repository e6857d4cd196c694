// mlkem_portable.cpp: the arithmetic of ML-KEM on any processor, without branches on coefficients and without divisions.
#include <crypto/mlkem_arithmetic.hpp>

namespace handfast::crypto::mlkem {
namespace {

int16_t sum(int16_t a, int16_t b) { return static_cast<int16_t>(a + b); }
int16_t difference(int16_t a, int16_t b) { return static_cast<int16_t>(a - b); }
int16_t product(int16_t a, int16_t b) { return montgomery_reduce(int32_t{a} * b); }

/// 0 <= result < q.
uint16_t least(int16_t a) {
  const auto c = centered(a);
  return static_cast<uint16_t>(c + ((c >> 15) & q));
}

// Each layer adds less than q to the size of a coefficient: 8 q fits into 16 bits.
void ntt(Polynomial& f) {
  auto& c = f.coefficients;
  size_t block = 1;
  for (size_t half = 128; half >= 2; half /= 2)
    for (size_t start = 0; start < n; start += 2 * half, ++block)
      for (size_t i = start; i < start + half; ++i) {
        const auto t = product(zetas[block], c[i + half]);
        c[i + half] = difference(c[i], t);
        c[i] = sum(c[i], t);
      }
  for (auto& coefficient : c) coefficient = centered(coefficient);
}

// Each layer doubles the size of a sum: three layers from q, then four from q/2.
void inverse_ntt(Polynomial& f) {
  auto& c = f.coefficients;
  size_t block = 127;
  for (size_t half = 2; half <= 128; half *= 2) {
    for (size_t start = 0; start < n; start += 2 * half, --block)
      for (size_t i = start; i < start + half; ++i) {
        const auto t = c[i];
        c[i] = sum(t, c[i + half]);
        c[i + half] = product(zetas[block], difference(c[i + half], t));
      }
    if (half == 8)
      for (auto& coefficient : c) coefficient = centered(coefficient);
  }
  for (auto& coefficient : c) coefficient = product(coefficient, inverse_ntt_factor);
}

void multiply(Polynomial& out, const Vector& a, const Vector& b) {
  for (size_t i = 0; i < n; i += 2) {
    const auto zeta = zetas[64 + i / 4];
    const auto gamma = i % 4 ? static_cast<int16_t>(-zeta) : zeta;
    int32_t even = 0, odd = 0;
    for (size_t j = 0; j < k; ++j) {
      const auto &x = a[j].coefficients, &y = b[j].coefficients;
      even += x[i] * y[i] + x[i + 1] * product(y[i + 1], gamma);
      odd += x[i] * y[i + 1] + x[i + 1] * y[i];
    }
    out.coefficients[i] = montgomery_reduce(even);
    out.coefficients[i + 1] = montgomery_reduce(odd);
  }
}

size_t accept(Polynomial& f, size_t have, const std::array<uint8_t, shake128_rate>& block) {
  const auto take = [&](int candidate) {
    if (candidate < q && have < n) f.coefficients[have++] = static_cast<int16_t>(candidate);
  };
  for (size_t i = 0; i < block.size(); i += 3) {
    take(block[i] | (block[i + 1] & 0xf) << 8);
    take(block[i + 1] >> 4 | block[i + 2] << 4);
  }
  return have;
}

void sample_noise(Polynomial& f, const std::array<uint8_t, 128>& bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto pairs = (bytes[i] & 0x55) + ((bytes[i] >> 1) & 0x55);   // sums of two bits, four times
    f.coefficients[2 * i] = static_cast<int16_t>((pairs & 3) - ((pairs >> 2) & 3));
    f.coefficients[2 * i + 1] = static_cast<int16_t>(((pairs >> 4) & 3) - (pairs >> 6));
  }
}

/// Compress_d of FIPS 203 section 4.2.1: a quotient from the reciprocal of q, which is too small by one at most.
template <int d>
unsigned compress(int16_t coefficient) {
  constexpr int32_t reciprocal = ((1 << (16 + d)) + q / 2) / q;
  const int32_t x = least(coefficient);
  const auto quotient = (x * reciprocal) >> 16;
  const auto rest = (x << d) + q / 2 - quotient * q;
  return static_cast<unsigned>(quotient - ((q - 1 - rest) >> 31)) & ((1u << d) - 1);
}

template <int d>
int16_t decompress(uint64_t bits) {
  const auto x = static_cast<int32_t>(bits & ((1u << d) - 1));
  return static_cast<int16_t>((x * q + (1 << (d - 1))) >> d);
}

void write12(uint8_t* out, const Polynomial& f) {
  for (size_t i = 0; i < n; i += 2, out += 3) {
    const auto a = least(f.coefficients[i]), b = least(f.coefficients[i + 1]);
    out[0] = static_cast<uint8_t>(a);
    out[1] = static_cast<uint8_t>(a >> 8 | b << 4);
    out[2] = static_cast<uint8_t>(b >> 4);
  }
}

void read12(Polynomial& f, const uint8_t* bytes) {
  for (size_t i = 0; i < n; i += 2, bytes += 3) {
    f.coefficients[i] = static_cast<int16_t>(bytes[0] | (bytes[1] & 0xf) << 8);
    f.coefficients[i + 1] = static_cast<int16_t>(bytes[1] >> 4 | bytes[2] << 4);
  }
}

void write10(uint8_t* out, const Polynomial& f) {
  for (size_t i = 0; i < n; i += 4, out += 5) {
    uint64_t bits = 0;
    for (size_t j = 0; j < 4; ++j) bits |= uint64_t{compress<10>(f.coefficients[i + j])} << (10 * j);
    for (size_t j = 0; j < 5; ++j) out[j] = static_cast<uint8_t>(bits >> (8 * j));
  }
}

void read10(Polynomial& f, const uint8_t* bytes) {
  for (size_t i = 0; i < n; i += 4, bytes += 5) {
    uint64_t bits = 0;
    for (size_t j = 0; j < 5; ++j) bits |= uint64_t{bytes[j]} << (8 * j);
    for (size_t j = 0; j < 4; ++j) f.coefficients[i + j] = decompress<10>(bits >> (10 * j));
  }
}

void write4(uint8_t* out, const Polynomial& f) {
  for (size_t i = 0; i < n; i += 2)
    *out++ = static_cast<uint8_t>(compress<4>(f.coefficients[i]) | compress<4>(f.coefficients[i + 1]) << 4);
}

void read4(Polynomial& f, const uint8_t* bytes) {
  for (size_t i = 0; i < n; i += 2, ++bytes) {
    f.coefficients[i] = decompress<4>(*bytes);
    f.coefficients[i + 1] = decompress<4>(uint64_t{*bytes} >> 4);
  }
}

}  // namespace

const Arithmetic& portable_arithmetic() {
  static constexpr Arithmetic row = {permute4_portable, ntt,    inverse_ntt, multiply, accept, sample_noise, write12,
                                     read12,            write10, read10,      write4,   read4};
  return row;
}

}  // namespace handfast::crypto::mlkem

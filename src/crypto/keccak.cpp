// keccak.cpp: Keccak-f[1600] and the sponge over it, in portable code.
#include <crypto/keccak.hpp>

#include <bit>
#include <cstring>

#include <crypto/keccak_constants.hpp>

namespace handfast::crypto {
namespace {

template <class Words>
void erase_words(Words& words) {
  erase({reinterpret_cast<uint8_t*>(words.data()), sizeof words});
}

uint64_t from_little_endian(uint64_t word) {
  return std::endian::native == std::endian::little ? word : std::byteswap(word);
}

using Words = uint64_t[25];

/// theta, rho, pi and chi (FIPS 202 section 3.2) from a to b, a row of five after the other.
[[gnu::always_inline]] inline void round(const Words& a, Words& b) {
  uint64_t c[5], d[5];
#pragma GCC unroll 5
  for (size_t x = 0; x < 5; ++x) c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
#pragma GCC unroll 5
  for (size_t x = 0; x < 5; ++x) d[x] = c[(x + 4) % 5] ^ std::rotl(c[(x + 1) % 5], 1);
#pragma GCC unroll 5
  for (size_t y = 0; y < 5; ++y) {
    uint64_t row[5];
#pragma GCC unroll 5
    for (size_t x = 0; x < 5; ++x) {
      const auto from = keccak_sources[5 * y + x];
      row[x] = std::rotl(a[from] ^ d[from % 5], keccak_rotations[from]);
    }
#pragma GCC unroll 5
    for (size_t x = 0; x < 5; ++x) b[5 * y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
  }
}

}  // namespace

void permute(KeccakState& state) {
  Words a, b;
  std::memcpy(a, state.data(), sizeof a);
  for (size_t i = 0; i < keccak_round_constants.size(); i += 2) {
    round(a, b);
    b[0] ^= keccak_round_constants[i];
    round(b, a);
    a[0] ^= keccak_round_constants[i + 1];
  }
  std::memcpy(state.data(), a, sizeof a);
}

void permute4_portable(KeccakState4& state) {
  KeccakState one;
  for (size_t lane = 0; lane < 4; ++lane) {
    for (size_t i = 0; i < one.size(); ++i) one[i] = state[i][lane];
    permute(one);
    for (size_t i = 0; i < one.size(); ++i) state[i][lane] = one[i];
  }
  erase_words(one);
}

Sponge::~Sponge() { erase_words(state_); }

Sponge& Sponge::absorb(Bytes bytes) {
  while (!bytes.empty()) {
    if (at_ == rate_) {
      permute(state_);
      at_ = 0;
    }
    if (at_ % 8 == 0 && bytes.size() >= 8) {
      uint64_t word;
      std::memcpy(&word, bytes.data(), 8);
      state_[at_ / 8] ^= from_little_endian(word);
      at_ += 8;
      bytes = bytes.subspan(8);
    } else {
      add(at_++, bytes[0]);
      bytes = bytes.subspan(1);
    }
  }
  return *this;
}

void Sponge::squeeze(std::span<uint8_t> out) {
  if (!squeezing_) {
    if (at_ == rate_) {
      permute(state_);
      at_ = 0;
    }
    add(at_, suffix_);
    add(rate_ - 1, 0x80);
    at_ = rate_;
    squeezing_ = true;
  }
  while (!out.empty()) {
    if (at_ == rate_) {
      permute(state_);
      at_ = 0;
    }
    if (at_ % 8 == 0 && out.size() >= 8) {
      const auto word = from_little_endian(state_[at_ / 8]);
      std::memcpy(out.data(), &word, 8);
      at_ += 8;
      out = out.subspan(8);
    } else {
      out[0] = static_cast<uint8_t>(state_[at_ / 8] >> (8 * (at_ % 8)));
      ++at_;
      out = out.subspan(1);
    }
  }
}

Shake4::Shake4(size_t rate, const std::array<Bytes, 4>& inputs, void (*permute)(KeccakState4&)) : permute_(permute) {
  const auto add = [&](size_t lane, size_t at, uint8_t byte) {
    state_[at / 8][lane] ^= uint64_t{byte} << (8 * (at % 8));
  };
  constexpr uint8_t suffix = 0x1f;
  for (size_t lane = 0; lane < 4; ++lane) {
    for (size_t i = 0; i < inputs[lane].size(); ++i) add(lane, i, inputs[lane][i]);
    add(lane, inputs[lane].size(), suffix);
    add(lane, rate - 1, 0x80);
  }
}

Shake4::~Shake4() { erase_words(state_); }

void Shake4::squeeze_block(const std::array<uint8_t*, 4>& out, size_t size) {
  permute_(state_);
  for (size_t i = 0; i < size / 8; ++i)
    for (size_t lane = 0; lane < 4; ++lane) {
      const auto word = from_little_endian(state_[i][lane]);
      std::memcpy(out[lane] + 8 * i, &word, 8);
    }
}

}  // namespace handfast::crypto

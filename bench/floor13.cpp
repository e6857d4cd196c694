// floor13.cpp: what a TLS 1.3 handshake cannot do without, counted by the sections of RFC 8446 that ask for it.
#include <openssl/rand.h>

#include <algorithm>
#include <floor.hpp>
#include <stdexcept>

namespace bench {
namespace {

/// HMACs, and how many of them need a key to be made ready.
struct Macs {
  size_t keys = 0, messages = 0;
  constexpr Macs operator+(Macs other) const { return {keys + other.keys, messages + other.messages}; }
};

constexpr Macs under_one_key(size_t messages) { return {1, messages}; }
constexpr Macs under_a_known_key(size_t messages) { return {0, messages}; }
constexpr Macs twice(Macs macs) { return macs + macs; }

// 7.1. Without a PSK the Early Secret and what is derived of it are constants; with one its salt is.
constexpr Macs early_secret = under_a_known_key(1) + under_one_key(2);   // Extract; "res binder", "derived"
constexpr Macs handshake_secret = under_one_key(1) + under_one_key(3);   // Extract; "c hs", "s hs", "derived"
constexpr Macs master_secret = under_one_key(1) + under_one_key(3);      // Extract; "c ap", "s ap", "exp master"
constexpr Macs finished = under_one_key(1);                              // 4.4.4: verify_data; 4.2.11.2: a binder
constexpr Macs handshake_traffic = under_one_key(3);                     // 7.3, 4.4.4: "key", "iv", "finished"
constexpr Macs application_traffic = under_one_key(2);                   // 7.3: "key", "iv"
constexpr Macs binder = under_one_key(1) + finished;                     // 4.2.11.2: "finished" of binder_key
constexpr Macs new_ticket = under_a_known_key(1) + under_one_key(1);     // "res master"; 4.6.1: "resumption"

constexpr Macs both_ways = handshake_secret + master_secret + twice(handshake_traffic + finished) + twice(application_traffic);
constexpr Macs resumed = early_secret + binder + both_ways + new_ticket;

}  // namespace

void Floor::run13(Side side, size_t transcript) {
  const bool is_server = side == Side::server, is_full = scenario_.is_full();
  const size_t hellos = scenario_.is_hybrid() ? 2600 : 350, ticket = 300;
  constexpr size_t random_bytes = 32;
  randomize(is_server ? random_bytes : 2 * random_bytes);   // 4.1.3; 4.1.2 and D.4: a session id too
  agree_on_key();
  if (scenario_.is_hybrid()) agree_on_mlkem(side);

  // 4.4.1, each value once: up to ServerHello, Certificate, CertificateVerify, Finished of the server; Certificate and
  // CertificateVerify of the client. Resumed: up to the binders, ServerHello, EncryptedExtensions, both Finished.
  hash(transcript, is_full ? scenario_.mutual ? 6 : 4 : 5);
  if (is_full) {
    constexpr size_t signed_content = 130;   // 4.4.3, hashed by the signature
    hash(signed_content, 1);
    is_server ? sign() : verify();
    if (scenario_.mutual) {
      hash(signed_content, 1);
      is_server ? verify() : sign();
    }
  }
  const auto macs = is_full ? both_ways : resumed;
  constexpr size_t longest = 55;   // 7.1: HkdfLabel with a hash, and HKDF's counter
  mac(macs.keys, macs.messages, longest);

  // 5.2: handshake and application keys of both directions; all that comes behind the hellos in one record a flight (5.1).
  const size_t encrypted = transcript > hellos ? transcript - hellos : 0, flights = 2;
  for (size_t key = 0; key < 4; ++key) set_record_key();
  for (size_t flight = 0; flight < flights; ++flight) protect_record(std::min(encrypted, buffer_.size()) / flights);
  if (is_full) return;
  protect_record(ticket);   // 4.6.1
  if (!is_server) return;
  protect_ticket();   // the one that came is opened,
  randomize(16);      // 4.6.1: ticket_age_add; the nonce it is sealed with
  protect_ticket();   // and a new one sealed
}

void Floor::randomize(size_t bytes) {
  if (RAND_bytes(buffer_.data(), static_cast<int>(bytes)) != 1) throw std::runtime_error("no random bytes");
}

// The hybrid's other half, by our own functions where libcrypto has none; each needs random bytes (FIPS 203 section 3.3).
void Floor::agree_on_mlkem(Side side) {
  using namespace handfast::crypto;
  uint8_t random[mlkem768_seed_size];
  auto seed = handfast::Bytes(random);
  bool done = RAND_bytes(random, sizeof random) == 1;
  if (!mlkem_key_) {
    mlkem_key_ = *MlkemKey::from_seed(seed);
    mlkem_ciphertext_ = mlkem_encapsulate(mlkem_key_->encapsulation_key(), seed.first(mlkem768_randomness_size))->ciphertext;
  }
  if (side == Side::server)
    done = done && mlkem_encapsulate(mlkem_key_->encapsulation_key(), seed.first(mlkem768_randomness_size));
  else
    done = done && MlkemKey::from_seed(seed) && mlkem_key_->decapsulate(mlkem_ciphertext_);
  if (!done) throw std::runtime_error("ML-KEM-768 failed");
}

}  // namespace bench

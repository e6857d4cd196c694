// ticket_keys.cpp: tickets as in RFC 5077 section 4, with AES-256-GCM: key name (16 bytes), nonce (12), ciphertext, tag (16).
#include <algorithm>
#include <array>
#include <mutex>
#include <vector>

#include <base/secret.hpp>
#include <crypto/aead.hpp>
#include <crypto/random.hpp>
#include <handfast/session.hpp>

namespace handfast {
namespace {

using Clock = std::chrono::system_clock;
constexpr size_t name_size = 16;
constexpr size_t tag_size = crypto::tag_size(crypto::AeadAlgorithm::aes_256_gcm);
constexpr size_t overhead = name_size + crypto::aead_nonce_size + tag_size;

struct Key {
  std::array<uint8_t, name_size> name{};
  std::unique_ptr<crypto::Aead> aead;
  Clock::time_point made;
  uint64_t sealed = 0;

  std::chrono::seconds age(Clock::time_point now) const {
    return std::chrono::floor<std::chrono::seconds>(now) - std::chrono::floor<std::chrono::seconds>(made);
  }
};

// With random nonces, NIST SP 800-38D section 8.3. Cookies are sealed for anybody who says hello.
constexpr uint64_t most_sealed = uint64_t{1} << 32;

Result<Key> make_key(Clock::time_point now) {
  Key key;
  Secret<32> secret(32);
  if (!crypto::random_bytes(key.name) || !crypto::random_bytes(secret.writable())) return fail(Fault::randomness_failed);
  auto aead = TRY(crypto::Aead::make(crypto::AeadAlgorithm::aes_256_gcm, secret.view()));
  key.aead = std::move(aead);
  key.made = now;
  return key;
}

}  // namespace

struct TicketKeys::State {
  Options options;
  std::mutex mutex;
  std::vector<Key> keys;   // newest first

  /// A key from a future as far away is one of a wrong clock: it would serve until that time has come.
  bool is_due(Clock::time_point now) const {
    if (keys.empty() || keys.front().sealed >= most_sealed) return true;
    const auto age = keys.front().age(now);
    return age >= options.rotation || -age >= options.rotation;
  }

  Result<> rotate(Clock::time_point now) {
    auto key = TRY(make_key(now));
    keys.insert(keys.begin(), std::move(key));
    std::erase_if(keys, [&](const Key& old) { return old.age(now) > options.rotation + options.lifetime; });
    constexpr size_t most = 64;
    if (keys.size() > most) keys.erase(keys.begin() + most, keys.end());
    return {};
  }
};

TicketKeys::TicketKeys() : TicketKeys(Options{}) {}
TicketKeys::TicketKeys(Options options) : state_(std::make_unique<State>()) { state_->options = options; }
TicketKeys::~TicketKeys() = default;

std::chrono::seconds TicketKeys::lifetime() const { return state_->options.lifetime; }

Result<> TicketKeys::rotate(Clock::time_point now) try {
  std::lock_guard lock(state_->mutex);
  return state_->rotate(now);
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

Result<Buffer> TicketKeys::seal(Bytes plaintext, Clock::time_point now) {
  std::lock_guard lock(state_->mutex);
  if (state_->is_due(now)) TRY(state_->rotate(now));
  auto& key = state_->keys.front();
  ++key.sealed;
  Buffer ticket(overhead + plaintext.size());
  std::ranges::copy(key.name, ticket.begin());
  auto nonce = std::span(ticket).subspan(name_size, crypto::aead_nonce_size);
  if (!crypto::random_bytes(nonce)) return fail(Fault::randomness_failed);
  key.aead->seal(ticket.data() + name_size + nonce.size(), nonce, key.name, plaintext);
  return ticket;
}

std::optional<Buffer> TicketKeys::open(Bytes ticket, Clock::time_point now) {
  if (ticket.size() < overhead) return {};
  std::lock_guard lock(state_->mutex);
  auto key = std::ranges::find_if(state_->keys, [&](const Key& k) { return std::ranges::equal(k.name, ticket.first(name_size)); });
  if (key == state_->keys.end() || key->age(now) > state_->options.rotation + state_->options.lifetime) return {};
  auto sealed = ticket.subspan(name_size + crypto::aead_nonce_size);
  Buffer bytes(sealed.begin(), sealed.end());
  if (!key->aead->open(bytes, ticket.subspan(name_size, crypto::aead_nonce_size), key->name)) return {};
  bytes.resize(bytes.size() - tag_size);
  return bytes;
}

}  // namespace handfast

// Tickets, which cookies are sealed like: their keys are secret, and what is in them. Which key one names, and whether it opens, is
// public.
#include <algorithm>

#include <crypto/random.hpp>
#include <handfast/session.hpp>
#include <secrets.hpp>

namespace {
bool marks_keys = false;
unsigned keys_made = 0;
}  // namespace

namespace handfast::crypto {

// In the place of the library's: 32 bytes are a ticket key, and secret; names and nonces are not.
bool random_bytes(std::span<uint8_t> out) {
  std::ranges::fill(out, static_cast<uint8_t>(0x40 + out.size()));
  if (!marks_keys || out.size() != 32) return true;
  constant_time::make_secret(out);
  ++keys_made;
  return true;
}

}  // namespace handfast::crypto

namespace handfast::constant_time {
namespace {

using Clock = std::chrono::system_clock;
const Clock::time_point now{};
constexpr size_t name_size = 16, nonce_size = 12, tag_size = 16;

struct Sealed {
  TicketKeys keys;
  Buffer ticket;

  explicit Sealed(const Buffer& plaintext) {
    marks_keys = true;
    const auto before = keys_made;
    auto sealed = keys.seal(secret(plaintext), now);
    marks_keys = false;
    require(sealed && keys_made == before + 1, "sealing of a ticket with a key that is marked");
    ticket = revealed(*sealed);
  }
};

void open_right_tickets() {
  for (size_t size : {0, 1, 15, 16, 100, 3000}) {
    const Buffer plaintext(size, 0x2c);
    Sealed sealed(plaintext);
    const auto opened = sealed.keys.open(sealed.ticket, now);
    require(opened && revealed(*opened) == plaintext, "opening of a ticket");
  }
}

void open_wrong_tickets() {
  Sealed sealed(Buffer(200, 0x2c));
  const auto size = sealed.ticket.size();
  for (size_t at : {size_t{0}, name_size - 1, name_size, name_size + nonce_size, name_size + nonce_size + 50, size - tag_size, size - 1}) {
    auto ticket = sealed.ticket;
    ticket[at] ^= 1;
    require(!sealed.keys.open(ticket, now), "opening of a wrong ticket");
  }
  require(!sealed.keys.open(Bytes(sealed.ticket).first(size - 1), now), "opening of a short ticket");
}

void look_into_a_ticket() {
  Sealed sealed(Buffer(200, 0x2c));
  const auto opened = sealed.keys.open(sealed.ticket, now);
  volatile int sink = 0;
  if (opened && opened->at(7) == 0x2c) sink = 1;
  static_cast<void>(sink);
}

}  // namespace

void check_tickets() {
  check_is_caught("a branch on what is in a ticket", look_into_a_ticket);
  check("tickets that open", open_right_tickets);
  check("tickets that are altered", open_wrong_tickets);
}

}  // namespace handfast::constant_time

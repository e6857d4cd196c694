// What a hostile peer may make us hold, as counted at every allocation: by operator new and by libcrypto, as malloc rounds them.
#include <gtest/gtest.h>
#include <malloc.h>
#include <openssl/crypto.h>

#include <cstdio>
#include <cstdlib>
#include <new>

#include <crypto/identity.hpp>
#include <crypto/issue.hpp>
#include <handshake/session_state.hpp>
#include <support/hello_bytes.hpp>
#include <support/pair.hpp>

namespace {

/// Bytes that are held, and the most that were, since somebody asked last.
size_t held = 0, peak = 0;

void* note(void* block) {
  if (!block) return nullptr;
  held += malloc_usable_size(block);
  peak = std::max(peak, held);
  return block;
}
void* taken(void* block) {
  if (!note(block)) throw std::bad_alloc();
  return block;
}
void give_back(void* block) {
  held -= malloc_usable_size(block);
  std::free(block);
}

void* libcrypto_malloc(size_t size, const char*, int) { return note(std::malloc(size)); }
void* libcrypto_realloc(void* block, size_t size, const char*, int) {
  held -= malloc_usable_size(block);
  return note(std::realloc(block, size));
}
void libcrypto_free(void* block, const char*, int) { give_back(block); }

/// Before libcrypto takes any.
const bool counts_libcrypto = CRYPTO_set_mem_functions(libcrypto_malloc, libcrypto_realloc, libcrypto_free) == 1;

}  // namespace

// NOLINTBEGIN(misc-new-delete-overloads)
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"   // where both are inlined, g++ sees free() alone
#endif
void* operator new(size_t size) { return taken(std::malloc(size ? size : 1)); }
void* operator new(size_t size, std::align_val_t alignment) {
  const auto unit = static_cast<size_t>(alignment);
  return taken(std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}
void operator delete(void* block) noexcept { give_back(block); }
void operator delete(void* block, size_t) noexcept { give_back(block); }
void operator delete(void* block, std::align_val_t) noexcept { give_back(block); }
void operator delete(void* block, size_t, std::align_val_t) noexcept { give_back(block); }
// NOLINTEND(misc-new-delete-overloads)

namespace handfast {
namespace {

using namespace support;

constexpr size_t kib = 1024;
constexpr size_t hello_limit = Limits{}.client_hello;

/// The most that `run` holds at once.
template <class Run>
size_t peak_of(Run run) {
  const auto before = held;
  peak = held;
  run();
  return peak - before;
}

/// What is printed stands in SECURITY.md's words, and in the report of whoever runs this.
void report(const char* what, size_t bytes) { std::printf("[ memory   ] %6.1f KiB  %s\n", static_cast<double>(bytes) / 1024, what); }

/// A hello, and how its bytes come.
struct Attack {
  const char* name;
  Buffer wire;
  ServerOptions options = server13();
  Buffer second{};   ///< after the server has asked for another hello
};

/// A new server, that has held nothing before, is told all that; its answers are not taken from it.
size_t peak_of_server(const Attack& attack) {
  const auto config = *ServerConfig::make(attack.options);
  return peak_of([&] {
    auto server = *Connection::server(config);
    give(server, attack.wire);
    if (!attack.second.empty()) give(server, attack.second);
  });
}

class HostileHello : public testing::TestWithParam<size_t> {
 protected:
  /// In records with so much of the hello each.
  size_t piece() const { return GetParam(); }
  void expect_bounded(const Attack& attack) const {
    ASSERT_TRUE(counts_libcrypto);
    peak_of_server(attack);   // what libcrypto and we keep once for all
    const auto bytes = peak_of_server(attack);
    report(attack.name, bytes);
    EXPECT_LE(bytes, 64 * kib) << attack.name;
  }
};

ServerOptions both_versions() {
  auto options = server_options();
  options.versions = {Version::tls13, Version::tls12};
  options.client_auth = ClientAuth::request;
  options.client_trust = trust();
  return options;
}

Buffer pre_shared_keys(size_t count, Bytes identity) {
  Buffer identities, binders, data;
  for (size_t i = 0; i < count; ++i) {
    put_block(identities, identity, 2);
    put(identities, 0, 4);
    put_block(binders, Buffer(32, 3), 1);
  }
  put_block(data, identities, 2);
  put_block(data, binders, 2);
  return data;
}

TEST_P(HostileHello, AsLongAsItMayBe) {
  expect_bounded({"as long as it may be, TLS 1.3", HelloBytes::tls13().pad_to(hello_limit).wire(piece())});
  expect_bounded({"as long as it may be, TLS 1.2", HelloBytes{}.pad_to(hello_limit).wire(piece()), both_versions()});
}

TEST_P(HostileHello, ThatIsNeverComplete) {
  auto wire = HelloBytes::tls13().pad_to(hello_limit).wire(piece());
  wire.pop_back();
  expect_bounded({"never complete", wire});
}

TEST_P(HostileHello, WithTheNextMessageBehindIt) {
  auto message = HelloBytes::tls13().pad_to(hello_limit).message();
  put(message, 1, 1);
  put(message, hello_limit, 3);
  message.resize(message.size() + hello_limit - 1);
  expect_bounded({"another one right behind it", plain_records(22, message, piece())});
}

TEST_P(HostileHello, TooLong) {
  expect_bounded({"too long", HelloBytes::tls13().pad_to(hello_limit + 1).wire(piece())});
  Buffer lie{1, 0xff, 0xff, 0xff};
  lie.resize(60000, 1);
  expect_bounded({"that says it has 16 MiB", plain_records(22, lie, piece())});
}

TEST_P(HostileHello, WithManyExtensions) {
  for (size_t count : {64u, 128u, 2900u}) {
    auto hello = HelloBytes::tls13();
    const auto each = (hello_limit - hello.body().size()) / count - 4;
    while (hello.extensions.size() < count && hello.body().size() + each + 4 <= hello_limit)
      hello.extensions.emplace_back(static_cast<uint16_t>(0x4000 + hello.extensions.size()), Buffer(each, 5));
    expect_bounded({"many extensions", hello.wire(piece())});
  }
}

TEST_P(HostileHello, WithManyPreSharedKeys) {
  for (size_t size : {1u, 40u, 2000u}) {
    auto hello = HelloBytes::tls13();
    const auto room = hello_limit - hello.body().size() - 8;
    hello.extensions.emplace_back(HelloBytes::pre_shared_key, pre_shared_keys(room / (2 + size + 4 + 33), Buffer(size, 8)));
    expect_bounded({"many pre-shared keys", hello.wire(piece())});
  }
}

TEST_P(HostileHello, WithALongTicketThatOpens) {
  auto options = server13();
  const auto keys = std::make_shared<TicketKeys>();
  options.ticket_keys = keys;
  const auto longest = longest_given_ticket(options.limits);
  for (size_t size : {longest, longest + 1, hello_limit - 500}) {
    auto hello = HelloBytes::tls13();
    const auto ticket = keys->seal(Buffer(size - 44, 3), now());
    ASSERT_TRUE(ticket && ticket->size() == size);
    const auto psks = pre_shared_keys(1, *ticket);
    if (hello.body().size() + psks.size() + 8 < hello_limit) hello.pad_to(hello_limit - 4 - psks.size());
    hello.extensions.emplace_back(HelloBytes::pre_shared_key, psks);
    expect_bounded({"a long ticket that opens", hello.wire(piece()), options});
  }
}

TEST_P(HostileHello, WithManyKeyShares) {
  for (size_t size : {1u, 32u}) {
    auto hello = HelloBytes::tls13(false);
    hello.extensions.pop_back();
    Buffer shares, data;
    while (hello.body().size() + shares.size() + size + 10 <= hello_limit) {
      put(shares, 0x4444, 2);
      put_block(shares, Buffer(size, 9), 2);
    }
    put_block(data, shares, 2);
    hello.extensions.emplace_back(HelloBytes::key_share, data);
    expect_bounded({"many key shares", hello.wire(piece())});
  }
}

TEST_P(HostileHello, WithManySuites) {
  auto hello = HelloBytes::tls13();
  while (hello.body().size() + 2 <= hello_limit) hello.suites.push_back(0x4a4a);
  expect_bounded({"many cipher suites", hello.wire(piece())});
}

TEST_P(HostileHello, WithALongSessionId) {
  auto hello = HelloBytes::tls13();
  hello.session_id.resize(255);
  expect_bounded({"a long session id", hello.pad_to(hello_limit).wire(piece())});
}

TEST_P(HostileHello, ThatMustBeSaidTwice) {
  auto second = HelloBytes::tls13().pad_to(hello_limit).wire(piece());
  expect_bounded({"that must be said twice", HelloBytes::tls13(false).pad_to(hello_limit).wire(piece()), server13(), second});
  auto stateless = server13();
  stateless.stateless_retry = true;
  expect_bounded({"that must be said twice, stateless", HelloBytes::tls13().pad_to(hello_limit).wire(piece()), stateless, second});
}

INSTANTIATE_TEST_SUITE_P(InPieces, HostileHello, testing::Values(1, 100, 16384),
                         [](const auto& of) { return "Of" + std::to_string(of.param); });

/// What one end of a pair holds, counted apart from the other.
class Account {
 public:
  template <class Run>
  auto operator()(Run run) {
    const auto before = held;
    peak = held;
    struct Settle {
      Account& account;
      size_t before;
      ~Settle() {
        const auto more = [this](size_t than) { return account.own_ + static_cast<ptrdiff_t>(than) - static_cast<ptrdiff_t>(before); };
        account.most_ = std::max(account.most_, more(peak));
        account.own_ = more(held);
      }
    } settle{*this, before};
    return run();
  }
  size_t most() const { return static_cast<size_t>(most_); }

 private:
  ptrdiff_t own_ = 0, most_ = 0;   // what it lets go of may have been another's
};

crypto::Validity validity() { return {now() - std::chrono::hours(24), now() + std::chrono::hours(24)}; }

/// A chain of as many certificates as we take, nearly as long as we take it; only the first is of use.
struct LongChain {
  crypto::KeyHandle key = *crypto::make_key(crypto::NewKey::p256);
  crypto::Issuer authority{*crypto::issue_certificate({.common_name = "Long", .purpose = crypto::Purpose::authority, .valid = validity()}, key,
                                                      nullptr),
                           key};
  Identity identity;
  TrustStore trust = *TrustStore::from_pem(crypto::certificate_to_pem(authority.certificate));

  explicit LongChain(crypto::Purpose purpose) : identity(make(purpose)) {}

 private:
  Identity make(crypto::Purpose purpose) const {
    const auto own = *crypto::make_key(crypto::NewKey::p256);
    crypto::CertificateSpec spec{.common_name = "long", .purpose = purpose, .valid = validity(), .dns_names = {"server.test"}};
    for (int i = 0; i < 80; ++i) spec.dns_names.push_back(std::string(59, 'a') + std::to_string(100 + i) + ".test");
    std::string chain;
    for (size_t i = 0; i < Limits{}.chain_length; ++i)
      chain += crypto::certificate_to_pem(*crypto::issue_certificate(spec, own, &authority));
    return *Identity::from_pem(chain, as_text(crypto::key_to_pem(own)->view()));
  }
};

/// A whole handshake, with what each end has held. The bytes come one record of 512 at a time, where the client may ask for that.
struct WholeHandshake {
  Account client, server;
  bool connected;

  WholeHandshake(const ClientOptions& client_options, const ServerOptions& server_options) {
    const auto client_config = *ClientConfig::make(client_options);
    const auto server_config = *ServerConfig::make(server_options);
    auto from = client([&] { return *Connection::client(client_config, "server.test"); });
    auto to = server([&] { return *Connection::server(server_config); });
    Buffer wire;
    const auto carry = [&wire](Connection& a, Account& of_a, Connection& b, Account& of_b) {
      wire.assign(a.output().begin(), a.output().end());
      of_a([&] { a.sent(wire.size()); });
      of_b([&] {
        give(b, wire);
        read_all(b);
      });
      return !wire.empty();
    };
    for (bool moved = true; moved;) {
      moved = carry(from, client, to, server);
      moved = carry(to, server, from, client) || moved;
    }
    connected = from.connected() && to.connected();
    EXPECT_TRUE(connected) << fault_id(from) << " " << fault_id(to);
    client([&] { auto gone = std::move(from); });
    server([&] { auto gone = std::move(to); });
  }
};

class WholeHandshakes : public testing::TestWithParam<Version> {
 protected:
  WholeHandshakes() { client.versions = server.versions = {GetParam()}; }
  ClientOptions client = client_options();
  ServerOptions server = server_options();
};

TEST_P(WholeHandshakes, OfAClientWithALongChain) {
  const LongChain chain(crypto::Purpose::client);
  client.identities = {chain.identity};
  client.max_fragment_length = 512;
  server.client_auth = ClientAuth::require;
  server.client_trust = chain.trust;
  WholeHandshake{client, server};
  const auto bytes = WholeHandshake(client, server).server.most();
  report("a server whose client shows a chain of 60 KiB", bytes);
  EXPECT_LE(bytes, 384 * kib);
}

TEST_P(WholeHandshakes, OfAServerWithALongChain) {
  const LongChain chain(crypto::Purpose::server);
  server.identities = {chain.identity};
  client.trust = chain.trust;
  client.max_fragment_length = 512;
  WholeHandshake{client, server};
  const auto bytes = WholeHandshake(client, server).client.most();
  report("a client whose server shows a chain of 60 KiB", bytes);
  EXPECT_LE(bytes, 384 * kib);
}

/// Seals nothing and makes it long.
struct LongTickets : TicketProtector {
  Result<Buffer> seal(Bytes plaintext, std::chrono::system_clock::time_point) override {
    Buffer ticket(longest_ticket, 0x33);
    std::ranges::copy(plaintext, ticket.begin());
    return ticket;
  }
  std::optional<Buffer> open(Bytes, std::chrono::system_clock::time_point) override { return {}; }
  std::chrono::seconds lifetime() const override { return std::chrono::hours(1); }
};

TEST_P(WholeHandshakes, WithManyLongTickets) {
  server.ticket_keys = std::make_shared<LongTickets>();
  server.ticket_count = Limits{}.tickets;
  server.limits.client_hello = 65536;
  client.sessions = ClientSessions::in_memory();
  WholeHandshake{client, server};
  const auto bytes = WholeHandshake(client, server).client.most();
  report("a client whose server gives 64 tickets of 32 KiB", bytes);
  EXPECT_LE(bytes, 384 * kib);
}

INSTANTIATE_TEST_SUITE_P(Versions, WholeHandshakes, testing::Values(Version::tls12, Version::tls13),
                         [](const auto& of) { return std::string(of.param == Version::tls12 ? "Tls12" : "Tls13"); });

}  // namespace
}  // namespace handfast

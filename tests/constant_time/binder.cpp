// The binder of a pre-shared key: what a server computes from the key that it knows, held against what the client has sent.
#include <algorithm>

#include <handshake/binder.hpp>
#include <handshake/server_psk.hpp>
#include <messages/with_header.hpp>
#include <secrets.hpp>
#include <support/pair.hpp>

namespace handfast::constant_time {
namespace {

constexpr std::string_view identity = "device-7";

messages::ClientHello hello_with(Bytes binder) {
  messages::ClientHello hello;
  hello.cipher_suites.items = {Suite::TLS_AES_128_GCM_SHA256};
  hello.compression_methods.items = {messages::CompressionMethod::null};
  hello.extensions.add<extensions::PskKeyExchangeModes>().ke_modes.items = {extensions::PskKeyExchangeMode::psk_dhe_ke};
  auto& offered = hello.extensions.add<extensions::OfferedPsks>();
  offered.identities.add({{as_bytes(identity)}, 0});
  offered.binders.add(binder);
  return hello;
}

struct Hello {
  messages::ClientHello hello;
  Buffer with_header{};

  explicit Hello(Bytes binder) : hello(hello_with(binder)) {
    require(messages::encode_with_header(hello, with_header).has_value(), "encoding of a hello");
  }
};

Buffer right_binder(Bytes key) {
  const Hello empty(Buffer(32));
  const auto truncated = Bytes(empty.with_header).first(empty.with_header.size() - (2 + 1 + 32));
  const auto hash = truncated_hash(crypto::HashAlgorithm::sha256, {}, truncated);
  const auto binder = keys::EarlySecret(catalog::Prf::sha256, key).binder(keys::PskKind::external, hash.view());
  return revealed(binder.view());
}

void check_binder_of_a_key() {
  const Buffer key(32, 0x6b);
  auto options = support::server13();
  options.external_psks = {*ExternalPsk::make(identity, key)};
  const auto config = *ServerConfig::make(options);
  make_secret(config->options().external_psks.front().state().key.view());
  const auto attempt = [&](const Buffer& binder, bool is_right) {
    Link link(Side::server, config->options(), config->pool(), nullptr, 0);
    const Hello hello(binder);
    link.transcript.add(hello.with_header);
    const auto found = find_psk(link, *config, hello.hello, nullptr);
    require(found.has_value() == is_right && (!is_right || found->has_value()), "the binder of a pre-shared key");
    require(is_right || found.error().fault == Fault::binder_invalid, "the binder of a pre-shared key");
  };
  auto binder = right_binder(key);
  attempt(binder, true);
  binder.front() ^= 1;
  attempt(binder, false);
  binder.front() ^= 1;
  binder.back() ^= 0x80;
  attempt(binder, false);
}

void compare_until_it_differs() {
  const auto hash = crypto::hash(crypto::HashAlgorithm::sha256, Buffer(100, 1));
  const auto key = secret(Buffer(32, 0x6b));
  const auto expected = keys::EarlySecret(catalog::Prf::sha256, key).binder(keys::PskKind::external, hash.view());
  const Buffer guess(expected.size, 0x11);
  for (size_t i = 0; i < guess.size(); ++i)
    if (expected.view()[i] != guess[i]) return;
}

}  // namespace

void check_binder() {
  check_is_caught("a binder compared up to the first wrong byte", compare_until_it_differs);
  check("the binder of a pre-shared key", check_binder_of_a_key);
}

}  // namespace handfast::constant_time

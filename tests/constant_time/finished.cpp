// What each side holds against the peer's Finished, and against renegotiation_info: from the secret that it is computed from to the
// comparison, in the functions that the handshakes call. What the peer has sent is public: it may be anybody's guess.
#include <algorithm>

#include <handshake/finish12.hpp>
#include <handshake/finish13.hpp>
#include <handshake/renegotiate.hpp>
#include <secrets.hpp>
#include <support/pair.hpp>

namespace handfast::constant_time {
namespace {

crypto::Digest transcript_hash(size_t size) {
  crypto::Digest digest;
  digest.size = size;
  digest.bytes.fill(0x33);
  return digest;
}

/// Guesses that are right, and wrong at the first or the last byte.
template <class Try>
void try_guesses(Bytes right, Try attempt) {
  Buffer guess = revealed(right);
  attempt(guess, true);
  guess.front() ^= 1;
  attempt(guess, false);
  guess.front() ^= 1;
  guess.back() ^= 0x80;
  attempt(guess, false);
}

struct Ends {
  std::shared_ptr<const ClientConfig> client_config = *ClientConfig::make(support::client_options());
  std::shared_ptr<const ServerConfig> server_config = *ServerConfig::make(support::server_options());
  Link client{Side::client, client_config->options(), client_config->pool(), nullptr, 0};
  Link server{Side::server, server_config->options(), server_config->pool(), nullptr, 0};
};

Agreed12 agreed(Suite suite, Version version) {
  Agreed12 agreed;
  agreed.version = version;
  agreed.suite = catalog::find(suite);
  return agreed;
}

void check_finished_of(Side sender, Suite suite, Version version) {
  Ends ends;
  auto& link = sender == Side::client ? ends.server : ends.client;
  const auto with = agreed(suite, version);
  const auto hash = transcript_hash(crypto::digest_size(keys::hash_of(with.prf())));
  const keys::MasterSecret master(secret(Buffer(48, 0x5a)));
  const auto right = sender == Side::client ? keys::client_verify_data(with.prf(), master, hash.view())
                                            : keys::server_verify_data(with.prf(), master, hash.view());
  try_guesses(right, [&](const Buffer& guess, bool is_right) {
    Received<messages::Finished> finished{{}, hash, 0, 0};
    std::ranges::copy(guess, finished.verify_data.begin());
    require(check_finished(link, with, master, finished).has_value() == is_right, "Finished of TLS 1.2 and before");
  });
}

void check_finished12() {
  for (auto sender : {Side::client, Side::server}) {
    check_finished_of(sender, Suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, Version::tls12);
    check_finished_of(sender, Suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, Version::tls12);
    check_finished_of(sender, Suite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, Version::tls10);
  }
}

/// From the secret of the key exchange on.
template <class Use>
void with_traffic_secrets(Use use) {
  for (auto suite : {Suite::TLS_AES_128_GCM_SHA256, Suite::TLS_AES_256_GCM_SHA384}) {
    const auto prf = catalog::find(suite)->prf;
    const auto hash = transcript_hash(crypto::digest_size(keys::hash_of(prf)));
    const auto handshake = keys::EarlySecret(prf).mix(secret(Buffer(32, 0x77)));
    use(handshake.client_handshake_traffic(hash.view()), hash);
    use(handshake.server_handshake_traffic(hash.view()), hash);
  }
}

void check_finished_of_tls13() {
  with_traffic_secrets([](const keys::TrafficSecret& theirs, const crypto::Digest& hash) {
    try_guesses(theirs.finished(hash.view()).view(), [&](const Buffer& guess, bool is_right) {
      Received<messages::Finished13> finished{{}, hash, 0, 0};
      finished.verify_data.bytes = guess;
      require(check_finished13(theirs, finished).has_value() == is_right, "Finished of TLS 1.3");
    });
  });
}

void check_renegotiation_info() {
  Ends ends;
  auto& link = ends.server;
  link.secure_renegotiation.client_verify_data.fill(0x21);
  const auto right = link.secure_renegotiation.client_verify_data;
  make_secret(link.secure_renegotiation.client_verify_data);
  link.renegotiating = std::make_unique<Renegotiating>();
  link.renegotiating->before.version = link.summary.version = Version::tls12;
  try_guesses(right, [&](const Buffer& guess, bool is_right) {
    messages::ClientHello hello;
    hello.extensions.add<extensions::RenegotiationInfo>().renegotiated_connection.bytes = guess;
    require(check_binding(link, hello).has_value() == is_right, "renegotiation_info");
  });
}

/// The same, compared as memcmp compares.
void compare_until_it_differs() {
  with_traffic_secrets([](const keys::TrafficSecret& theirs, const crypto::Digest& hash) {
    const auto expected = theirs.finished(hash.view());
    const Buffer guess(expected.size, 0x11);
    for (size_t i = 0; i < guess.size(); ++i)
      if (expected.view()[i] != guess[i]) return;
  });
}

}  // namespace

void check_finished() {
  check_is_caught("Finished compared up to the first wrong byte", compare_until_it_differs);
  check("Finished of TLS 1.0 and 1.2, of both sides", check_finished12);
  check("Finished of TLS 1.3, of both sides", check_finished_of_tls13);
  check("renegotiation_info", check_renegotiation_info);
}

}  // namespace handfast::constant_time

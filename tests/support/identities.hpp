// identities.hpp: certificates for tests, made once per process by one throw-away authority. Their dates are around `now()`,
// which is a fixed moment: tests do not depend on the clock's date.
#pragma once

#include <chrono>
#include <string>

#include <handfast/config.hpp>
#include <handfast/identity.hpp>

namespace handfast::support {

enum class KeyKind { p256, p384, rsa, ed25519 };

/// The moment at which tests play.
std::chrono::system_clock::time_point now();
/// A clock that stands at now(), and libcrypto's randomness.
Environment environment();

/// For "server.test" and 127.0.0.1.
Identity server_identity(KeyKind kind = KeyKind::p256);
/// For another name, from the same authority.
Identity identity_for(const std::string& dns_name, KeyKind kind = KeyKind::p256);
Identity client_identity(const std::string& common_name = "alice", KeyKind kind = KeyKind::p256);
/// From the same authority, but they expire this long after now().
Identity short_lived_server(std::chrono::minutes life);
Identity short_lived_client(std::chrono::minutes life);
/// What the authority says about server_identity() now: "good", or that it is revoked.
Buffer server_staple(bool revoked = false);
/// A raw public key as an identity, and PEM text to trust it by.
struct RawKey {
  Identity identity;
  std::string open;
};
RawKey raw_key(KeyKind kind = KeyKind::p256);
/// A client certificate of an authority that nobody trusts.
Identity stranger_identity();
TrustStore trust();
/// The chain of server_identity(kind), and a signature by its key, for identities whose key is elsewhere.
std::string server_chain_pem(KeyKind kind);
Result<Buffer> sign_as_server(KeyKind kind, const SigningRequest& request);

}  // namespace handfast::support

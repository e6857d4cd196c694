#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace handfast::chat {

/// Who a member is, as its client certificate proved. Made by identity_from alone.
struct Identity {
  std::string account;             ///< the certificate's common name: a legal nick
  std::string fingerprint_sha256;  ///< of the certificate: 64 lower-case hex digits
  std::string host;                ///< the peer's address as text: never empty, no space, no ':' first
};

/// The identity behind a verified client certificate. `common_name` is the subject's (empty when it has none),
/// `fingerprint` its SHA-256 in hex (any case, colons allowed), `address` the peer's IP address without the port.
/// The error is a sentence that says why the certificate is refused and what to do.
std::expected<Identity, std::string> identity_from(std::string_view common_name, std::string_view fingerprint,
                                                   std::string_view address);

}  // namespace handfast::chat

// credentials.hpp: throw-away authorities and certificates, made by libcrypto.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace bench {

enum class Key { ecdsa_p256, rsa_2048 };

using X509Ptr = std::shared_ptr<X509>;
using KeyPtr = std::shared_ptr<EVP_PKEY>;

/// A certificate and its key, as objects of libcrypto (for libssl) and as PEM (for Handfast).
struct Credential {
  X509Ptr certificate;
  KeyPtr key;
  std::string certificate_pem, key_pem;
};

inline constexpr const char* host_name = "bench.example";

/// An authority with a server's and a client's certificate under it, all with keys of one kind.
struct Credentials {
  Credential root, server, client;
};

Credentials make_credentials(Key kind);

}  // namespace bench

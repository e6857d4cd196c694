// key_decoders.hpp: libcrypto's decoders of the public keys of certificates, apart from all its others.
#pragma once

#include <openssl/types.h>

namespace handfast::crypto {

/// While one lives, libcrypto decodes on this thread with the decoders of SubjectPublicKeyInfo for RSA, ECDSA, Ed25519
/// and Ed448 alone. libcrypto 3.0 gathers its decoders of all formats anew for each key, which takes two thirds of the
/// time of parsing a certificate. Changes nothing where the application has no default provider or a library context of
/// its own.
class KeyDecodersOnly {
 public:
  KeyDecodersOnly();
  KeyDecodersOnly(const KeyDecodersOnly&) = delete;
  KeyDecodersOnly& operator=(const KeyDecodersOnly&) = delete;
  ~KeyDecodersOnly();

 private:
  OSSL_LIB_CTX* before_ = nullptr;  ///< null when nothing was changed
};

}  // namespace handfast::crypto

// issue.hpp: makes keys, certificates and revocation lists, good ones and, for tests and demonstrations, faulty ones.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <crypto/certificate.hpp>

namespace handfast::crypto {

enum class NewKey : uint8_t { p256, p384, rsa_1024, rsa_2048, rsa_3072, ed25519 };

/// A private key, an EVP_PKEY.
using KeyHandle = std::shared_ptr<void>;

Result<KeyHandle> make_key(NewKey kind);
/// PKCS #8, not encrypted.
Result<SecretBuffer> key_to_pem(const KeyHandle& key);
/// Its public half, SubjectPublicKeyInfo ("PUBLIC KEY").
Result<std::string> public_key_to_pem(const KeyHandle& key);
std::string certificate_to_pem(const Certificate& certificate);

enum class Purpose : uint8_t { authority, server, client, server_and_client, unlimited, ocsp_responder };

struct Validity {
  std::chrono::system_clock::time_point from, to;
};

struct CertificateSpec {
  std::string common_name;
  Purpose purpose = Purpose::server;         ///< an authority's extendedKeyUsage is not limited
  Validity valid;
  std::vector<std::string> dns_names{};      ///< "*.example.com" too
  std::vector<std::string> addresses{};      ///< IPv4 or IPv6
  std::optional<int> path_length{};          ///< of an authority: how many authorities may be below it
  std::vector<std::string> permitted_names{};  ///< of an authority: DNS names that it may issue for
  bool must_staple = false;                  ///< RFC 7633: a server must staple an OCSP response

  // What makes a certificate faulty.
  std::optional<Purpose> limited_to{};       ///< of an authority: the one extendedKeyUsage it may issue for
  bool without_digital_signature = false;    ///< keyUsage is keyAgreement alone
  bool signed_with_sha1 = false;
  bool without_basic_constraints = false;    ///< of an authority: it is none
};

/// Who signs: a certificate and the key of it.
struct Issuer {
  Certificate certificate;
  KeyHandle key;
};

/// Reads both from PEM text; `source` names them in errors. Fault::key_mismatch where they do not belong together.
Result<Issuer> issuer_from_pem(std::string_view certificate, std::string_view key, const std::string& source);

/// A certificate for the public half of `key`, signed by `issuer`, or by `key` itself where that is null. Its serial number is
/// random. Fault::server_name_invalid for a name that is none.
Result<Certificate> issue_certificate(const CertificateSpec& spec, const KeyHandle& key, const Issuer* issuer);

/// A revocation list in PEM; `valid` is thisUpdate and nextUpdate.
Result<std::string> make_crl(const Issuer& issuer, const std::vector<Certificate>& revoked, Validity valid);

enum class StapleStatus : uint8_t { good, revoked, unknown };

struct StapleSpec {
  StapleStatus status = StapleStatus::good;
  Validity valid;                      ///< thisUpdate and nextUpdate
  const Issuer* responder = nullptr;   ///< who signs instead of the issuer, with the issuer's leave (Purpose::ocsp_responder)

  // What makes a response faulty.
  bool without_next_update = false;
  bool signed_with_sha1 = false;
};

/// An OCSP response (DER) about a certificate of this issuer, for a server to staple.
Result<Buffer> make_staple(const Issuer& issuer, const Certificate& certificate, const StapleSpec& spec);

}  // namespace handfast::crypto

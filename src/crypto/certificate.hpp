// certificate.hpp: X.509 certificates: parsed facts, and the verification of a chain.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <crypto/public_key.hpp>
#include <handfast/identity.hpp>
#include <handfast/trace.hpp>

namespace handfast::crypto {

/// A parsed certificate. Cheap to copy.
class Certificate {
 public:
  /// Fault::certificate_malformed when it does not parse or has bytes behind its end.
  static Result<Certificate> parse(Bytes der);
  /// Takes part in an X509 that is parsed already.
  explicit Certificate(std::shared_ptr<void> x509);

  const PublicKey& key() const { return key_; }
  std::string subject() const;      ///< one line, "CN=alice,O=Example"
  std::string issuer() const;
  std::string common_name() const;  ///< UTF-8; empty where there is none or it has an embedded NUL
  std::vector<std::string> names() const;
  std::string sha256() const;       ///< lower-case hex
  Buffer issuer_der() const;        ///< the issuer's Name
  Buffer subject_der() const;       ///< the subject's Name
  Buffer der() const;
  CertificateSummary summary() const;
  /// Whether the certificate names this host (RFC 9525: subjectAltName alone; wildcards for a whole leftmost label) or address.
  bool names_host(std::string_view host) const;
  bool allows_key_encipherment() const;      ///< keyUsage is absent or has keyEncipherment (static RSA)
  /// Names of extendedKeyUsage, "serverAuth"; empty where it is absent, which allows all.
  std::vector<std::string> purposes() const;
  bool is_authority() const;                 ///< may issue certificates
  bool is_self_issued() const;               ///< subject and issuer are the same, as in a root
  std::chrono::system_clock::time_point not_before() const;
  std::chrono::system_clock::time_point not_after() const;
  bool allows_digital_signature() const;     ///< keyUsage is absent or has digitalSignature (all else)

  void* native() const { return x509_.get(); }   // an X509

 private:
  std::shared_ptr<void> x509_;
  PublicKey key_;
};

/// SHA-256 of a certificate's DER in lower-case hex, as Certificate::sha256.
std::string fingerprint(Bytes der);

/// What verification found.
struct Verdict {
  bool accepted = false;
  bool verified = false;             ///< false when the trust store accepts anyone
  std::vector<FailedCheck> failed{};  ///< every check that failed, the peer's own certificate first
  bool stapled = false;              ///< a staple came and says "good"
  /// When the same check could first come to another verdict: a certificate of the chain that was built, or its staple, expires, or a
  /// revocation list of one of its issuers ends or begins. The end of time when none was verified.
  std::chrono::system_clock::time_point valid_until = std::chrono::system_clock::time_point::max();
  /// The fault to report: of the failed ones, first what is wrong with the issuers (without a known one nothing else in the
  /// chain can be believed), then revocation, dates, name, purpose, strength and missing revocation lists.
  Fault fault = Fault::certificate_not_accepted;
};

/// Whether these bytes are an OCSP response (DER) about this certificate: asked of our own before they are sent.
bool is_staple_for(Bytes response, const Certificate& certificate);

/// What is asked of a stapled OCSP response. `checked`: one that comes must be good, and one must come where the certificate
/// demands it (RFC 7633).
enum class StapleRule : uint8_t { ignored, checked, required };

struct VerifyOptions {
  Side owner = Side::server;         ///< whose chain: decides the purpose (serverAuth or clientAuth)
  std::string_view name{};           ///< host or address the chain must name; empty: none is checked
  std::chrono::system_clock::time_point now;
  bool needs_key_encipherment = false;   ///< static RSA: keyUsage must allow it; otherwise it must allow signatures
  StapleRule staple_rule = StapleRule::ignored;
  Bytes staple{};                        ///< the OCSPResponse (DER) that came with the peer's own certificate; empty: none
};

/// Builds and checks the chain of `chain[0]` (further ones are candidates for intermediates) against the store: signatures,
/// issuers, dates, name, purpose (extendedKeyUsage of each certificate), keyUsage, key and digest strength, name constraints,
/// revocation. Goes on after a failed check, so that every one is named.
Verdict verify_chain(const std::vector<Certificate>& chain, const TrustStore& trust, const VerifyOptions& options);

/// A peer's raw public key (RFC 7250): it is one of the store's, byte for byte, or the store accepts anyone.
/// Fault::certificate_malformed, Fault::raw_public_key_unknown.
Result<PublicKey> accept_raw_key(Bytes spki, const TrustStore& trust);

}  // namespace handfast::crypto

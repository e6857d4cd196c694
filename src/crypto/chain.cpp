// chain.cpp: verify_chain, the verification of a peer's certificates.
#include <fmt/format.h>

#include <algorithm>
#include <base/printable.hpp>
#include <optional>
#include <tuple>
#include <crypto/certificate.hpp>
#include <crypto/identity.hpp>
#include <crypto/owned.hpp>
#include <crypto/staple.hpp>
#include <crypto/verify_error.hpp>
#include <crypto/x509_text.hpp>

namespace handfast::crypto {
namespace {

using enum Fault;

/// Which fault to report when several checks failed: the first in this list.
constexpr Fault by_weight[] = {Fault::out_of_memory,
                               certificate_malformed,
                               issuer_unknown,
                               self_signed,
                               certificate_signature_invalid,
                               issuer_not_ca,
                               path_too_long,
                               name_constraint_violated,
                               certificate_policy_violated,
                               Fault::certificate_revoked,
                               Fault::certificate_expired,
                               certificate_not_yet_valid,
                               name_mismatch,
                               common_name_only,
                               purpose_not_allowed,
                               key_usage_not_allowed,
                               key_too_weak,
                               digest_too_weak,
                               certificate_type_unsuitable,
                               crl_invalid,
                               crl_expired,
                               crl_not_yet_valid,
                               crl_missing,
                               staple_invalid,
                               staple_missing,
                               certificate_not_accepted};

auto weight(Fault fault) { return std::ranges::find(by_weight, fault); }

bool concerns_crl(Fault fault) {
  return fault == crl_invalid || fault == crl_expired || fault == crl_not_yet_valid || fault == crl_missing;
}

/// What says that nobody who is trusted has vouched for the chain.
bool is_unvouched(Fault fault) { return fault == issuer_unknown || fault == self_signed || fault == certificate_signature_invalid; }

size_t size_of_extension(const X509* certificate, int nid) {
  const int place = X509_get_ext_by_NID(certificate, nid, -1);
  return place < 0 ? 0 : static_cast<size_t>(ASN1_STRING_length(X509_EXTENSION_get_data(X509_get_ext(certificate, place))));
}

/// libcrypto holds every name of a chain against every constraint above it, and checks each signature: more than we do to tell all
/// that is wrong with a chain that is refused in any case.
bool is_laborious(const std::vector<Certificate>& chain) {
  constexpr size_t most_bytes_by_bytes = size_t{1} << 22;   // some 100,000 comparisons, 1 ms
  constexpr size_t most_key_bits = 4096;
  size_t names = 0, constraints = 0;
  for (const auto& certificate : chain) {
    const auto* native = static_cast<const X509*>(certificate.native());
    names += size_of_extension(native, NID_subject_alt_name);
    constraints += size_of_extension(native, NID_name_constraints);
    if (EVP_PKEY_get_bits(X509_get0_pubkey(native)) > static_cast<int>(most_key_bits)) return true;
  }
  return names * constraints > most_bytes_by_bytes;
}

using OwnedStoreContext = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;

/// One verification: what was given to it and what it found.
class Verification {
 public:
  Verification(const std::vector<Certificate>& sent, const TrustStore& trust, const VerifyOptions& options)
      : sent_(sent), trust_(trust), options_(options) {}

  Verdict run();

 private:
  bool build_and_check();
  static int on_check(int ok, X509_STORE_CTX* context);
  void take(int error, X509_STORE_CTX* context);
  void check_name();
  void check_key_usage();
  void check_purposes();
  void check_top_digest();
  void check_staple();
  X509* issuer_of_leaf() const;
  std::chrono::system_clock::time_point valid_until() const;
  std::chrono::system_clock::time_point next_change_of_crls() const;
  void add(Fault fault, int depth, const X509* certificate, std::string detail);

  std::string detail_of(int error, X509_STORE_CTX* context, X509* certificate) const;
  std::string issuer_detail(int error, X509_STORE_CTX* context, X509* certificate) const;
  std::string crl_detail(const X509_CRL* crl) const;
  std::string revocation_detail(X509_CRL* crl, X509* certificate) const;

  const std::vector<Certificate>& sent_;
  const TrustStore& trust_;
  const VerifyOptions& options_;
  OwnedStoreContext context_;
  std::vector<FailedCheck> failed_;
  std::optional<GoodStaple> staple_;
  bool is_hopeless_ = false;   ///< nobody vouches for it, and to look on would take long
};

X509* native(const Certificate& certificate) { return static_cast<X509*>(certificate.native()); }

/// The key of a certificate, as long as that lives.
std::shared_ptr<void> key_of(X509* certificate) {
  return {X509_get0_pubkey(certificate), [](void*) {}};
}

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

Verdict Verification::run() {
  if (!build_and_check() && failed_.empty()) {
    const int error = context_ ? X509_STORE_CTX_get_error(context_.get()) : X509_V_ERR_OUT_OF_MEM;
    add(fault_of(error), 0, native(sent_[0]), X509_verify_cert_error_string(error));
  }
  check_name();
  check_key_usage();
  check_purposes();
  check_top_digest();
  check_staple();

  std::ranges::sort(failed_, {}, [](const auto& check) { return std::tuple(check.depth, weight(check.fault), check.fault); });
  Verdict verdict{.accepted = failed_.empty(), .verified = true, .failed = std::move(failed_)};
  verdict.stapled = staple_.has_value();
  verdict.valid_until = std::min(valid_until(), next_change_of_crls());
  if (!verdict.accepted)
    verdict.fault = std::ranges::min(verdict.failed, {}, [](const auto& check) { return weight(check.fault); }).fault;
  return verdict;
}

/// Has libcrypto build the chain and check it; on_check collects what failed. False when it stopped early.
bool Verification::build_and_check() {
  Owned<STACK_OF(X509), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }> others(sk_X509_new_null());
  context_.reset(X509_STORE_CTX_new());
  if (!others || !context_) return false;
  for (size_t i = 1; i < sent_.size(); ++i) sk_X509_push(others.get(), native(sent_[i]));
  auto* store = static_cast<X509_STORE*>(trust_.state().store.get());
  if (X509_STORE_CTX_init(context_.get(), store, native(sent_[0]), others.get()) <= 0) return false;

  auto* parameters = X509_STORE_CTX_get0_param(context_.get());
  constexpr int like_rsa_2048 = 2;  // 112 bits of security, for keys and for the digests of signatures
  X509_VERIFY_PARAM_set_auth_level(parameters, like_rsa_2048);
  X509_VERIFY_PARAM_set_time(parameters, std::chrono::system_clock::to_time_t(options_.now));
  X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_POLICY_CHECK);
  if (trust_.state().checks_revocation)
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  X509_STORE_CTX_set_app_data(context_.get(), this);
  X509_STORE_CTX_set_verify_cb(context_.get(), on_check);
  const bool complete = X509_verify_cert(context_.get()) > 0;
  X509_STORE_CTX_set0_untrusted(context_.get(), nullptr);  // others ends here
  return complete;
}

int Verification::on_check(int ok, X509_STORE_CTX* context) {
  if (ok) return 1;
  auto& self = *static_cast<Verification*>(X509_STORE_CTX_get_app_data(context));
  self.take(X509_STORE_CTX_get_error(context), context);
  // Else an error that it went on after (a weak key) would stand for the missing issuer that it finds next.
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return self.is_hopeless_ ? 0 : 1;
}

void Verification::take(int error, X509_STORE_CTX* context) {
  const auto fault = fault_of(error);
  const int depth = X509_STORE_CTX_get_error_depth(context);
  // The top of the chain is trusted as it is, or its issuer is unknown, which says enough: its own CRL is not asked
  // for.
  const bool is_top = depth == sk_X509_num(X509_STORE_CTX_get0_chain(context)) - 1;
  if (is_top && concerns_crl(fault)) return;
  auto* certificate = X509_STORE_CTX_get_current_cert(context);
  if (!certificate) certificate = sk_X509_value(X509_STORE_CTX_get0_chain(context), depth);
  add(fault, depth, certificate, detail_of(error, context, certificate));
  is_hopeless_ = is_hopeless_ || (is_unvouched(fault) && is_laborious(sent_));
}

/// Notes a failed check once per certificate.
void Verification::add(Fault fault, int depth, const X509* certificate, std::string detail) {
  const auto is_same = [&](const auto& check) { return check.fault == fault && check.depth == depth; };
  if (std::ranges::any_of(failed_, is_same)) return;
  const auto* name = certificate ? X509_get_subject_name(certificate) : nullptr;
  failed_.push_back({.fault = fault, .depth = depth, .subject = one_line(name), .detail = std::move(detail)});
}

std::string Verification::detail_of(int error, X509_STORE_CTX* context, X509* certificate) const {
  const auto* words = X509_verify_cert_error_string(error);
  switch (fault_of(error)) {
    case issuer_unknown:
    case self_signed:
      return issuer_detail(error, context, certificate);
    case Fault::certificate_expired:
    case certificate_not_yet_valid:
      return fmt::format("valid from {} to {}, now {}", date_text(X509_get0_notBefore(certificate)),
                         date_text(X509_get0_notAfter(certificate)), date_text(options_.now));
    case Fault::certificate_revoked:
      return revocation_detail(X509_STORE_CTX_get0_current_crl(context), certificate);
    case crl_expired:
    case crl_not_yet_valid:
      return crl_detail(X509_STORE_CTX_get0_current_crl(context));
    case crl_invalid:
      return fmt::format("{}; {}", words, crl_detail(X509_STORE_CTX_get0_current_crl(context)));
    case crl_missing:
      return fmt::format("no CRL of {} is loaded", one_line(X509_get_issuer_name(certificate)));
    case key_too_weak:
      return PublicKey(key_of(certificate)).description() + "; at least RSA 2048 or a curve of 224 bits is needed";
    case digest_too_weak:
      return fmt::format("signed with {}", OBJ_nid2ln(X509_get_signature_nid(certificate)));
    case issuer_not_ca:
      return fmt::format("{}: an issuer needs basicConstraints CA:TRUE and, where it has keyUsage, keyCertSign", words);
    default:
      return words;
  }
}

/// Which authority is missing, and what may have gone wrong.
std::string Verification::issuer_detail(int error, X509_STORE_CTX* context, X509* certificate) const {
  if (fault_of(error) == self_signed) return "it is signed by its own key and is not in the trust store itself";
  if (error == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN) return "the root that the peer sent is not in the trust store";
  const auto* issuer = X509_get_issuer_name(certificate);
  auto detail =
      fmt::format("its issuer {} is neither in the trust store nor among what the peer sent", one_line(issuer));
  Owned<STACK_OF(X509), [](STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }> namesakes(
      X509_STORE_CTX_get1_certs(context, issuer));
  if (sk_X509_num(namesakes.get()) > 0)
    detail += "; an authority of that name is trusted, but it has another key: it was made anew, or is another one";
  else if (sent_.size() == 1)
    detail += "; the peer sent only its own certificate: it may have forgotten its intermediate";
  return detail;
}

std::string Verification::crl_detail(const X509_CRL* crl) const {
  if (!crl) return "no CRL";
  return fmt::format("CRL of {}: thisUpdate {}, nextUpdate {}, now {}", one_line(X509_CRL_get_issuer(crl)),
                     date_text(X509_CRL_get0_lastUpdate(crl)), date_text(X509_CRL_get0_nextUpdate(crl)),
                     date_text(options_.now));
}

std::string Verification::revocation_detail(X509_CRL* crl, X509* certificate) const {
  X509_REVOKED* entry = nullptr;
  if (!crl || X509_CRL_get0_by_cert(crl, &entry, certificate) <= 0 || !entry) return crl_detail(crl);
  return fmt::format("revoked {}; {}", date_text(X509_REVOKED_get0_revocationDate(entry)), crl_detail(crl));
}

/// What each certificate of the chain that was built may be used for (extendedKeyUsage; a whole chain has to allow it).
void Verification::check_purposes() {
  auto* chain = context_ ? X509_STORE_CTX_get0_chain(context_.get()) : nullptr;
  const bool of_server = options_.owner == Side::server;
  const uint32_t wanted = of_server ? XKU_SSL_SERVER : XKU_SSL_CLIENT;
  for (int depth = 0; depth < sk_X509_num(chain); ++depth) {
    auto* certificate = sk_X509_value(chain, depth);
    if (!(X509_get_extension_flags(certificate) & EXFLAG_XKUSAGE)) continue;
    if (X509_get_extended_key_usage(certificate) & (wanted | XKU_ANYEKU)) continue;
    add(purpose_not_allowed, depth, certificate,
        fmt::format("extendedKeyUsage has no {}", of_server ? "serverAuth" : "clientAuth"));
  }
}

/// libcrypto takes the top of the chain for a root, whose own signature counts for nothing, even when it is none.
void Verification::check_top_digest() {
  auto* chain = context_ ? X509_STORE_CTX_get0_chain(context_.get()) : nullptr;
  const int top = sk_X509_num(chain) - 1;
  const bool is_root = std::ranges::none_of(failed_, [](const auto& check) { return check.fault == issuer_unknown; });
  if (top < 0 || is_root) return;
  auto* certificate = sk_X509_value(chain, top);
  if (X509_get_extension_flags(certificate) & EXFLAG_SS) return;
  int bits_of_security = 0;
  if (X509_get_signature_info(certificate, nullptr, nullptr, &bits_of_security, nullptr) > 0 && bits_of_security < 112)
    add(digest_too_weak, top, certificate,
        fmt::format("signed with {}", OBJ_nid2ln(X509_get_signature_nid(certificate))));
}

/// Who has signed the peer's own certificate, in the chain that was built; null where nobody known has.
X509* Verification::issuer_of_leaf() const {
  auto* chain = context_ ? X509_STORE_CTX_get0_chain(context_.get()) : nullptr;
  if (sk_X509_num(chain) > 1) return sk_X509_value(chain, 1);
  return sent_[0].is_self_issued() ? native(sent_[0]) : nullptr;
}

/// The issuer's word that the certificate is not revoked (RFC 6066 section 8).
void Verification::check_staple() {
  auto* leaf = native(sent_[0]);
  if (options_.staple_rule == StapleRule::ignored) return;
  if (options_.staple.empty()) {
    if (options_.staple_rule == StapleRule::required)
      add(staple_missing, 0, leaf, "we require one");
    else if (demands_staple(leaf))
      add(staple_missing, 0, leaf, "the certificate itself demands one (must-staple)");
    return;
  }
  auto* issuer = issuer_of_leaf();
  if (!issuer) return add(staple_invalid, 0, leaf, "without the certificate's issuer it cannot be verified");
  auto checked = crypto::check_staple(options_.staple, leaf, issuer, options_.now);
  if (checked)
    staple_ = *checked;
  else
    add(checked.error().fault, 0, leaf, checked.error().facts.empty() ? std::string() : checked.error().facts.front());
}

std::chrono::system_clock::time_point Verification::valid_until() const {
  auto first = sent_[0].not_after();
  if (staple_) first = std::min(first, staple_->valid_until);
  auto* chain = context_ ? X509_STORE_CTX_get0_chain(context_.get()) : nullptr;
  for (int depth = 0; depth < sk_X509_num(chain); ++depth)
    first = std::min(first, time_of(X509_get0_notAfter(sk_X509_value(chain, depth))));
  return first;
}

std::chrono::system_clock::time_point Verification::next_change_of_crls() const {
  auto next = std::chrono::system_clock::time_point::max();
  const auto note = [&](const ASN1_TIME* time) {
    if (time && time_of(time) > options_.now) next = std::min(next, time_of(time));
  };
  if (!trust_.state().checks_revocation) return next;
  auto* chain = X509_STORE_CTX_get0_chain(context_.get());
  for (int depth = 0; depth < sk_X509_num(chain); ++depth) {
    const Owned<STACK_OF(X509_CRL), [](STACK_OF(X509_CRL) * stack) { sk_X509_CRL_pop_free(stack, X509_CRL_free); }> crls(
        X509_STORE_CTX_get1_crls(context_.get(), X509_get_issuer_name(sk_X509_value(chain, depth))));
    for (int i = 0; i < sk_X509_CRL_num(crls.get()); ++i) {
      note(X509_CRL_get0_lastUpdate(sk_X509_CRL_value(crls.get(), i)));
      note(X509_CRL_get0_nextUpdate(sk_X509_CRL_value(crls.get(), i)));
    }
  }
  return next;
}

void Verification::check_key_usage() {
  const auto& leaf = sent_[0];
  const bool allowed =
      options_.needs_key_encipherment ? leaf.allows_key_encipherment() : leaf.allows_digital_signature();
  if (allowed) return;
  add(key_usage_not_allowed, 0, native(leaf),
      fmt::format("keyUsage has no {}", options_.needs_key_encipherment ? "keyEncipherment" : "digitalSignature"));
}

void Verification::check_name() {
  const auto& leaf = sent_[0];
  if (options_.name.empty() || leaf.names_host(options_.name)) return;
  const auto names = leaf.names();
  const auto common = printable_text(leaf.common_name());
  if (names.empty() && !common.empty()) {
    add(common_name_only, 0, native(leaf),
        fmt::format("common name {}, no DNS name or address in subjectAltName", common));
    if (same_name(common, options_.name)) return;
  }
  add(name_mismatch, 0, native(leaf),
      fmt::format(
          "wanted {}, the certificate is for {}", options_.name,
          names.empty() ? (common.empty() ? "no name at all" : common) : fmt::format("{}", fmt::join(names, ", "))));
}

}  // namespace

Verdict verify_chain(const std::vector<Certificate>& chain, const TrustStore& trust, const VerifyOptions& options) {
  Verdict verdict;
  verdict.verified = !trust.accepts_anyone();
  verdict.accepted = !verdict.verified;
  if (verdict.accepted) return verdict;
  if (!chain.empty()) {
    QuietErrors quiet;
    return Verification(chain, trust, options).run();
  }
  verdict.fault = certificate_malformed;
  verdict.failed.push_back({.fault = verdict.fault, .depth = 0, .subject = {}, .detail = "an empty chain"});
  return verdict;
}

}  // namespace handfast::crypto

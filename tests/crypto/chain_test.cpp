// Each failure that a certificate can show yields exactly its faults, every one of them.
#include <gtest/gtest.h>

#include <crypto/identity.hpp>
#include <crypto/issue.hpp>
#include <crypto/pem.hpp>
#include <fmt/format.h>
#include <map>
#include <set>

namespace handfast::crypto {
namespace {

using namespace std::chrono_literals;
using Checks = std::set<std::pair<Fault, int>>;

const auto now = std::chrono::sys_days{std::chrono::November / 21 / 2026} + 12h;
const Validity good{now - 24h, now + 24h * 90};
const Validity past{now - 24h * 90, now - 1h};
const Validity future{now + 1h, now + 24h * 90};

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return std::move(*result);
}

/// Keys take the longest to make: one per kind for all tests, but two of P-256.
const KeyHandle& key(NewKey kind = NewKey::p256, int number = 0) {
  static std::map<std::pair<NewKey, int>, KeyHandle> keys;
  auto& found = keys[{kind, number}];
  if (!found) found = must(make_key(kind));
  return found;
}

constexpr int of_root = 1, of_intermediate = 2, of_other = 3;

CertificateSpec authority(std::string name) {
  return {.common_name = std::move(name), .purpose = Purpose::authority, .valid = good};
}

CertificateSpec server(Purpose purpose = Purpose::server) {
  return {.common_name = "server",
          .purpose = purpose,
          .valid = good,
          .dns_names = {"localhost"},
          .addresses = {"127.0.0.1"}};
}

CertificateSpec client() { return {.common_name = "alice", .purpose = Purpose::client, .valid = good}; }

Issuer make_root(CertificateSpec spec = authority("Root"), int key_number = of_root) {
  const auto& secret = key(NewKey::p256, key_number);
  return {must(issue_certificate(spec, secret, nullptr)), secret};
}

Issuer make_intermediate(const Issuer& root, CertificateSpec spec = authority("Intermediate")) {
  const auto& secret = key(NewKey::p256, of_intermediate);
  return {must(issue_certificate(spec, secret, &root)), secret};
}

Certificate issue(const CertificateSpec& spec, const Issuer& issuer, NewKey kind = NewKey::p256) {
  return must(issue_certificate(spec, key(kind), &issuer));
}

TrustStore trusting(const Certificate& anchor, const std::string& crls = {}) {
  return must(TrustStore::from_pem(certificate_to_pem(anchor), crls));
}

VerifyOptions as_server(std::string_view name = "localhost") {
  return {.owner = Side::server, .name = name, .now = now, .needs_key_encipherment = false};
}
VerifyOptions as_client() { return {.owner = Side::client, .name = {}, .now = now, .needs_key_encipherment = false}; }

void expect_accepted(const Verdict& verdict) {
  EXPECT_TRUE(verdict.accepted);
  EXPECT_TRUE(verdict.verified);
  for (const auto& check : verdict.failed)
    ADD_FAILURE() << info(check.fault).id << " " << check.depth << ": " << check.detail;
}

/// Exactly these checks failed, each once, and `reported` is the one that decides the alert.
void expect_failed(const Verdict& verdict, const Checks& expected, Fault reported) {
  EXPECT_FALSE(verdict.accepted);
  Checks found;
  for (const auto& check : verdict.failed) {
    EXPECT_TRUE(found.emplace(check.fault, check.depth).second) << "twice: " << info(check.fault).id;
    EXPECT_TRUE(expected.contains({check.fault, check.depth}))
        << info(check.fault).id << " at depth " << check.depth << ": " << check.detail;
    EXPECT_FALSE(check.detail.empty());
    EXPECT_FALSE(check.subject.empty());
  }
  for (auto [fault, depth] : expected)
    EXPECT_TRUE(found.contains({fault, depth})) << "missing " << info(fault).id << " at " << depth;
  EXPECT_EQ(verdict.fault, reported) << info(verdict.fault).id;
}

std::string detail(const Verdict& verdict, Fault fault) {
  for (const auto& check : verdict.failed)
    if (check.fault == fault) return check.detail;
  return {};
}

testing::AssertionResult has(const std::string& text, std::string_view part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << '"' << text << "\" has no \"" << part << '"';
}

TEST(VerifyChain, AcceptsGoodChains) {
  const auto root = make_root();
  const auto intermediate = make_intermediate(root);
  for (auto kind : {NewKey::p256, NewKey::p384, NewKey::rsa_2048, NewKey::ed25519}) {
    const auto direct = issue(server(), root, kind), below = issue(server(), intermediate, kind);
    for (auto name : {"localhost", "LOCALHOST", "localhost.", "127.0.0.1", ""}) {
      expect_accepted(verify_chain({direct}, trusting(root.certificate), as_server(name)));
      expect_accepted(verify_chain({below, intermediate.certificate}, trusting(root.certificate), as_server(name)));
    }
  }
  expect_accepted(verify_chain({issue(client(), root)}, trusting(root.certificate), as_client()));
  expect_accepted(
      verify_chain({issue(server(Purpose::server_and_client), root)}, trusting(root.certificate), as_client()));
  expect_accepted(verify_chain({issue(server(Purpose::unlimited), root)}, trusting(root.certificate), as_client()));
}

TEST(VerifyChain, TrustsWhatTheTrustFileHoldsBeItNoRoot) {
  const auto root = make_root();
  const auto intermediate = make_intermediate(root);
  const auto leaf = issue(server(), intermediate);
  expect_accepted(verify_chain({leaf}, trusting(intermediate.certificate), as_server()));
  const auto pinned = must(issue_certificate(server(), key(), nullptr));
  expect_accepted(verify_chain({pinned}, trusting(pinned), as_server()));
  expect_accepted(verify_chain({leaf, intermediate.certificate}, trusting(leaf), as_server()));
}

TEST(VerifyChain, AcceptsAnyoneWhenToldTo) {
  const auto stranger = must(issue_certificate(server(), key(), nullptr));
  const auto verdict = verify_chain({stranger}, TrustStore::insecure_accept_anyone(), as_server("else.example"));
  EXPECT_TRUE(verdict.accepted);
  EXPECT_FALSE(verdict.verified);
}

TEST(VerifyChain, Row15And32IssuerUnknown) {
  const auto root = make_root(), other = make_root(authority("Other"), of_other);
  auto verdict = verify_chain({issue(server(), other)}, trusting(root.certificate), as_server());
  expect_failed(verdict, {{Fault::issuer_unknown, 0}}, Fault::issuer_unknown);
  EXPECT_TRUE(has(detail(verdict, Fault::issuer_unknown), "CN=Other"));
  expect_failed(verify_chain({issue(client(), other)}, trusting(root.certificate), as_client()),
                {{Fault::issuer_unknown, 0}}, Fault::issuer_unknown);
  // The root itself is sent, and not trusted.
  verdict = verify_chain({issue(server(), other), other.certificate}, trusting(root.certificate), as_server());
  expect_failed(verdict, {{Fault::issuer_unknown, 1}}, Fault::issuer_unknown);
  EXPECT_TRUE(has(detail(verdict, Fault::issuer_unknown), "root that the peer sent"));
}

TEST(VerifyChain, AnAuthorityOfTheSameNameWithAnotherKeyIsToldApart) {
  const auto root = make_root(), anew = make_root(authority("Root"), of_other);
  const auto verdict = verify_chain({issue(server(), anew)}, trusting(root.certificate), as_server());
  expect_failed(verdict, {{Fault::issuer_unknown, 0}}, Fault::issuer_unknown);
  EXPECT_TRUE(has(detail(verdict, Fault::issuer_unknown), "another key"));
}

TEST(VerifyChain, Row16NameMismatch) {
  const auto root = make_root();
  for (auto name : {"wrong.example", "127.0.0.2", "::1", "sub.localhost"}) {
    const auto verdict = verify_chain({issue(server(), root)}, trusting(root.certificate), as_server(name));
    expect_failed(verdict, {{Fault::name_mismatch, 0}}, Fault::name_mismatch);
    EXPECT_TRUE(has(detail(verdict, Fault::name_mismatch), "localhost, 127.0.0.1"));
    EXPECT_TRUE(has(detail(verdict, Fault::name_mismatch), name));
  }
}

TEST(VerifyChain, Row17CommonNameOnly) {
  const auto root = make_root();
  auto spec = server();
  spec.dns_names.clear(), spec.addresses.clear();
  spec.common_name = "localhost";
  const auto leaf = issue(spec, root);
  expect_failed(verify_chain({leaf}, trusting(root.certificate), as_server()), {{Fault::common_name_only, 0}},
                Fault::common_name_only);
  expect_failed(verify_chain({leaf}, trusting(root.certificate), as_server("else.example")),
                {{Fault::common_name_only, 0}, {Fault::name_mismatch, 0}}, Fault::name_mismatch);
}

TEST(VerifyChain, Row18And38SelfSigned) {
  const auto root = make_root();
  expect_failed(
      verify_chain({must(issue_certificate(server(), key(), nullptr))}, trusting(root.certificate), as_server()),
      {{Fault::self_signed, 0}}, Fault::self_signed);
  expect_failed(
      verify_chain({must(issue_certificate(client(), key(), nullptr))}, trusting(root.certificate), as_client()),
      {{Fault::self_signed, 0}}, Fault::self_signed);
}

TEST(VerifyChain, Row19And33IntermediateMissing) {
  const auto root = make_root();
  const auto intermediate = make_intermediate(root);
  for (const auto& options : {as_server(), as_client()}) {
    const auto spec = options.owner == Side::server ? server() : client();
    const auto verdict = verify_chain({issue(spec, intermediate)}, trusting(root.certificate), options);
    expect_failed(verdict, {{Fault::issuer_unknown, 0}}, Fault::issuer_unknown);
    EXPECT_TRUE(has(detail(verdict, Fault::issuer_unknown), "forgotten its intermediate"));
    EXPECT_TRUE(has(detail(verdict, Fault::issuer_unknown), "CN=Intermediate"));
  }
}

TEST(VerifyChain, Row20And34Expired) {
  const auto root = make_root();
  auto spec = server(Purpose::server_and_client);
  spec.valid = past;
  for (const auto& options : {as_server(), as_client()}) {
    const auto verdict = verify_chain({issue(spec, root)}, trusting(root.certificate), options);
    expect_failed(verdict, {{Fault::certificate_expired, 0}}, Fault::certificate_expired);
    EXPECT_TRUE(has(detail(verdict, Fault::certificate_expired), "2026-11-21T11:00:00Z, now 2026-11-21T12:00:00Z"));
  }
}

TEST(VerifyChain, ExpiryOfAnIntermediateNamesIt) {
  const auto root = make_root();
  auto spec = authority("Intermediate");
  spec.valid = past;
  const auto intermediate = make_intermediate(root, spec);
  const auto verdict =
      verify_chain({issue(server(), intermediate), intermediate.certificate}, trusting(root.certificate), as_server());
  expect_failed(verdict, {{Fault::certificate_expired, 1}}, Fault::certificate_expired);
  EXPECT_EQ(verdict.failed[0].subject, "CN=Intermediate");
}

TEST(VerifyChain, Row21And35NotYetValid) {
  const auto root = make_root();
  auto spec = server(Purpose::server_and_client);
  spec.valid = future;
  for (const auto& options : {as_server(), as_client()})
    expect_failed(verify_chain({issue(spec, root)}, trusting(root.certificate), options),
                  {{Fault::certificate_not_yet_valid, 0}}, Fault::certificate_not_yet_valid);
}

TEST(VerifyChain, Row22And36Purpose) {
  const auto root = make_root();
  expect_failed(verify_chain({issue(server(Purpose::client), root)}, trusting(root.certificate), as_server()),
                {{Fault::purpose_not_allowed, 0}}, Fault::purpose_not_allowed);
  expect_failed(verify_chain({issue(server(Purpose::server), root)}, trusting(root.certificate), as_client()),
                {{Fault::purpose_not_allowed, 0}}, Fault::purpose_not_allowed);
}

TEST(VerifyChain, Row37PurposeOfTheIntermediate) {
  const auto root = make_root();
  auto spec = authority("Intermediate");
  spec.limited_to = Purpose::server;
  const auto intermediate = make_intermediate(root, spec);
  expect_failed(
      verify_chain({issue(client(), intermediate), intermediate.certificate}, trusting(root.certificate), as_client()),
      {{Fault::purpose_not_allowed, 1}}, Fault::purpose_not_allowed);
  expect_accepted(
      verify_chain({issue(server(), intermediate), intermediate.certificate}, trusting(root.certificate), as_server()));
}

TEST(VerifyChain, Row23KeyUsage) {
  const auto root = make_root();
  auto spec = server();
  spec.without_digital_signature = true;
  expect_failed(verify_chain({issue(spec, root)}, trusting(root.certificate), as_server()),
                {{Fault::key_usage_not_allowed, 0}}, Fault::key_usage_not_allowed);
  auto options = as_server();
  options.needs_key_encipherment = true;
  expect_accepted(verify_chain({issue(server(), root, NewKey::rsa_2048)}, trusting(root.certificate), options));
  expect_failed(verify_chain({issue(spec, root, NewKey::rsa_2048)}, trusting(root.certificate), options),
                {{Fault::key_usage_not_allowed, 0}}, Fault::key_usage_not_allowed);
}

TEST(VerifyChain, Row24KeyTooWeak) {
  const auto root = make_root();
  const auto verdict = verify_chain({issue(server(), root, NewKey::rsa_1024)}, trusting(root.certificate), as_server());
  expect_failed(verdict, {{Fault::key_too_weak, 0}}, Fault::key_too_weak);
  EXPECT_TRUE(has(detail(verdict, Fault::key_too_weak), "RSA 1024"));
}

TEST(VerifyChain, Row25DigestTooWeak) {
  const auto root = make_root();
  auto spec = server();
  spec.signed_with_sha1 = true;
  const auto verdict = verify_chain({issue(spec, root)}, trusting(root.certificate), as_server());
  expect_failed(verdict, {{Fault::digest_too_weak, 0}}, Fault::digest_too_weak);
  EXPECT_TRUE(has(detail(verdict, Fault::digest_too_weak), "SHA1"));
  auto old_root = authority("Root");
  old_root.signed_with_sha1 = true;  // a root's own signature proves nothing
  const auto old = make_root(old_root);
  expect_accepted(verify_chain({issue(server(), old)}, trusting(old.certificate), as_server()));
}

TEST(VerifyChain, Row26IssuerIsNoAuthority) {
  const auto root = make_root();
  auto spec = authority("Intermediate");
  spec.without_basic_constraints = true;
  for (const auto& no_authority : {spec, server()}) {
    const auto impostor = make_intermediate(root, no_authority);
    expect_failed(
        verify_chain({issue(server(), impostor), impostor.certificate}, trusting(root.certificate), as_server()),
        {{Fault::issuer_not_ca, 1}}, Fault::issuer_not_ca);
  }
}

TEST(VerifyChain, Row27NameConstraints) {
  const auto root = make_root();
  auto spec = authority("Intermediate");
  spec.permitted_names = {"example.com"};
  const auto intermediate = make_intermediate(root, spec);
  auto leaf = server();
  leaf.addresses.clear();
  expect_failed(
      verify_chain({issue(leaf, intermediate), intermediate.certificate}, trusting(root.certificate), as_server()),
      {{Fault::name_constraint_violated, 0}}, Fault::name_constraint_violated);
  leaf.dns_names = {"www.example.com"};
  expect_accepted(verify_chain({issue(leaf, intermediate), intermediate.certificate}, trusting(root.certificate),
                               as_server("www.example.com")));
}

// A chain of thousands of names and constraints that nobody vouches for costs no more than to say so.
TEST(VerifyChain, HostileChainIsNotLookedThrough) {
  const auto trusted = make_root(), rogue = make_root(authority("Rogue"), of_other);
  const auto faults_with = [&](size_t names) {
    auto spec = authority("Intermediate");
    auto leaf = server();
    leaf.addresses.clear();
    for (size_t i = 0; i < names; ++i) {
      spec.permitted_names.push_back(fmt::format("c{}.example", i));
      leaf.dns_names.push_back(fmt::format("n{}.test", i));
    }
    const auto intermediate = make_intermediate(rogue, spec);
    return verify_chain({issue(leaf, intermediate), intermediate.certificate}, trusting(trusted.certificate), as_server());
  };
  expect_failed(faults_with(2), {{Fault::name_constraint_violated, 0}, {Fault::issuer_unknown, 1}}, Fault::issuer_unknown);
  expect_failed(faults_with(400), {{Fault::issuer_unknown, 1}}, Fault::issuer_unknown);
}

TEST(VerifyChain, PathLength) {
  auto spec = authority("Root");
  spec.path_length = 0;
  const auto root = make_root(spec);
  const auto intermediate = make_intermediate(root);
  expect_failed(
      verify_chain({issue(server(), intermediate), intermediate.certificate}, trusting(root.certificate), as_server()),
      {{Fault::path_too_long, 2}}, Fault::path_too_long);
}

TEST(VerifyChain, Row28EveryFaultIsNamed) {
  const auto root = make_root(), other = make_root(authority("Other"), of_other);
  auto spec = server(Purpose::client);
  spec.valid = past;
  spec.dns_names = {"wrong.example"};
  spec.without_digital_signature = true;
  spec.signed_with_sha1 = true;
  const Checks all = {{Fault::issuer_unknown, 0},      {Fault::certificate_expired, 0},   {Fault::name_mismatch, 0},
                      {Fault::purpose_not_allowed, 0}, {Fault::key_usage_not_allowed, 0}, {Fault::key_too_weak, 0},
                      {Fault::digest_too_weak, 0}};
  const auto verdict = verify_chain({issue(spec, other, NewKey::rsa_1024)}, trusting(root.certificate), as_server());
  expect_failed(verdict, all, Fault::issuer_unknown);
  EXPECT_EQ(info(verdict.fault).alert, Alert::unknown_ca);
}

TEST(VerifyChain, ExpiredFromAnUnknownAuthorityForAnotherHost) {
  const auto root = make_root(), other = make_root(authority("Other"), of_other);
  auto spec = server();
  spec.valid = past;
  expect_failed(verify_chain({issue(spec, other)}, trusting(root.certificate), as_server("else.example")),
                {{Fault::issuer_unknown, 0}, {Fault::certificate_expired, 0}, {Fault::name_mismatch, 0}},
                Fault::issuer_unknown);
}

TEST(VerifyChain, TamperedSignature) {
  const auto root = make_root();
  auto der = issue(server(), root).der();
  der[der.size() - 1] ^= 1;
  expect_failed(verify_chain({must(Certificate::parse(der))}, trusting(root.certificate), as_server()),
                {{Fault::certificate_signature_invalid, 0}}, Fault::certificate_signature_invalid);
}

TEST(VerifyChain, AnEmptyChainIsRefused) {
  EXPECT_FALSE(verify_chain({}, trusting(make_root().certificate), as_server()).accepted);
}

TEST(VerifyChainCrl, AcceptsWhatIsNotRevoked) {
  const auto root = make_root();
  const auto leaf = issue(client(), root), other = issue(client(), root);
  const auto trust = trusting(root.certificate, must(make_crl(root, {other}, good)));
  expect_accepted(verify_chain({leaf}, trust, as_client()));
}

TEST(VerifyChainCrl, Row39Revoked) {
  const auto root = make_root();
  const auto leaf = issue(client(), root);
  const auto verdict =
      verify_chain({leaf}, trusting(root.certificate, must(make_crl(root, {leaf}, good))), as_client());
  expect_failed(verdict, {{Fault::certificate_revoked, 0}}, Fault::certificate_revoked);
  EXPECT_TRUE(has(detail(verdict, Fault::certificate_revoked), "revoked 2026-11-20T12:00:00Z"));
}

TEST(VerifyChainCrl, Row40TheListIsOutOfDate) {
  const auto root = make_root();
  const auto leaf = issue(client(), root);
  auto verdict = verify_chain({leaf}, trusting(root.certificate, must(make_crl(root, {}, past))), as_client());
  expect_failed(verdict, {{Fault::crl_expired, 0}}, Fault::crl_expired);
  EXPECT_TRUE(has(detail(verdict, Fault::crl_expired), "nextUpdate 2026-11-21T11:00:00Z, now 2026-11-21T12:00:00Z"));
  verdict = verify_chain({leaf}, trusting(root.certificate, must(make_crl(root, {leaf}, past))), as_client());
  expect_failed(verdict, {{Fault::crl_expired, 0}, {Fault::certificate_revoked, 0}}, Fault::certificate_revoked);
  verdict = verify_chain({leaf}, trusting(root.certificate, must(make_crl(root, {}, future))), as_client());
  expect_failed(verdict, {{Fault::crl_not_yet_valid, 0}}, Fault::crl_not_yet_valid);
}

TEST(VerifyChainCrl, Row41TheListIsMissing) {
  const auto root = make_root();
  const auto intermediate = make_intermediate(root);
  const auto leaf = issue(client(), intermediate);
  const auto of_the_root = must(make_crl(root, {}, good)), of_the_intermediate = must(make_crl(intermediate, {}, good));
  const std::vector chain = {leaf, intermediate.certificate};
  auto verdict = verify_chain(chain, trusting(root.certificate, of_the_root), as_client());
  expect_failed(verdict, {{Fault::crl_missing, 0}}, Fault::crl_missing);
  EXPECT_TRUE(has(detail(verdict, Fault::crl_missing), "CN=Intermediate"));
  verdict = verify_chain(chain, trusting(root.certificate, of_the_intermediate), as_client());
  expect_failed(verdict, {{Fault::crl_missing, 1}}, Fault::crl_missing);
  expect_accepted(verify_chain(chain, trusting(root.certificate, of_the_root + of_the_intermediate), as_client()));
}

TEST(VerifyChainCrl, ARevokedIntermediate) {
  const auto root = make_root();
  const auto intermediate = make_intermediate(root);
  const auto lists = must(make_crl(root, {intermediate.certificate}, good)) + must(make_crl(intermediate, {}, good));
  expect_failed(verify_chain({issue(client(), intermediate), intermediate.certificate},
                             trusting(root.certificate, lists), as_client()),
                {{Fault::certificate_revoked, 1}}, Fault::certificate_revoked);
}

TEST(VerifyChainCrl, AForgedListRevokesNobodyAndAcceptsNobody) {
  const auto root = make_root();
  const Issuer forger{root.certificate, key(NewKey::p256, of_other)};
  const auto leaf = issue(client(), root);
  expect_failed(verify_chain({leaf}, trusting(root.certificate, must(make_crl(forger, {}, good))), as_client()),
                {{Fault::crl_invalid, 0}}, Fault::crl_invalid);
}

}  // namespace
}  // namespace handfast::crypto

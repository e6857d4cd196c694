// Stapled OCSP responses: what one must be, and every way in which it is not.
#include <gtest/gtest.h>

#include <crypto/identity.hpp>
#include <crypto/issue.hpp>
#include <stdexcept>

namespace handfast::crypto {
namespace {

using namespace std::chrono_literals;

const auto now = std::chrono::sys_days{std::chrono::May / 17 / 2031} + 12h;
const Validity good{now - 24h, now + 24h * 90};
const Validity week{now - 24h, now + 24h * 7};

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return *std::move(result);
}

Issuer make_authority(const std::string& name, NewKey kind = NewKey::p256, const Issuer* above = nullptr) {
  auto key = must(make_key(kind));
  return {must(issue_certificate({.common_name = name, .purpose = Purpose::authority, .valid = good}, key, above)),
          key};
}

Issuer make_responder(const Issuer& above, CertificateSpec spec) {
  auto key = must(make_key(NewKey::p256));
  return {must(issue_certificate(spec, key, &above)), key};
}

CertificateSpec responder_spec() {
  return {.common_name = "Responder", .purpose = Purpose::ocsp_responder, .valid = good};
}

const Issuer& root() {
  static const auto made = make_authority("Root");
  return made;
}

Certificate issue(const Issuer& issuer, bool must_staple = false) {
  static const auto key = must(make_key(NewKey::p256));
  return must(issue_certificate(
      {.common_name = "server", .valid = good, .dns_names = {"localhost"}, .must_staple = must_staple}, key, &issuer));
}

const Certificate& leaf() {
  static const auto made = issue(root());
  return made;
}

TrustStore trust() { return must(TrustStore::from_pem(certificate_to_pem(root().certificate))); }

Verdict verify(Bytes staple, StapleRule rule = StapleRule::checked, std::vector<Certificate> chain = {leaf()}) {
  return verify_chain(chain, trust(), {.name = "localhost", .now = now, .staple_rule = rule, .staple = staple});
}

void expect_good(const Verdict& verdict) {
  EXPECT_TRUE(verdict.accepted);
  EXPECT_TRUE(verdict.stapled);
  for (const auto& check : verdict.failed) ADD_FAILURE() << info(check.fault).id << ": " << check.detail;
}

void expect_refused(const Verdict& verdict, Fault fault, std::string_view part) {
  EXPECT_FALSE(verdict.accepted);
  EXPECT_FALSE(verdict.stapled);
  ASSERT_EQ(verdict.failed.size(), 1u);
  EXPECT_EQ(verdict.failed[0].fault, fault) << info(verdict.failed[0].fault).id;
  EXPECT_EQ(verdict.fault, fault);
  EXPECT_NE(verdict.failed[0].detail.find(part), std::string::npos) << verdict.failed[0].detail;
}

TEST(Staple, AGoodOneIsTaken) {
  const auto verdict = verify(must(make_staple(root(), leaf(), {.valid = week})));
  expect_good(verdict);
  EXPECT_EQ(verdict.valid_until, week.to);
}

TEST(Staple, EveryKindOfKeySigns) {
  for (auto kind : {NewKey::p384, NewKey::rsa_2048, NewKey::ed25519}) {
    const auto authority = make_authority("Root", kind);
    const auto certificate = issue(authority);
    const auto staple = must(make_staple(authority, certificate, {.valid = week}));
    expect_good(verify_chain({certificate}, must(TrustStore::from_pem(certificate_to_pem(authority.certificate))),
                             {.name = "localhost", .now = now, .staple_rule = StapleRule::required, .staple = staple}));
  }
}

TEST(Staple, AnIntermediateSignsForItsOwn) {
  const auto intermediate = make_authority("Intermediate", NewKey::p256, &root());
  const auto certificate = issue(intermediate);
  const auto chain = std::vector{certificate, intermediate.certificate};
  expect_good(verify(must(make_staple(intermediate, certificate, {.valid = week})), StapleRule::checked, chain));
  // The root may not speak for what another authority has issued.
  expect_refused(verify(must(make_staple(root(), certificate, {.valid = week})), StapleRule::checked, chain),
                 Fault::staple_invalid, "signed neither by");
}

TEST(Staple, ADelegatedResponderSigns) {
  const auto responder = make_responder(root(), responder_spec());
  expect_good(verify(must(make_staple(root(), leaf(), {.valid = week, .responder = &responder}))));
}

TEST(Staple, ARevokedCertificateIsRefused) {
  const auto verdict = verify(must(make_staple(root(), leaf(), {.status = StapleStatus::revoked, .valid = week})));
  expect_refused(verdict, Fault::certificate_revoked, "revoked 2031-05-16T12:00:00Z, keyCompromise");
}

TEST(Staple, AnUnknownCertificateIsRefused) {
  expect_refused(verify(must(make_staple(root(), leaf(), {.status = StapleStatus::unknown, .valid = week}))),
                 Fault::staple_invalid, "does not know the certificate");
}

TEST(Staple, DatesAreChecked) {
  const auto of = [](Validity valid) { return must(make_staple(root(), leaf(), {.valid = valid})); };
  expect_refused(verify(of({now - 48h, now - 1s})), Fault::staple_invalid, "out of date");
  expect_refused(verify(of({now - 48h, now})), Fault::staple_invalid, "out of date");
  expect_refused(verify(of({now + 1h, now + 2h})), Fault::staple_invalid, "not valid yet");
  expect_good(verify(of({now + 4min, now + 2h})));
  expect_good(verify(of({now - 48h, now + 1s})));
  expect_refused(verify(must(make_staple(root(), leaf(), {.valid = week, .without_next_update = true}))),
                 Fault::staple_invalid, "until when");
}

TEST(Staple, AnotherSignerIsRefused) {
  const auto other = make_authority("Root");  // of the same name
  expect_refused(verify(must(make_staple(other, leaf(), {.valid = week}))), Fault::staple_invalid, "signed neither by");
  // A certificate of the authority's that is no responder, the server's own key among them.
  const auto plain = make_responder(root(), {.common_name = "Other", .purpose = Purpose::server, .valid = good});
  expect_refused(verify(must(make_staple(root(), leaf(), {.valid = week, .responder = &plain}))), Fault::staple_invalid,
                 "signed neither by");
  auto expired = responder_spec();
  expired.valid = {now - 48h, now - 1h};
  const auto late = make_responder(root(), expired);
  expect_refused(verify(must(make_staple(root(), leaf(), {.valid = week, .responder = &late}))), Fault::staple_invalid,
                 "signed neither by");
  const auto stranger = make_responder(other, responder_spec());
  expect_refused(verify(must(make_staple(root(), leaf(), {.valid = week, .responder = &stranger}))),
                 Fault::staple_invalid, "signed neither by");
}

TEST(Staple, AWeakDigestIsRefused) {
  expect_refused(verify(must(make_staple(root(), leaf(), {.valid = week, .signed_with_sha1 = true}))),
                 Fault::staple_invalid, "digest");
}

TEST(Staple, AnotherCertificatesIsRefused) {
  const auto other = issue(root());
  expect_refused(verify(must(make_staple(root(), other, {.valid = week}))), Fault::staple_invalid,
                 "another certificate");
}

TEST(Staple, EveryChangedByteIsRefused) {
  const auto staple = must(make_staple(root(), leaf(), {.valid = week}));
  for (size_t i = 0; i < staple.size(); ++i) {
    auto changed = staple;
    changed[i] ^= 1;
    const auto verdict = verify(changed);
    EXPECT_FALSE(verdict.accepted) << "byte " << i;
  }
}

TEST(Staple, WhatIsNoResponseIsRefused) {
  auto staple = must(make_staple(root(), leaf(), {.valid = week}));
  expect_refused(verify(Bytes(staple).first(staple.size() - 1)), Fault::staple_invalid, "no OCSP response");
  staple.push_back(0);
  expect_refused(verify(staple), Fault::staple_invalid, "no OCSP response");
  const Buffer try_later{0x30, 0x03, 0x0a, 0x01, 0x03};
  expect_refused(verify(try_later), Fault::staple_invalid, "trylater");
  const Buffer empty{0x30, 0x03, 0x0a, 0x01, 0x00};  // successful, without a response
  expect_refused(verify(empty), Fault::staple_invalid, "no basic");
}

TEST(Staple, AMissingOneMattersWhereItIsDemanded) {
  EXPECT_TRUE(verify({}, StapleRule::checked).accepted);
  EXPECT_TRUE(verify({}, StapleRule::ignored).accepted);
  expect_refused(verify({}, StapleRule::required), Fault::staple_missing, "require");
  const std::vector demanding{issue(root(), true)};
  expect_refused(verify({}, StapleRule::checked, demanding), Fault::staple_missing, "must-staple");
  EXPECT_TRUE(verify({}, StapleRule::ignored, demanding).accepted);
  expect_good(verify(must(make_staple(root(), demanding[0], {.valid = week})), StapleRule::checked, demanding));
}

TEST(Staple, OneThatWasNotAskedForIsIgnored) {
  const Buffer nonsense{1, 2, 3};
  EXPECT_TRUE(verify(nonsense, StapleRule::ignored).accepted);
}

TEST(Staple, BelongsToItsCertificate) {
  const auto staple = must(make_staple(root(), leaf(), {.valid = week}));
  EXPECT_TRUE(is_staple_for(staple, leaf()));
  EXPECT_FALSE(is_staple_for(staple, issue(root())));
  EXPECT_FALSE(is_staple_for(Buffer{1, 2, 3}, leaf()));
}

}  // namespace
}  // namespace handfast::crypto

#include <gtest/gtest.h>
#include <unistd.h>

#include <crypto/identity.hpp>
#include <crypto/issue.hpp>
#include <crypto/x509_text.hpp>
#include <filesystem>
#include <fstream>

namespace handfast::crypto {
namespace {

using namespace std::chrono_literals;

const Validity valid{std::chrono::sys_days{std::chrono::January / 1 / 2026},
                     std::chrono::sys_days{std::chrono::January / 1 / 2036}};

struct Pair {
  std::string certificate, key;
};

Pair make(NewKey kind = NewKey::p256) {
  auto key = make_key(kind);
  auto certificate =
      issue_certificate({.common_name = "alice", .valid = valid, .dns_names = {"alice.example"}}, *key, nullptr);
  return {certificate_to_pem(*certificate), std::string(as_text(key_to_pem(*key)->view()))};
}

/// A folder that is gone at the end of the test.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / "handfast-XXXXXX") {
    auto name = path_.string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name) << text;
    return path_ / name;
  }
  std::string path(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

template <class T>
void expect_error(const Result<T>& result, Fault fault, std::string_view part) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault, fault) << result.error().message();
  EXPECT_NE(result.error().message().find(part), std::string::npos) << result.error().message() << " has no " << part;
}

TEST(Identity, LoadsChainAndKeyFromTwoFilesOrOne) {
  const Folder folder;
  for (auto kind : {NewKey::p256, NewKey::p384, NewKey::rsa_2048, NewKey::ed25519}) {
    const auto pair = make(kind);
    const auto both = folder.write("both.pem", pair.key + pair.certificate + pair.certificate);
    for (const auto& [chain, key] :
         {std::pair{folder.write("c.pem", pair.certificate), folder.write("c.key", pair.key)}, std::pair{both, both}}) {
      const auto identity = Identity::from_files(chain, key);
      ASSERT_TRUE(identity) << identity.error().message();
      EXPECT_EQ(identity->chain().size(), chain == both ? 2u : 1u);
      EXPECT_TRUE(identity->state().key);
      EXPECT_EQ(identity->state().certificates[0].common_name(), "alice");
      EXPECT_EQ(identity->chain()[0], identity->state().certificates[0].der());
    }
  }
}

TEST(Identity, ErrorsNameTheFileAndTheReason) {
  const Folder folder;
  const auto good = make();
  const auto certificate = folder.write("good.pem", good.certificate), key = folder.write("good.key", good.key);
  expect_error(Identity::from_files(folder.path("none.pem"), key), Fault::file_unreadable, "none.pem: No such file");
  expect_error(Identity::from_files(folder.path(""), key), Fault::file_unreadable, "directory");
  expect_error(Identity::from_files(key, key), Fault::pem_malformed, "good.key: no certificate");
  expect_error(Identity::from_files(certificate, certificate), Fault::pem_malformed, "good.pem: no private key");
  expect_error(Identity::from_files(folder.write("empty.pem", ""), key), Fault::pem_malformed,
               "empty.pem: no certificate in PEM (-----BEGIN ...); it is empty");
  expect_error(Identity::from_files(folder.write("der.pem", "\x30\x82"), key), Fault::pem_malformed, "DER");
  const auto cut = good.certificate.substr(0, good.certificate.size() / 2) + "\n-----END CERTIFICATE-----\n";
  expect_error(Identity::from_files(folder.write("cut.pem", cut), key), Fault::pem_malformed,
               "certificate number 1 does not parse");
  expect_error(Identity::from_files(folder.write("cut.pem", good.certificate + cut), key), Fault::pem_malformed,
               "certificate number 2 does not parse");
}

TEST(Identity, Row42KeyMismatch) {
  const auto alice = make(), bob = make(), rsa = make(NewKey::rsa_2048);
  expect_error(Identity::from_pem(alice.certificate, bob.key), Fault::key_mismatch, "CN=alice");
  expect_error(Identity::from_pem(alice.certificate, rsa.key), Fault::key_mismatch, "is not the key of");
  expect_error(Identity::from_pem(alice.certificate + bob.certificate, bob.key), Fault::key_mismatch,
               "certificate 2 there: put that one first");
}

TEST(Identity, RefusesEncryptedWeakAndUnknownKeys) {
  const auto good = make();
  // openssl pkey -aes128 -passout pass:x
  const auto* encrypted =
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
      "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhCWrHzH3I4lwICCAAw\n"
      "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEHTYVnWq9CxXZScWj+O7xIoEQLxO\n"
      "m9fH1ecSmJtfgxQV1j0zCresKM2oY54BDygNQeAX3BbpLX8xrKDVN3ZwBaoKRfBj\n"
      "LgOyJmuyu7Gf/ytPVGw=\n"
      "-----END ENCRYPTED PRIVATE KEY-----\n";
  expect_error(Identity::from_pem(good.certificate, encrypted), Fault::key_encrypted, "decrypt it first");
  const auto weak = make(NewKey::rsa_1024);
  expect_error(Identity::from_pem(weak.certificate, weak.key), Fault::key_unsupported,
               "RSA 1024: peers refuse RSA keys of less than 2048 bits");
}

TEST(Identity, WithACallbackNeedsNoKey) {
  const auto identity = Identity::with_callback(make().certificate, [](SigningRequest) {});
  ASSERT_TRUE(identity);
  EXPECT_FALSE(identity->state().key);
  EXPECT_TRUE(identity->state().callback);
  EXPECT_FALSE(Identity::with_callback(make().certificate, nullptr));
}

TEST(TrustStore, NamesItsAuthoritiesAndHasAFingerprint) {
  const auto a = make(), b = make();
  const auto of_a = TrustStore::from_pem(a.certificate), of_both = TrustStore::from_pem(a.certificate + b.certificate);
  ASSERT_TRUE(of_a && of_both);
  EXPECT_EQ(of_a->subjects().size(), 1u);
  EXPECT_EQ(of_both->subjects().size(), 2u);
  EXPECT_EQ(of_a->fingerprint().size(), 32u);
  EXPECT_NE(hex(of_a->fingerprint()), hex(of_both->fingerprint()));
  EXPECT_EQ(hex(of_a->fingerprint()), hex(TrustStore::from_pem(a.certificate)->fingerprint()));
  EXPECT_FALSE(of_a->accepts_anyone());
  EXPECT_TRUE(TrustStore::insecure_accept_anyone().accepts_anyone());
}

TEST(TrustStore, ErrorsNameTheFileAndTheReason) {
  const Folder folder;
  const auto good = folder.write("ca.pem", make().certificate);
  EXPECT_TRUE(TrustStore::from_files({good}));
  expect_error(TrustStore::from_files({}), Fault::config_trust_missing, "no CA file");
  expect_error(TrustStore::from_files({folder.path("none.pem")}), Fault::file_unreadable, "none.pem");
  expect_error(TrustStore::from_files({folder.write("text.pem", "hello")}), Fault::pem_malformed,
               "text.pem: no certificate");
  expect_error(TrustStore::from_files({good}, {good}), Fault::pem_malformed, "ca.pem: no revocation list");
}

TEST(Certificate, RefusesWhatIsNone) {
  const auto pair = make();
  auto good = Identity::from_pem(pair.certificate, pair.key)->chain()[0];
  EXPECT_TRUE(Certificate::parse(good));
  EXPECT_FALSE(Certificate::parse({}));
  for (size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(Certificate::parse(Bytes(good).first(size))) << size;
  good.push_back(0);
  expect_error(Certificate::parse(good), Fault::certificate_malformed, "1 bytes behind the end");
}

TEST(Certificate, SaysItsFacts) {
  auto key = make_key(NewKey::p256);
  const auto made = issue_certificate({.common_name = "al\x1b[31mice",
                                       .purpose = Purpose::server_and_client,
                                       .valid = valid,
                                       .dns_names = {"a.example", "*.b.example"},
                                       .addresses = {"192.0.2.1", "2001:db8::1", "::", "1::2:0:0:3"}},
                                      *key, nullptr);
  ASSERT_TRUE(made) << made.error().message();
  const auto facts = made->summary();
  EXPECT_EQ(facts.subject.find('\x1b'), std::string::npos);
  EXPECT_EQ(facts.key, "ECDSA P-256");
  EXPECT_EQ(facts.not_before, "2026-01-01T00:00:00Z");
  EXPECT_EQ(facts.not_after, "2036-01-01T00:00:00Z");
  EXPECT_EQ(facts.names,
            (std::vector<std::string>{"a.example", "*.b.example", "192.0.2.1", "2001:db8::1", "::", "1::2:0:0:3"}));
  EXPECT_EQ(facts.sha256.size(), 64u);
  EXPECT_EQ(made->purposes(), (std::vector<std::string>{"serverAuth", "clientAuth"}));
  EXPECT_TRUE(made->names_host("x.b.example"));
  EXPECT_TRUE(made->names_host("2001:db8:0::1"));
  for (auto other : {"b.example", "x.y.b.example", "example", "", "."}) EXPECT_FALSE(made->names_host(other)) << other;
  EXPECT_FALSE(made->names_host(std::string_view("a.example\0x", 11)));
}

TEST(IssueCertificate, RefusesNamesThatAreNone) {
  auto key = make_key(NewKey::p256);
  for (auto name : {"", "a b", "a,DNS:b", "a\nb", "192.0.2.1", "*"})
    expect_error(issue_certificate({.common_name = {}, .valid = valid, .dns_names = {name}}, *key, nullptr),
                 Fault::server_name_invalid, "is no DNS name");
  expect_error(issue_certificate({.common_name = {}, .valid = valid, .addresses = {"localhost"}}, *key, nullptr),
               Fault::server_name_invalid, "is no IP address");
}

}  // namespace
}  // namespace handfast::crypto

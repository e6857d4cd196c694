// Records of AEAD suites, by each library that serves them: the key is secret, and what it decrypts until the tag has been checked;
// the verdict is public.
#include <algorithm>

#include <crypto/aead.hpp>
#include <record/protections.hpp>
#include <secrets.hpp>
#include <support/opened.hpp>

namespace handfast::constant_time {
namespace {

using namespace crypto;

const Buffer nonce(aead_nonce_size, 4), aad(13, 5);

void open_sealed(AeadAlgorithm algorithm, AeadBackend backend) {
  if (!Aead::available(algorithm, backend)) return;
  const auto aead = Aead::make(algorithm, secret(Buffer(key_size(algorithm), 3)), backend);
  require(aead.has_value(), "AEAD");
  for (size_t size : {0, 1, 16, 100, 1000}) {
    const Buffer plaintext(size, 6);
    Buffer sealed(size + tag_size(algorithm));
    (*aead)->seal(sealed.data(), nonce, aad, secret(plaintext));
    make_public(sealed);
    auto right = sealed, wrong = sealed;
    require((*aead)->open(right, nonce, aad), "AEAD with the right tag");
    require(std::ranges::equal(revealed(Bytes(right).first(size)), plaintext), "AEAD with the right tag");
    wrong.back() ^= 1;
    require(!(*aead)->open(wrong, nonce, aad), "AEAD with a wrong tag");
    wrong = sealed;
    wrong.front() ^= 1;
    require(!(*aead)->open(wrong, nonce, aad), "AEAD with wrong text");
  }
}

template <AeadBackend backend>
void open_all() {
  for (auto algorithm : {AeadAlgorithm::aes_128_gcm, AeadAlgorithm::aes_256_gcm, AeadAlgorithm::chacha20_poly1305, AeadAlgorithm::aes_128_ccm,
                         AeadAlgorithm::aes_256_ccm_8})
    open_sealed(algorithm, backend);
}

/// How the reader opens them; where the padding of a right one ends is looked for, and not hidden.
void open_wrong_records() {
  const auto& suite13 = *catalog::find(Suite::TLS_AES_128_GCM_SHA256);
  const auto& suite12 = *catalog::find(Suite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256);
  const auto key13 = secret(Buffer(16, 1)), key12 = secret(Buffer(32, 1)), iv = secret(Buffer(12, 2));
  auto in13 = record::make_protection13(suite13, key13, iv);
  auto in12 = record::make_protection12(suite12, Version::tls12, {{}, key12, iv}, false);
  require(in13 && in12, "record protection");
  for (size_t size : {16, 17, 300}) {
    Buffer garbage(size, 9);
    require(!support::open(**in13, ContentType::application_data, Version::tls12, 0, garbage), "a wrong record");
    garbage.assign(size, 9);
    require(!support::open(**in12, ContentType::application_data, Version::tls12, 0, garbage), "a wrong record");
  }
}

void compare_tags_until_they_differ() {
  const auto aead = Aead::make(AeadAlgorithm::aes_128_gcm, secret(Buffer(16, 3)));
  Buffer sealed(100 + 16);
  (*aead)->seal(sealed.data(), nonce, aad, Buffer(100, 6));
  const Buffer guess(16, 1);
  for (size_t i = 0; i < guess.size(); ++i)
    if (sealed[100 + i] != guess[i]) return;
}

}  // namespace

void check_aead() {
  check_is_caught("a tag compared up to the first wrong byte", compare_tags_until_they_differ);
  check("AEAD by libcrypto", open_all<AeadBackend::libcrypto>);
  check("AEAD by Intel IPsec MB", open_all<AeadBackend::ipsec_mb>);
  check("AEAD records that do not open", open_wrong_records);
}

}  // namespace handfast::constant_time

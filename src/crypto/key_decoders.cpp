#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>

#include <algorithm>
#include <crypto/key_decoders.hpp>
#include <crypto/owned.hpp>
#include <ranges>
#include <string_view>
#include <vector>

namespace handfast::crypto {
namespace {

constexpr std::string_view key_types[] = {"RSA", "RSA-PSS", "EC", "ED25519", "ED448"};

/// Whether one of the names in "EC:id-ecPublicKey:1.2.840.10045.2.1" is a type of key that certificates have.
bool is_key_type(std::string_view names) {
  return std::ranges::any_of(names | std::views::split(':'), [](auto name) {
    return std::ranges::find(key_types, std::string_view(name.begin(), name.end())) != std::end(key_types);
  });
}

bool reads_certificates_keys(const OSSL_ALGORITHM& decoder) {
  const std::string_view properties = decoder.property_definition;
  return is_key_type(decoder.algorithm_names) && properties.contains("input=der") &&
         properties.contains("structure=SubjectPublicKeyInfo");
}

/// A library context with one provider, which lends a few algorithms of the default provider. Lives as long as the
/// process.
class FewDecoders {
 public:
  FewDecoders() {
    QuietErrors quiet;
    auto* everyone = OSSL_LIB_CTX_get0_global_default();
    constexpr int keep_fallbacks = 1;
    if (!OSSL_PROVIDER_available(everyone, "default")) return;
    lender_ = OSSL_PROVIDER_try_load(everyone, "default", keep_fallbacks);
    if (!lender_) return;
    borrow(OSSL_OP_DECODER, decoders_, reads_certificates_keys);
    borrow(OSSL_OP_KEYMGMT, key_managements_,
           [](const auto& algorithm) { return is_key_type(algorithm.algorithm_names); });
    self_ = this;
    auto* context = OSSL_LIB_CTX_new();
    if (context && OSSL_PROVIDER_add_builtin(context, "handfast-keys", start) &&
        OSSL_PROVIDER_load(context, "handfast-keys"))
      context_ = context;
    else
      OSSL_LIB_CTX_free(context);
  }

  OSSL_LIB_CTX* context() const { return context_; }

 private:
  template <class Wanted>
  void borrow(int operation, std::vector<OSSL_ALGORITHM>& to, Wanted wanted) {
    int changes = 0;
    const auto* algorithm = OSSL_PROVIDER_query_operation(lender_, operation, &changes);
    for (; algorithm && algorithm->algorithm_names; ++algorithm)
      if (wanted(*algorithm)) to.push_back(*algorithm);
    to.push_back({});
  }

  static int start(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** out, void** context) {
    static const OSSL_DISPATCH functions[] = {{OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<void (*)()>(query)},
                                              {0, nullptr}};
    *out = functions;
    *context = OSSL_PROVIDER_get0_provider_ctx(self_->lender_);  // what the lent functions expect
    return 1;
  }

  static const OSSL_ALGORITHM* query(void*, int operation, int* changes) {
    *changes = 0;
    if (operation == OSSL_OP_DECODER) return self_->decoders_.data();
    return operation == OSSL_OP_KEYMGMT ? self_->key_managements_.data() : nullptr;
  }

  static inline const FewDecoders* self_ = nullptr;  // libcrypto hands the functions nothing else to find it by
  OSSL_PROVIDER* lender_ = nullptr;
  std::vector<OSSL_ALGORITHM> decoders_, key_managements_;
  OSSL_LIB_CTX* context_ = nullptr;
};

OSSL_LIB_CTX* few_decoders() {
  static const auto* few = new FewDecoders();  // never freed: keys of certificates may outlive any static object
  return few->context();
}

}  // namespace

KeyDecodersOnly::KeyDecodersOnly() {
  auto* few = few_decoders();
  if (!few) return;
  before_ = OSSL_LIB_CTX_set0_default(few);
  if (before_ == OSSL_LIB_CTX_get0_global_default()) return;
  OSSL_LIB_CTX_set0_default(before_);  // the application's own
  before_ = nullptr;
}

KeyDecodersOnly::~KeyDecodersOnly() {
  if (before_) OSSL_LIB_CTX_set0_default(before_);
}

}  // namespace handfast::crypto

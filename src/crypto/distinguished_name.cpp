#include <crypto/distinguished_name.hpp>

#include <crypto/owned.hpp>
#include <crypto/x509_text.hpp>

namespace handfast::crypto {

Result<std::string> name_text(Bytes der) {
  const QuietErrors quiet;
  const auto* at = der.data();
  const Owned<X509_NAME, X509_NAME_free> name(d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size())));
  if (!name || at != der.data() + der.size()) return fail(Fault::certificate_malformed);
  return one_line(name.get());
}

}  // namespace handfast::crypto

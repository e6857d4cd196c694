#include <handshake/candidates.hpp>

#include <base/printable.hpp>
#include <crypto/identity.hpp>

namespace handfast {

Result<Candidates> candidates_for(std::string_view name, CertificateType type, const ServerOptions& options) {
  Candidates found;
  if (type == CertificateType::raw_public_key) name = {};   // it has no name
  if (!name.empty() && (options.identities.size() > 1 || options.refuse_unknown_names)) {
    for (const auto& identity : options.identities)
      if (identity.state().type() == type && identity.state().certificates.front().names_host(name)) found.identities.push_back(&identity);
    if (!found.identities.empty()) {
      found.because = "it has the name that the client asked for";
      return found;
    }
    if (options.refuse_unknown_names)
      return fail(Fault::server_name_unknown, {fmt::format("the client asked for \"{}\"", printable_text(name))});
  }
  for (const auto& identity : options.identities)
    if (identity.state().type() == type) found.identities.push_back(&identity);
  found.because = options.identities.size() == 1 ? "it is the only one"
                  : name.empty()                 ? "the client asked for no name"
                                                 : "none has the name that the client asked for";
  return found;
}

bool fits_suite(const crypto::PublicKey& key, const catalog::SuiteRow& suite, Version version) {
  using enum crypto::KeyType;
  const auto type = key.type();
  if (suite.authentication == catalog::Authentication::ecdsa)
    return type == ecdsa || (version >= Version::tls12 && (type == ed25519 || type == ed448));
  return type == rsa || (type == rsa_pss && catalog::is_ephemeral(suite) && version >= Version::tls12);
}

std::optional<Scheme> scheme_before12(const crypto::PublicKey& key) {
  if (key.type() == crypto::KeyType::rsa) return Scheme::rsa_pkcs1_md5_sha1;
  if (key.type() == crypto::KeyType::ecdsa) return Scheme::ecdsa_sha1;
  return {};
}

std::string keys_of(const Candidates& candidates) {
  std::string text;
  for (const auto* identity : candidates.identities)
    text += (text.empty() ? "" : ", ") + identity->state().public_key.description();
  return text;
}

const std::vector<Scheme>& schemes_of(const messages::ClientHello& hello) {
  static const std::vector<Scheme> none;   // SHA-1 (RFC 5246 section 7.4.1.4.1), which is not made here
  auto extension = hello.extensions.find<extensions::SignatureAlgorithms>();
  return extension ? extension->supported_signature_algorithms.items : none;
}

std::vector<Scheme> common_schemes(const messages::ClientHello& hello, const CommonOptions& options) {
  std::vector<Scheme> common;
  std::ranges::copy_if(options.schemes, std::back_inserter(common), [&](Scheme scheme) { return contains(schemes_of(hello), scheme); });
  return common;
}

}  // namespace handfast

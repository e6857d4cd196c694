// credential.cpp: the client's certificate for a server that asks for one.
#include <handshake/candidates.hpp>
#include <handshake/choose.hpp>

#include <crypto/identity.hpp>

namespace handfast {
namespace {

/// What a CertificateRequest of either version asks for.
struct Wanted {
  Version version;
  CertificateType type;
  const std::vector<Scheme>* schemes;
  const std::vector<messages::ClientCertificateType>* types;   ///< of TLS 1.2
  std::vector<Bytes> authorities;
};

bool issued_by_one_of(const Identity& identity, const Wanted& wanted) {
  if (wanted.authorities.empty() || identity.is_raw_public_key()) return true;
  for (const auto& certificate : identity.state().certificates) {
    auto issuer = certificate.issuer_der();
    for (auto name : wanted.authorities)
      if (std::ranges::equal(name, issuer)) return true;
  }
  return false;
}

std::optional<Scheme> scheme_for(const crypto::PublicKey& key, const Wanted& wanted, const CommonOptions& options) {
  auto type = key.type() == crypto::KeyType::rsa || key.type() == crypto::KeyType::rsa_pss
                  ? messages::ClientCertificateType::rsa_sign
                  : messages::ClientCertificateType::ecdsa_sign;
  if (wanted.types && !contains(*wanted.types, type)) return {};
  if (wanted.version < Version::tls12) return scheme_before12(key);
  for (auto scheme : options.schemes)
    if (contains(*wanted.schemes, scheme) && key.fits(scheme, wanted.version)) return scheme;
  return {};
}

Credential choose(const Wanted& wanted, const ClientOptions& options,
                             const Tracer& trace) {
  Credential fallback;
  std::vector<std::string> rejected;
  for (const auto& identity : options.identities) {
    const auto& ours = identity.state();
    if (ours.type() != wanted.type) continue;
    auto scheme = scheme_for(ours.public_key, wanted, options);
    if (!scheme) {
      if (trace)
        rejected.push_back(fmt::format("{}: the server accepts no signature that its key ({}) can make", ours.description(),
                                       ours.public_key.description()));
      continue;
    }
    if (issued_by_one_of(identity, wanted)) {
      trace.decision([&] {
        return DecisionEvent{"client_certificate", ours.description(),
                             wanted.authorities.empty() ? "the server names no authorities"
                                                                     : "the server names its issuer",
                             rejected};
      });
      return {&identity, *scheme};
    }
    if (!fallback.identity) fallback = {&identity, *scheme};
    if (trace) rejected.push_back(fmt::format("{}: the server does not name its issuer", ours.description()));
  }
  trace.decision([&] {
    return fallback.identity
               ? DecisionEvent{"client_certificate", fallback.identity->state().description(),
                               "the server does not name its issuer; it is sent all the same, so that the server can say why not",
                               rejected}
               : DecisionEvent{"client_certificate", "none",
                               options.identities.empty() ? "none is configured" : "none fits the request", rejected};
  });
  return fallback;
}

}  // namespace

Credential choose_credential(const messages::CertificateRequest& request, Version version, const ClientOptions& options,
                             const Tracer& trace) {
  Wanted wanted{version, CertificateType::x509, &request.supported_signature_algorithms.items, &request.certificate_types.items,
                {request.certificate_authorities.begin(), request.certificate_authorities.end()}};
  return choose(wanted, options, trace);
}

Result<Credential> choose_credential(const messages::CertificateRequest13& request, CertificateType type,
                                     const ClientOptions& options, const Tracer& trace) {
  auto schemes = request.extensions.find<extensions::RequestedSignatureAlgorithms>();
  if (!schemes) return fail(Fault::missing_extension, {"signature_algorithms in a CertificateRequest"});
  Wanted wanted{Version::tls13, type, &schemes->supported_signature_algorithms.items, nullptr, {}};
  if (auto named = request.extensions.find<extensions::RequestedAuthorities>())
    wanted.authorities.assign(named->authorities.begin(), named->authorities.end());
  return choose(wanted, options, trace);
}

}  // namespace handfast

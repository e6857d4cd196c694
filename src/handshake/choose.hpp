// choose.hpp: the server's choices as functions of the hello and the configuration; each reports a decision.
#pragma once

#include <handfast/config.hpp>
#include <handshake/certificate_types.hpp>
#include <handshake/tracer.hpp>
#include <catalog/suites.hpp>
#include <messages/certificate.hpp>
#include <messages/certificate13.hpp>
#include <messages/hello.hpp>

namespace handfast {

/// The highest version that both have (RFC 5246 appendix E.1; supported_versions of RFC 8446 section 4.2.1 where sent).
Result<Version> choose_version(const messages::ClientHello& hello, const CommonOptions& options, const Tracer& trace);

/// Suite, group, certificate and signature scheme depend on one another and are chosen together.
struct SuiteChoice {
  const catalog::SuiteRow* suite = nullptr;
  std::optional<Group> group;         ///< with ephemeral keys
  const Identity* identity = nullptr; ///< null where the server shows no certificate
  std::optional<Scheme> scheme;       ///< with ephemeral keys and a certificate
};
/// The first suite of ours for this version, TLS 1.2 or before, that the client has too and that everything else fits.
Result<SuiteChoice> choose_suite(const messages::ClientHello& hello, Version version, const ServerOptions& options,
                                 const Tracer& trace);

/// Ours first (RFC 7301 section 3.2); empty where either side has no wish.
Result<std::string> choose_protocol(const messages::ClientHello& hello, const CommonOptions& options, const Tracer& trace);

/// Suite, group, certificate and signature scheme of a TLS 1.3 handshake (RFC 8446 section 4.1.1).
struct Choice13 {
  const catalog::SuiteRow* suite = nullptr;
  Group group{};
  bool has_share = false;             ///< false: a HelloRetryRequest has to ask for one
  bool exchanges_keys = true;         ///< false: a pre-shared key alone (psk_ke)
  const Identity* identity = nullptr; ///< null: a pre-shared key takes its place
  Scheme scheme{};
  CertificateTypes types{};
};
/// What a pre-shared key or a HelloRetryRequest has settled before.
struct Settled13 {
  const catalog::SuiteRow* suite = nullptr;
  bool by_psk = false;                ///< no certificate is needed
  bool exchanges_keys = true;         ///< not with psk_ke
};
/// Each the first of ours that the client has too; among groups those that the client has sent a share of come first.
Result<Choice13> choose13(const messages::ClientHello& hello, const ServerOptions& options, const Tracer& trace,
                          const Settled13& settled = {});

/// The host name of server_name, or empty.
std::string_view asked_name(const messages::ClientHello& hello);

/// The client's certificate for a server that asks for one.
struct Credential {
  const Identity* identity = nullptr;   ///< none fits: an empty Certificate is sent
  Scheme scheme{};
};
Credential choose_credential(const messages::CertificateRequest& request, Version version, const ClientOptions& options,
                             const Tracer& trace);
Result<Credential> choose_credential(const messages::CertificateRequest13& request, CertificateType type,
                                     const ClientOptions& options, const Tracer& trace);

}  // namespace handfast

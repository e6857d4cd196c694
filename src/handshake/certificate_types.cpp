#include <handshake/certificate_types.hpp>

#include <algorithm>

#include <base/contains.hpp>
#include <fmt/format.h>

namespace handfast {
namespace {

using namespace extensions;
using enum CertificateType;
using Types = std::vector<CertificateType>;

/// What a peer may show us; a raw key, which is there because somebody named it, before certificates.
Types taken_by(const TrustStore& trust) {
  Types types;
  if (!trust.raw_keys().empty()) types.push_back(raw_public_key);
  if (trust.takes_certificates()) types.push_back(x509);
  return types;
}

/// In the order of the identities, each once.
Types shown_by(const std::vector<Identity>& identities) {
  Types types;
  for (const auto& identity : identities) {
    const auto type = identity.is_raw_public_key() ? raw_public_key : x509;
    if (!contains(types, type)) types.push_back(type);
  }
  return types;
}

/// RFC 7250 section 4.1: who has nothing but certificates does not speak of it.
bool is_worth_saying(const Types& types) { return contains(types, raw_public_key); }

std::string list_of(const Types& types) {
  std::string text;
  for (auto type : types) text += (text.empty() ? "" : ", ") + printable(type);
  return text.empty() ? "none" : text;
}

/// The first of theirs, which are certificates where they say nothing, that we have.
Result<CertificateType> first_common(const Types* theirs, const Types& ours, const char* whose) {
  const Types unsaid{x509};
  for (auto type : theirs ? *theirs : unsaid)
    if (contains(ours, type)) return type;
  return fail(Fault::certificate_type_not_offered,
              {fmt::format("for the {}'s own the client offers {}", whose, list_of(theirs ? *theirs : unsaid)),
               fmt::format("we have {}", list_of(ours))});
}

const Types* server_types(const messages::ClientHello& hello) {
  const auto* extension = hello.extensions.find<ServerCertificateTypes>();
  return extension ? &extension->server_certificate_types.items : nullptr;
}

const Types* client_types(const messages::ClientHello& hello) {
  const auto* extension = hello.extensions.find<ClientCertificateTypes>();
  return extension ? &extension->client_certificate_types.items : nullptr;
}

/// The client's type is settled in the handshake also for a certificate that is asked for later (RFC 8446 section 4.6.2).
bool may_ask_later(const messages::ClientHello& hello, const ServerOptions& options) {
  return options.post_handshake_auth && hello.extensions.find<PostHandshakeAuth>();
}

void report(const Tracer& trace, Literal what, CertificateType type, const char* because) {
  if (type == x509) return;
  trace.decision([&] { return DecisionEvent{what, printable(type), because, {}}; });
}

Result<> check_offered(const Types* offered, CertificateType chosen) {
  if (offered && contains(*offered, chosen)) return {};
  return fail(Fault::certificate_type_not_offered, {fmt::format("it chose {}", printable(chosen))});
}

}  // namespace

void add_certificate_types(const ClientOptions& options, messages::ClientHello& hello) {
  auto taken = taken_by(*options.trust), shown = shown_by(options.identities);
  if (is_worth_saying(taken))
    hello.extensions.add<ServerCertificateTypes>().server_certificate_types.items = std::move(taken);
  if (is_worth_saying(shown))
    hello.extensions.add<ClientCertificateTypes>().client_certificate_types.items = std::move(shown);
}

Result<CertificateTypes> choose_certificate_types(const messages::ClientHello& hello, const ServerOptions& options,
                                                  const Tracer& trace) {
  CertificateTypes chosen;
  auto server = TRY(first_common(server_types(hello), shown_by(options.identities), "server"));
  chosen.server = server;
  report(trace, "server_certificate_type", server, "the client's first that we have");
  const bool asks_now = options.client_auth != ClientAuth::none;
  if (!asks_now && !may_ask_later(hello, options)) return chosen;
  auto common = first_common(client_types(hello), taken_by(*options.client_trust), "client");
  if (!common && !asks_now) return chosen;   // what it shows when it is asked will not be accepted
  auto client = TRY(std::move(common));
  chosen.client = client;
  report(trace, "client_certificate_type", client, "the client's first that we take");
  return chosen;
}

void add_certificate_types(const messages::ClientHello& hello, const ServerOptions& options, const CertificateTypes& chosen,
                           messages::EncryptedExtensions& answer) {
  if (server_types(hello))
    answer.extensions.add<ChosenServerCertificateType>().server_certificate_type = chosen.server;
  const bool is_settled = options.client_auth != ClientAuth::none || may_ask_later(hello, options);
  if (const auto* types = client_types(hello); types && is_settled && contains(*types, chosen.client))
    answer.extensions.add<ChosenClientCertificateType>().client_certificate_type = chosen.client;
}

Result<CertificateTypes> accept_certificate_types(const messages::ClientHello& offered,
                                                  const messages::EncryptedExtensions& answer, const Tracer& trace) {
  CertificateTypes chosen;
  if (const auto* server = answer.extensions.find<ChosenServerCertificateType>()) {
    TRY(check_offered(server_types(offered), server->server_certificate_type));
    chosen.server = server->server_certificate_type;
    report(trace, "server_certificate_type", chosen.server, "the server chose it");
  }
  if (const auto* client = answer.extensions.find<ChosenClientCertificateType>()) {
    TRY(check_offered(client_types(offered), client->client_certificate_type));
    chosen.client = client->client_certificate_type;
    report(trace, "client_certificate_type", chosen.client, "the server chose it");
  }
  if (const auto* types = server_types(offered); types && !contains(*types, chosen.server))
    return fail(Fault::certificate_type_not_offered, {"it shows certificates; we take raw public keys alone"});
  return chosen;
}

}  // namespace handfast

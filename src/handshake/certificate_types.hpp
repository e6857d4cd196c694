// certificate_types.hpp: whether a side shows certificates or a raw public key (RFC 7250 section 4, RFC 8446 section 4.4.2).
#pragma once

#include <handfast/config.hpp>
#include <handshake/tracer.hpp>
#include <messages/encrypted_extensions.hpp>
#include <messages/hello.hpp>

namespace handfast {

struct CertificateTypes {
  CertificateType server = CertificateType::x509;
  CertificateType client = CertificateType::x509;
};

/// Says what we have and take, where that is more than certificates.
void add_certificate_types(const ClientOptions& options, messages::ClientHello& hello);

/// The client's first that we have, and its first that we take. Fault::certificate_type_not_offered where there is none; where the
/// client can be asked only later, its own is x509 then, and what it shows is judged as that.
Result<CertificateTypes> choose_certificate_types(const messages::ClientHello& hello, const ServerOptions& options,
                                                  const Tracer& trace);
/// Answers what the client has said; of the client's own type only where it is asked for a certificate, or may be later.
void add_certificate_types(const messages::ClientHello& hello, const ServerOptions& options, const CertificateTypes& chosen,
                           messages::EncryptedExtensions& answer);

/// What the server has chosen; certificates where it says nothing (RFC 7250 section 4.2). Fault::certificate_type_not_offered.
Result<CertificateTypes> accept_certificate_types(const messages::ClientHello& offered, const messages::EncryptedExtensions& answer,
                                                  const Tracer& trace);

}  // namespace handfast

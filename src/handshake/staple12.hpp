// staple12.hpp: what comes with a server's certificate in TLS 1.2 and before: an OCSP response (RFC 6066 section 8) and signed
// certificate timestamps (RFC 6962 section 3.3.1). A resumption has neither: no certificate is shown there.
#pragma once

#include <handshake/link.hpp>

namespace handfast {

/// The server's hello says what this identity has of what the client asks for; null: no certificate is shown.
void answer_wishes(const messages::ClientHello& hello, const Identity* identity, messages::ServerHello& answer);

/// After the Certificate: the CertificateStatus that our hello has announced, if it has.
Result<> send_staple(Link& link, const Identity* identity, const messages::ServerHello& answer);

}  // namespace handfast

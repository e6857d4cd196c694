// post_handshake.hpp: a client's certificate after the handshake (RFC 8446 section 4.6.2).
#pragma once

#include <handfast/config.hpp>
#include <handshake/flow.hpp>
#include <messages/certificate13.hpp>

namespace handfast {

/// The server's request, and the client's answer to it. Other messages and data may come before the answer, but not within it.
Handshake ask_for_certificate(Link& link, std::shared_ptr<const ServerConfig> config);

/// The client's answer, sent in one piece. `message` is the request as it came.
Handshake answer_certificate_request(Link& link, Buffer message, messages::CertificateRequest13 request);

}  // namespace handfast

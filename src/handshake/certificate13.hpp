// certificate13.hpp: the Certificate message of TLS 1.3 and what may come with it: a staple and timestamps (RFC 8446 section
// 4.4.2.1), compression (RFC 8879).
#pragma once

#include <variant>

#include <handshake/link.hpp>
#include <messages/certificate13.hpp>
#include <messages/hello.hpp>

namespace handfast {

/// What a peer takes with our certificate.
struct CertificateWishes {
  bool staple = false;
  bool timestamps = false;
  std::vector<CertificateCompression> compressions{};
};
CertificateWishes wishes_of(const messages::ClientHello& hello);
CertificateWishes wishes_of(const messages::CertificateRequest13& request);

/// Says what we take with the peer's.
void add_wishes(const ClientOptions& options, messages::ClientHello& hello);
void add_wishes(const ServerOptions& options, messages::CertificateRequest13& request);

/// The message of an identity, an empty one for none, with what was asked for.
Result<messages::Certificate13> certificate13_message(const Identity* identity, const CertificateWishes& wishes, Bytes context);

/// Sends it, compressed where the peer takes that: the first way of ours that it has.
Result<> send_certificate13(Link& link, const Identity* identity, const CertificateWishes& wishes, Bytes context);

using AnyCertificate = std::variant<messages::Certificate13, messages::CompressedCertificate>;
/// The Certificate message as it came or in a compressed one. Fault::certificate_compression_not_offered, Fault::handshake_message_too_long,
/// Fault::certificate_decompression_failed, and those of a message that is malformed.
Result<messages::Certificate13> decompress(const Link& link, AnyCertificate&& certificate);

/// What came with the peer's own certificate.
struct CertificateExtras {
  Buffer staple{};        ///< OCSPResponse, DER
  Buffer timestamps{};    ///< SignedCertificateTimestampList
};
/// Fault::extension_not_offered for what `asked` does not have (RFC 8446 section 4.4.2), Fault::extension_not_allowed.
Result<CertificateExtras> extras_of(const messages::Certificate13& certificate, const CertificateWishes& asked);

}  // namespace handfast

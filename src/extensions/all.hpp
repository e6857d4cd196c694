// all.hpp: the one list of extensions.
#pragma once

#include <tuple>

#include <extensions/alpn.hpp>
#include <extensions/certificate_authorities.hpp>
#include <extensions/certificate_type.hpp>
#include <extensions/compress_certificate.hpp>
#include <extensions/cookie.hpp>
#include <extensions/early_data.hpp>
#include <extensions/ec_point_formats.hpp>
#include <extensions/encrypt_then_mac.hpp>
#include <extensions/extended_master_secret.hpp>
#include <extensions/key_share.hpp>
#include <extensions/max_fragment_length.hpp>
#include <extensions/oid_filters.hpp>
#include <extensions/post_handshake_auth.hpp>
#include <extensions/pre_shared_key.hpp>
#include <extensions/psk_key_exchange_modes.hpp>
#include <extensions/record_size_limit.hpp>
#include <extensions/renegotiation_info.hpp>
#include <extensions/server_name.hpp>
#include <extensions/session_ticket.hpp>
#include <extensions/signature_algorithms.hpp>
#include <extensions/signed_certificate_timestamp.hpp>
#include <extensions/status_request.hpp>
#include <extensions/supported_groups.hpp>
#include <extensions/supported_versions.hpp>
#include <extensions/trusted_ca_keys.hpp>

namespace handfast::extensions {

/// In the order in which they are written.
using All = std::tuple<
    ServerName, ServerNameAcknowledged, EncryptedServerName, MaxFragmentLength, ServerMaxFragmentLength,
    EncryptedMaxFragmentLength, TrustedCaKeys, ExtendedMasterSecret, ServerExtendedMasterSecret,
    RenegotiationInfo, ServerRenegotiationInfo, SupportedGroups, ServerSupportedGroups, EcPointFormats,
    ServerEcPointFormats, SessionTicket, ServerSessionTicket, ApplicationProtocols, ChosenProtocol, EncryptedProtocol,
    StatusRequest, ServerStatusRequest, RequestedStatus, CertificateStatus, SignatureAlgorithms, RequestedSignatureAlgorithms,
    SignatureAlgorithmsCert, RequestedSignatureAlgorithmsCert, ScTimestampsWanted, ServerScTimestamps, RequestedScTimestamps, ScTimestamps,
    ClientCertificateTypes, ChosenClientCertificateType, ServerCertificateTypes, ChosenServerCertificateType,
    CertificateAuthorities, RequestedAuthorities, OidFilters, CompressCertificate, RequestedCompressCertificate,
    RecordSizeLimit, ServerRecordSizeLimit, EncryptedRecordSizeLimit, EncryptThenMac, ServerEncryptThenMac,
    PostHandshakeAuth, SupportedVersions, SelectedVersion, RetryVersion, Cookie, RetryCookie, PskKeyExchangeModes, KeyShares,
    ServerKeyShare, RetryKeyShare, EarlyData, EarlyDataAccepted, TicketEarlyData, OfferedPsks, SelectedPsk>;

}  // namespace handfast::extensions

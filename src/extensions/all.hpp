// all.hpp: the one list of extensions.
#pragma once

#include <tuple>

#include <extensions/alpn.hpp>
#include <extensions/ec_point_formats.hpp>
#include <extensions/encrypt_then_mac.hpp>
#include <extensions/extended_master_secret.hpp>
#include <extensions/renegotiation_info.hpp>
#include <extensions/server_name.hpp>
#include <extensions/session_ticket.hpp>
#include <extensions/signature_algorithms.hpp>
#include <extensions/supported_groups.hpp>
#include <extensions/supported_versions.hpp>

namespace handfast::extensions {

/// In the order in which they are written.
using All = std::tuple<ServerName, ServerNameAcknowledged, ExtendedMasterSecret, ServerExtendedMasterSecret,
                       RenegotiationInfo, ServerRenegotiationInfo, SupportedGroups, EcPointFormats,
                       ServerEcPointFormats, SessionTicket, ServerSessionTicket, ApplicationProtocols, ChosenProtocol,
                       SignatureAlgorithms, EncryptThenMac, ServerEncryptThenMac, SupportedVersions>;

}  // namespace handfast::extensions

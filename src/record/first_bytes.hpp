// first_bytes.hpp: what a peer speaks whose first bytes are not TLS.
#pragma once

#include <handfast/result.hpp>

namespace handfast::record {

/// For first bytes that no record starts with: plain_http, sslv2_hello or not_tls, with the bytes among the facts; success
/// while more of them are needed to tell.
Result<> refuse_first_bytes(Bytes bytes);

}  // namespace handfast::record

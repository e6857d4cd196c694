// distinguished_name.hpp: names of authorities, as a server lists them when it asks for a certificate.
#pragma once

#include <string>

#include <handfast/result.hpp>

namespace handfast::crypto {

/// A DER Name on one line, in the order of RFC 4514: "CN=Example CA,O=Example". Fault::certificate_malformed when it is none.
Result<std::string> name_text(Bytes der);

}  // namespace handfast::crypto

// other_names.hpp: groups and signature schemes that have a name but no row in the catalog.
#pragma once

#include <string_view>

#include <handfast/names.hpp>

namespace handfast::catalog {

/// The name in the IANA registry "TLS Supported Groups", of one that Handfast does not have; empty for all others.
std::string_view other_name(Group group);
/// The same of "TLS SignatureScheme"; and the pairs of hash and signature of TLS 1.2 that have no name there, named alike.
std::string_view other_name(Scheme scheme);

}  // namespace handfast::catalog

// descriptors.hpp: how many files and sockets this process may have open.
#pragma once

#include <cstddef>

namespace handfast::net {

/// Raises the soft limit of open descriptors to the hard one, as far as the system lets us. Returns the limit in force.
std::size_t raise_descriptor_limit();

/// The limit in force now.
std::size_t descriptor_limit();

}  // namespace handfast::net

#include "handfast/version.hpp"

namespace handfast {

std::string_view version() noexcept { return HANDFAST_VERSION; }

}  // namespace handfast

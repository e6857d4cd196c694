// verify_error.hpp: libcrypto's verification errors (X509_V_ERR_*) as faults.
#pragma once

#include <handfast/result.hpp>

namespace handfast::crypto {

Fault fault_of(int verify_error);

}  // namespace handfast::crypto

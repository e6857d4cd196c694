// identity.hpp: one self-signed throw-away certificate, valid for a hundred years, and its key, for the fuzzers.
#pragma once

#include <string_view>

namespace handfast::fuzz {

inline constexpr std::string_view certificate = R"(-----BEGIN CERTIFICATE-----
MIIBzzCCAXWgAwIBAgIUWfKpWlIS5mZ4oyN1inlJyupwN14wCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMZnV6ei5leGFtcGxlMCAXDTI2MTEyMTA3MTE1MVoYDzIxMjYx
MDI4MDcxMTUxWjAXMRUwEwYDVQQDDAxmdXp6LmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAASXVuJktq/pco8V+Q3dOLYoSzBwT99AK9kLVvlFhy8OsSuX
Ew/iz8feEpZDoLKXkHzixJQzKwbmdTy4gERq0kW9o4GcMIGZMB0GA1UdDgQWBBT1
R5ZjVQ9i0Ev9Zt3QUucBkEYT6TAfBgNVHSMEGDAWgBT1R5ZjVQ9i0Ev9Zt3QUucB
kEYT6TAPBgNVHRMBAf8EBTADAQH/MBcGA1UdEQQQMA6CDGZ1enouZXhhbXBsZTAd
BgNVHSUEFjAUBggrBgEFBQcDAQYIKwYBBQUHAwIwDgYDVR0PAQH/BAQDAgKEMAoG
CCqGSM49BAMCA0gAMEUCIQCYgZFqfrcm+r8chxigPx0v4p2+G6kJ1wjxsYlbY3a1
tgIgMN7wjehC4YVGnAStkNAypvn9mZD+eAlsEsXzWEylgGA=
-----END CERTIFICATE-----
)";

inline constexpr std::string_view key = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJ7Q9xi7hrSZ0/Syg
miTfzVU6438Z7XxkeTpuz4Vep2GhRANCAASXVuJktq/pco8V+Q3dOLYoSzBwT99A
K9kLVvlFhy8OsSuXEw/iz8feEpZDoLKXkHzixJQzKwbmdTy4gERq0kW9
-----END PRIVATE KEY-----
)";

}  // namespace handfast::fuzz

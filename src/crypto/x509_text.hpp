// x509_text.hpp: names, dates and addresses of certificates as text that is safe to show.
#pragma once

#include <chrono>
#include <crypto/owned.hpp>
#include <handfast/result.hpp>
#include <string>
#include <vector>

namespace handfast::crypto {

/// One line in the order of RFC 4514, "CN=alice,O=Example", UTF-8; control and text direction characters are escaped.
std::string one_line(const X509_NAME* name);
/// The most specific common name, UTF-8; empty where there is none or it has an embedded NUL.
std::string common_name(const X509_NAME* name);
/// DNS names and IP addresses of subjectAltName. An embedded NUL shows as "\00".
std::vector<std::string> subject_alt_names(const X509* certificate);
/// "2026-11-21T00:00:00Z"; "no date" where there is none.
std::string date_text(const ASN1_TIME* time);
/// The moment itself; the earliest there is for one that does not parse, the latest for one that the clock cannot hold.
std::chrono::system_clock::time_point time_of(const ASN1_TIME* time);
std::string date_text(std::chrono::system_clock::time_point time);
/// Lower-case hex.
std::string hex(Bytes bytes);
Buffer to_der(const X509_NAME* name);

}  // namespace handfast::crypto

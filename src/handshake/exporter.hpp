// exporter.hpp: what keying material is exported from (RFC 5705; RFC 8446 section 7.5).
#pragma once

#include <variant>

#include <keys/prf12.hpp>
#include <keys/schedule13.hpp>
#include <messages/hello.hpp>

namespace handfast {

/// TLS 1.2 and before: the master secret and both randoms.
struct ExporterSecret12 {
  catalog::Prf prf;
  keys::MasterSecret master;
  messages::Random client_random, server_random;
};

using Exporter = std::variant<ExporterSecret12, keys::ExporterSecret13>;

/// Fills `out`. Context and `out` are at most 65535 bytes; in TLS 1.3, where an empty context and none are the same, `out` is at
/// most 255 hashes long.
void export_material(const Exporter& exporter, std::string_view label, std::optional<Bytes> context, std::span<uint8_t> out);

}  // namespace handfast

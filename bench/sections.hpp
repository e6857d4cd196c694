// sections.hpp: the parts of the bench.
#pragma once

#include <report.hpp>
#include <timing.hpp>

namespace bench {

/// One record sealed and opened: raw AEAD, record layer, public API, libssl.
void measure_records(Report& report, const Effort& effort);
/// CPU and allocations of whole handshakes, each side apart, beside libssl and the primitives' floor.
void measure_handshakes12(Report& report, const Effort& effort);
void measure_handshakes13(Report& report, const Effort& effort);
/// ML-KEM-768, ours and libcrypto's where it has it, beside an X25519 key pair.
void measure_mlkem(Report& report, const Effort& effort);
/// A hello that is refused, beside a whole handshake.
void measure_refusals(Report& report, const Effort& effort);
/// Distributions of the time that right and wrong paddings take.
void measure_oracles(Report& report, const Effort& effort);
/// What an idle server connection holds.
void measure_memory(Report& report, const Effort& effort);

}  // namespace bench

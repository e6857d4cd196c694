// prf12.hpp: the pseudorandom function of TLS 1.2 and before, and what is made with it (RFC 5246 sections 5, 6.3, 8.1; RFC 2246
// section 5; RFC 7627).
#pragma once

#include <array>
#include <string_view>

#include <base/secret.hpp>
#include <catalog/suites.hpp>
#include <crypto/hash.hpp>

namespace handfast::keys {

using MasterSecret = Secret<48>;
using VerifyData = std::array<uint8_t, 12>;

/// The hash of the transcript; in TLS 1.2 and later also the one that the PRF, or the key schedule, is made of.
crypto::HashAlgorithm hash_of(catalog::Prf prf);

/// PRF(secret, label, seed): fills `out`. The seed is the concatenation of its two parts.
void prf12(catalog::Prf prf, Bytes secret, std::string_view label, Bytes seed, Bytes more_seed, std::span<uint8_t> out);

/// RFC 5246 section 8.1.
MasterSecret master_secret(catalog::Prf prf, Bytes premaster, Bytes client_random, Bytes server_random);
/// RFC 7627 section 4: over the hash of all messages up to and including ClientKeyExchange.
MasterSecret extended_master_secret(catalog::Prf prf, Bytes premaster, Bytes session_hash);

/// The keys of both directions (RFC 5246 section 6.3; RFC 2246 section 6.3, where the first IVs of CBC are among them).
class KeyBlock {
 public:
  KeyBlock(const catalog::SuiteRow& suite, Version version, const MasterSecret& master, Bytes client_random, Bytes server_random);

  // Views live as long as this.
  Bytes client_mac() const { return part(0, sizes_.mac); }
  Bytes server_mac() const { return part(sizes_.mac, sizes_.mac); }
  Bytes client_key() const { return part(2 * sizes_.mac, sizes_.key); }
  Bytes server_key() const { return part(2 * sizes_.mac + sizes_.key, sizes_.key); }
  Bytes client_iv() const { return part(2 * (sizes_.mac + sizes_.key), sizes_.iv); }
  Bytes server_iv() const { return part(2 * (sizes_.mac + sizes_.key) + sizes_.iv, sizes_.iv); }

 private:
  Bytes part(size_t at, size_t n) const { return block_.view().subspan(at, n); }
  catalog::KeySizes sizes_;
  Secret<size_t{2} * (48 + 32 + 16)> block_;
};

/// verify_data of a Finished (RFC 5246 section 7.4.9) over the hash of the messages before it.
VerifyData client_verify_data(catalog::Prf prf, const MasterSecret& master, Bytes transcript_hash);
VerifyData server_verify_data(catalog::Prf prf, const MasterSecret& master, Bytes transcript_hash);

}  // namespace handfast::keys

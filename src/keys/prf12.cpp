#include <keys/prf12.hpp>

namespace handfast::keys {
namespace {

VerifyData verify_data(catalog::Prf prf, const MasterSecret& master, std::string_view label, Bytes transcript_hash) {
  VerifyData out;
  prf12(prf, master.view(), label, transcript_hash, {}, out);
  return out;
}

// P_hash: A(0) = label + seed, A(i) = HMAC(A(i-1)), output HMAC(A(1) + A(0)), HMAC(A(2) + A(0)), ...; added to `out` bit by bit.
void add_p_hash(crypto::HashAlgorithm hash, Bytes secret, std::string_view label, Bytes seed, Bytes more_seed,
                std::span<uint8_t> out) {
  crypto::Hmac hmac(hash, secret);
  auto size = hmac.size();
  Secret<64> a(size), block(size);
  hmac.compute({as_bytes(label), seed, more_seed}, a.writable());
  while (!out.empty()) {
    hmac.compute({a.view(), as_bytes(label), seed, more_seed}, block.writable());
    auto n = std::min(out.size(), size);
    for (size_t i = 0; i < n; ++i) out[i] ^= block.view()[i];
    out = out.subspan(n);
    if (!out.empty()) hmac.compute({a.view()}, a.writable());
  }
}

}  // namespace

crypto::HashAlgorithm hash_of(catalog::Prf prf) {
  switch (prf) {
    case catalog::Prf::sha384: return crypto::HashAlgorithm::sha384;
    case catalog::Prf::md5_sha1: return crypto::HashAlgorithm::md5_sha1;
    case catalog::Prf::sha256: break;
  }
  return crypto::HashAlgorithm::sha256;
}

void prf12(catalog::Prf prf, Bytes secret, std::string_view label, Bytes seed, Bytes more_seed, std::span<uint8_t> out) {
  std::ranges::fill(out, uint8_t{0});
  if (prf != catalog::Prf::md5_sha1) return add_p_hash(hash_of(prf), secret, label, seed, more_seed, out);
  // RFC 2246 section 5: where the length is odd, the halves share the byte in the middle.
  auto half = (secret.size() + 1) / 2;
  add_p_hash(crypto::HashAlgorithm::md5, secret.first(half), label, seed, more_seed, out);
  add_p_hash(crypto::HashAlgorithm::sha1, secret.last(half), label, seed, more_seed, out);
}

MasterSecret master_secret(catalog::Prf prf, Bytes premaster, Bytes client_random, Bytes server_random) {
  MasterSecret master(48);
  prf12(prf, premaster, "master secret", client_random, server_random, master.writable());
  return master;
}

MasterSecret extended_master_secret(catalog::Prf prf, Bytes premaster, Bytes session_hash) {
  MasterSecret master(48);
  prf12(prf, premaster, "extended master secret", session_hash, {}, master.writable());
  return master;
}

KeyBlock::KeyBlock(const catalog::SuiteRow& suite, Version version, const MasterSecret& master, Bytes client_random,
                   Bytes server_random)
    : sizes_(catalog::key_sizes(suite, version)), block_(2 * (sizes_.mac + sizes_.key + sizes_.iv)) {
  prf12(prf_of(suite, version), master.view(), "key expansion", server_random, client_random, block_.writable());
}

VerifyData client_verify_data(catalog::Prf prf, const MasterSecret& master, Bytes transcript_hash) {
  return verify_data(prf, master, "client finished", transcript_hash);
}

VerifyData server_verify_data(catalog::Prf prf, const MasterSecret& master, Bytes transcript_hash) {
  return verify_data(prf, master, "server finished", transcript_hash);
}

}  // namespace handfast::keys

#include <keys/prf12.hpp>

namespace handfast::keys {
namespace {

VerifyData verify_data(catalog::Prf prf, const MasterSecret& master, std::string_view label, Bytes transcript_hash) {
  VerifyData out;
  prf12(prf, master.view(), label, transcript_hash, {}, out);
  return out;
}

}  // namespace

crypto::HashAlgorithm hash_of(catalog::Prf prf) {
  return prf == catalog::Prf::sha384 ? crypto::HashAlgorithm::sha384 : crypto::HashAlgorithm::sha256;
}

// P_hash: A(0) = label + seed, A(i) = HMAC(A(i-1)), output HMAC(A(1) + A(0)), HMAC(A(2) + A(0)), ...
void prf12(catalog::Prf prf, Bytes secret, std::string_view label, Bytes seed, Bytes more_seed, std::span<uint8_t> out) {
  crypto::Hmac hmac(hash_of(prf), secret);
  auto size = hmac.size();
  Secret<64> a(size), block(size);
  hmac.compute({as_bytes(label), seed, more_seed}, a.writable());
  while (!out.empty()) {
    hmac.compute({a.view(), as_bytes(label), seed, more_seed}, block.writable());
    auto n = std::min(out.size(), size);
    std::copy_n(block.view().begin(), n, out.begin());
    out = out.subspan(n);
    if (!out.empty()) hmac.compute({a.view()}, a.writable());
  }
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

KeyBlock::KeyBlock(const catalog::SuiteRow& suite, const MasterSecret& master, Bytes client_random, Bytes server_random)
    : sizes_(catalog::key_sizes(suite, Version::tls12)), block_(2 * (sizes_.mac + sizes_.key + sizes_.iv)) {
  prf12(suite.prf, master.view(), "key expansion", server_random, client_random, block_.writable());
}

VerifyData client_verify_data(catalog::Prf prf, const MasterSecret& master, Bytes transcript_hash) {
  return verify_data(prf, master, "client finished", transcript_hash);
}

VerifyData server_verify_data(catalog::Prf prf, const MasterSecret& master, Bytes transcript_hash) {
  return verify_data(prf, master, "server finished", transcript_hash);
}

}  // namespace handfast::keys

#include <keys/schedule13.hpp>

#include <keys/prf12.hpp>

namespace handfast::keys {
namespace {

constexpr uint8_t zeros[48] = {};

size_t size_of(catalog::Prf prf) { return crypto::digest_size(hash_of(prf)); }

/// Derive-Secret(Early Secret, "derived", "") without a pre-shared key, a constant of the hash (RFC 8448 section 3 has the first).
Bytes salt_without_psk(catalog::Prf prf) {
  static constexpr uint8_t sha256[] = {0x6f, 0x26, 0x15, 0xa1, 0x08, 0xc7, 0x02, 0xc5, 0x67, 0x8f, 0x54,
                                       0xfc, 0x9d, 0xba, 0xb6, 0x97, 0x16, 0xc0, 0x76, 0x18, 0x9c, 0x48,
                                       0x25, 0x0c, 0xeb, 0xea, 0xc3, 0x57, 0x6c, 0x36, 0x11, 0xba};
  static constexpr uint8_t sha384[] = {0x15, 0x91, 0xda, 0xc5, 0xcb, 0xbf, 0x03, 0x30, 0xa4, 0xa8, 0x4d, 0xe9,
                                       0xc7, 0x53, 0x33, 0x0e, 0x92, 0xd0, 0x1f, 0x0a, 0x88, 0x21, 0x4b, 0x44,
                                       0x64, 0x97, 0x2f, 0xd6, 0x68, 0x04, 0x9e, 0x93, 0xe5, 0x2f, 0x2b, 0x16,
                                       0xfa, 0xd9, 0x22, 0xfd, 0xc0, 0x58, 0x44, 0x78, 0x42, 0x8f, 0x28, 0x2b};
  return prf == catalog::Prf::sha384 ? Bytes(sha384) : Bytes(sha256);
}

/// HKDF-Extract (RFC 5869 section 2.2).
HashSecret extract(catalog::Prf prf, Bytes salt, Bytes key_material) {
  HashSecret out(size_of(prf));
  crypto::hmac(hash_of(prf), salt, {key_material}, out.writable());
  return out;
}

/// Derive-Secret (RFC 8446 section 7.1).
HashSecret derive(catalog::Prf prf, const HashSecret& secret, std::string_view label, Bytes transcript_hash) {
  HashSecret out(size_of(prf));
  expand_label(prf, secret.view(), label, transcript_hash, out.writable());
  return out;
}

/// Derive-Secret(secret, "derived", ""): the salt of the next stage.
HashSecret derived(catalog::Prf prf, const HashSecret& secret) {
  return derive(prf, secret, "derived", crypto::hash(hash_of(prf), {}).view());
}

crypto::Digest mac(catalog::Prf prf, Bytes base_secret, Bytes transcript_hash) {
  HashSecret finished_key(size_of(prf));
  expand_label(prf, base_secret, "finished", {}, finished_key.writable());
  crypto::Digest out;
  out.size = size_of(prf);
  crypto::hmac(hash_of(prf), finished_key.view(), {transcript_hash}, std::span(out.bytes).first(out.size));
  return out;
}

}  // namespace

// HKDF-Expand (RFC 5869 section 2.3) over the HkdfLabel: T(n) = HMAC(T(n-1) + info + n).
void expand_label(catalog::Prf prf, Bytes secret, std::string_view label, Bytes context, std::span<uint8_t> out) {
  constexpr size_t prefix_size = 6;
  const uint8_t before[] = {static_cast<uint8_t>(out.size() >> 8), static_cast<uint8_t>(out.size()),
                            static_cast<uint8_t>(prefix_size + label.size()), 't', 'l', 's', '1', '3', ' '};
  const uint8_t context_size[] = {static_cast<uint8_t>(context.size())};
  HashSecret block(size_of(prf));
  Bytes last;
  for (uint8_t n = 1; !out.empty(); ++n) {
    const uint8_t counter[] = {n};
    crypto::hmac(hash_of(prf), secret, {last, before, as_bytes(label), context_size, context, counter}, block.writable());
    last = block.view();
    auto taken = std::min(out.size(), last.size());
    std::copy_n(last.begin(), taken, out.begin());
    out = out.subspan(taken);
  }
}

TrafficKeys TrafficSecret::keys(const catalog::SuiteRow& suite) const {
  auto sizes = catalog::key_sizes(suite, Version::tls13);
  TrafficKeys out{Secret<48>(sizes.key), Secret<48>(sizes.iv)};
  expand_label(prf_, secret_.view(), "key", {}, out.key.writable());
  expand_label(prf_, secret_.view(), "iv", {}, out.iv.writable());
  return out;
}

crypto::Digest TrafficSecret::finished(Bytes transcript_hash) const { return mac(prf_, secret_.view(), transcript_hash); }

TrafficSecret TrafficSecret::next() const { return {prf_, derive(prf_, secret_, "traffic upd", {})}; }

// The exporter's value is derived for the label first, over no transcript, then for the context.
void ExporterSecret13::expand(std::string_view label, Bytes context, std::span<uint8_t> out) const {
  auto hash = hash_of(prf_);
  auto secret = derive(prf_, secret_, label, crypto::hash(hash, {}).view());
  expand_label(prf_, secret.view(), "exporter", crypto::hash(hash, context).view(), out);
}

HashSecret ResumptionSecret::psk(Bytes ticket_nonce) const { return derive(prf_, secret_, "resumption", ticket_nonce); }

EarlySecret::EarlySecret(catalog::Prf prf) : prf_(prf) {}
EarlySecret::EarlySecret(catalog::Prf prf, Bytes psk)
    : prf_(prf), secret_(extract(prf, Bytes(zeros).first(size_of(prf)), psk)) {}

crypto::Digest EarlySecret::binder(PskKind kind, Bytes truncated_hash) const {
  auto label = kind == PskKind::resumption ? "res binder" : "ext binder";
  auto binder_key = derive(prf_, secret_, label, crypto::hash(hash_of(prf_), {}).view());
  return mac(prf_, binder_key.view(), truncated_hash);
}

TrafficSecret EarlySecret::client_early_traffic(Bytes transcript_hash) const {
  return {prf_, derive(prf_, secret_, "c e traffic", transcript_hash)};
}

ExporterSecret13 EarlySecret::early_exporter(Bytes transcript_hash) const {
  return {prf_, derive(prf_, secret_, "e exp master", transcript_hash)};
}

HandshakeSecret EarlySecret::mix(Bytes shared_secret) && {
  auto early = std::move(secret_);
  auto salt = early.empty() ? HashSecret(salt_without_psk(prf_)) : derived(prf_, early);
  if (shared_secret.empty()) shared_secret = Bytes(zeros).first(size_of(prf_));
  return {prf_, extract(prf_, salt.view(), shared_secret)};
}

TrafficSecret HandshakeSecret::client_handshake_traffic(Bytes transcript_hash) const {
  return {prf_, derive(prf_, secret_, "c hs traffic", transcript_hash)};
}

TrafficSecret HandshakeSecret::server_handshake_traffic(Bytes transcript_hash) const {
  return {prf_, derive(prf_, secret_, "s hs traffic", transcript_hash)};
}

MasterSecret13 HandshakeSecret::finish() && {
  auto handshake = std::move(secret_);
  auto salt = derived(prf_, handshake);
  return {prf_, extract(prf_, salt.view(), Bytes(zeros).first(size_of(prf_)))};
}

TrafficSecret MasterSecret13::client_application_traffic(Bytes transcript_hash) const {
  return {prf_, derive(prf_, secret_, "c ap traffic", transcript_hash)};
}

TrafficSecret MasterSecret13::server_application_traffic(Bytes transcript_hash) const {
  return {prf_, derive(prf_, secret_, "s ap traffic", transcript_hash)};
}

ExporterSecret13 MasterSecret13::exporter(Bytes transcript_hash) const {
  return {prf_, derive(prf_, secret_, "exp master", transcript_hash)};
}

ResumptionSecret MasterSecret13::resumption(Bytes transcript_hash) const {
  return {prf_, derive(prf_, secret_, "res master", transcript_hash)};
}

}  // namespace handfast::keys

#include <keys/schedule13.hpp>

#include <keys/prf12.hpp>

namespace handfast::keys {
namespace {

constexpr uint8_t zeros[48] = {};

size_t size_of(catalog::Prf prf) { return crypto::digest_size(hash_of(prf)); }

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
  auto sizes = catalog::key_sizes(suite);
  TrafficKeys out{Secret<32>(sizes.key), Secret<12>(sizes.iv)};
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

EarlySecret::EarlySecret(catalog::Prf prf) : EarlySecret(prf, Bytes(zeros).first(size_of(prf))) {}
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
  auto salt = derived(prf_, early);
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

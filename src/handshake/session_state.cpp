// session_state.cpp: sessions as bytes: what a ticket holds, and what a client writes down.
#include <handshake/session_state.hpp>

namespace handfast {
namespace {

constexpr std::string_view magic12 = "handfast session 3\n", magic13 = "handfast session 2\n";
constexpr uint8_t is_verified = 1, is_raw = 2, is_stapled = 4;

template <class Kept>
size_t size_estimate(const Kept& session) {
  const auto& peer = session.peer;
  size_t key_name = 0;
  if constexpr (requires { session.external_psk; }) key_name = session.external_psk.text.size();
  return 1024 + key_name + session.server_name.text.size() + peer.chain.wire.size() + peer.names.wire.size() +
         peer.subject.text.size() + peer.issuer.text.size() + peer.common_name.text.size();
}

template <class Kept>
Result<SecretBuffer> encode(const Kept& session) {
  Buffer bytes;
  bytes.reserve(size_estimate(session));
  auto encoded = wire::encode(session, bytes);
  SecretBuffer secret(std::move(bytes));
  if (!encoded) return std::unexpected(std::move(encoded).error());
  return secret;
}

template <class Kept>
Buffer serialize_as(std::string_view magic, const Kept& session) {
  Buffer bytes;
  bytes.reserve(magic.size() + size_estimate(session.common) + session.ticket.bytes.size() +
                session.server_name_indication.text.size());
  bytes.insert(bytes.end(), magic.begin(), magic.end());
  auto encoded = wire::encode(session, bytes);
  if (!encoded) bytes.clear();   // a session that was parsed or received is always within its bounds
  return bytes;
}

template <class Kept>
Result<std::shared_ptr<const Session>> parse_as(Version first, Version last, Bytes content) {
  auto decoded = wire::decode<Kept>(content);
  if (!decoded || decoded->common.version < first || decoded->common.version > last)
    return fail(Fault::session_malformed, {"its content is damaged"});
  auto state = std::make_shared<const Session::State>(std::move(*decoded));
  return std::make_shared<const Session>(std::move(state));
}

}  // namespace

PeerRecord record_of(const PeerIdentity* peer) {
  PeerRecord record;
  if (!peer) return record;
  record.flags = static_cast<uint8_t>((peer->verified ? is_verified : 0) | (peer->raw_public_key ? is_raw : 0) |
                                      (peer->stapled ? is_stapled : 0));
  size_t size = 0;
  for (const auto& der : peer->chain) size += 3 + der.size();
  record.chain.wire.reserve(size);
  for (const auto& der : peer->chain) record.chain.add(der);
  record.subject.text = peer->subject;
  record.issuer.text = peer->issuer;
  record.common_name.text = peer->common_name;
  record.sha256.text = peer->sha256;
  for (const auto& name : peer->names) record.names.add(as_bytes(name));
  return record;
}

std::shared_ptr<const PeerIdentity> identity_of(const PeerRecord& record) {
  if (record.chain.empty()) return nullptr;
  auto peer = std::make_shared<PeerIdentity>();
  peer->verified = (record.flags & is_verified) != 0;
  peer->raw_public_key = (record.flags & is_raw) != 0;
  peer->stapled = (record.flags & is_stapled) != 0;
  for (auto der : record.chain) peer->chain.emplace_back(der.begin(), der.end());
  peer->subject = record.subject.text;
  peer->issuer = record.issuer.text;
  peer->common_name = record.common_name.text;
  peer->sha256 = record.sha256.text;
  for (auto name : record.names) peer->names.emplace_back(as_text(name));
  return peer;
}

Result<SecretBuffer> encode_session(const Session12& session) { return encode(session); }
Result<SecretBuffer> encode_session(const Session13& session) { return encode(session); }

uint64_t seconds_of(std::chrono::system_clock::time_point time) {
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  return seconds > 0 ? static_cast<uint64_t>(seconds) : 0;
}

uint64_t milliseconds_of(std::chrono::system_clock::time_point time) {
  auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  return milliseconds > 0 ? static_cast<uint64_t>(milliseconds) : 0;
}

Buffer Session::serialize() const {
  auto old = session12(*this);
  return old ? serialize_as(magic12, *old) : serialize_as(magic13, *session13(*this));
}

Result<std::shared_ptr<const Session>> Session::parse(Bytes bytes) try {
  auto text = as_text(bytes);
  auto content = bytes.subspan(std::min(bytes.size(), magic12.size()));
  if (text.starts_with(magic12)) return parse_as<ClientSession12>(Version::tls10, Version::tls12, content);
  if (text.starts_with(magic13)) return parse_as<ClientSession13>(Version::tls13, Version::tls13, content);
  return fail(Fault::session_malformed, {"it does not begin with the line \"handfast session 1\" or \"handfast session 2\""});
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

std::string_view Session::server_name() const {
  return std::visit([](const auto& session) -> std::string_view { return session.common.server_name.text; }, state_->of);
}
Version Session::version() const {
  return std::visit([](const auto& session) { return session.common.version; }, state_->of);
}
Suite Session::suite() const {
  return std::visit([](const auto& session) { return session.common.suite; }, state_->of);
}
bool Session::has_ticket() const {
  return std::visit([](const auto& session) { return !session.ticket.bytes.empty(); }, state_->of);
}

}  // namespace handfast

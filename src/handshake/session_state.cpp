#include <handshake/session_state.hpp>

namespace handfast {
namespace {

constexpr std::string_view magic = "handfast session 1\n";

size_t size_estimate(const Session12& session) {
  const auto& peer = session.peer;
  return 512 + session.server_name.text.size() + peer.chain.wire.size() + peer.names.wire.size() +
         peer.subject.text.size() + peer.issuer.text.size() + peer.common_name.text.size();
}

}  // namespace

PeerRecord record_of(const PeerIdentity* peer) {
  PeerRecord record;
  if (!peer) return record;
  record.verified = peer->verified ? 1 : 0;
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
  peer->verified = record.verified == 1;
  for (auto der : record.chain) peer->chain.emplace_back(der.begin(), der.end());
  peer->subject = record.subject.text;
  peer->issuer = record.issuer.text;
  peer->common_name = record.common_name.text;
  peer->sha256 = record.sha256.text;
  for (auto name : record.names) peer->names.emplace_back(as_text(name));
  return peer;
}

Result<SecretBuffer> encode_session(const Session12& session) {
  Buffer bytes;
  bytes.reserve(size_estimate(session));
  auto encoded = wire::encode(session, bytes);
  SecretBuffer secret(std::move(bytes));
  if (!encoded) return std::unexpected(std::move(encoded).error());
  return secret;
}

uint64_t seconds_of(std::chrono::system_clock::time_point time) {
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
  return seconds > 0 ? static_cast<uint64_t>(seconds) : 0;
}

Buffer Session::serialize() const {
  Buffer bytes(magic.begin(), magic.end());
  bytes.reserve(magic.size() + size_estimate(state_->common) + state_->ticket.bytes.size() +
                state_->server_name_indication.text.size());
  auto encoded = wire::encode(*state_, bytes);
  if (!encoded) bytes.clear();   // a session that was parsed or received is always within its bounds
  return bytes;
}

Result<std::shared_ptr<const Session>> Session::parse(Bytes bytes) try {
  if (bytes.size() < magic.size() || as_text(bytes.first(magic.size())) != magic)
    return fail(Fault::session_malformed, {"it does not begin with the line \"handfast session 1\""});
  auto decoded = wire::decode<State>(bytes.subspan(magic.size()));
  if (!decoded) return fail(Fault::session_malformed, {"its content is damaged"});
  auto state = std::make_shared<const State>(std::move(*decoded));
  return std::make_shared<const Session>(std::move(state));
} catch (const std::bad_alloc&) {
  return fail(Fault::out_of_memory);
}

std::string_view Session::server_name() const { return state_->common.server_name.text; }
Version Session::version() const { return state_->common.version; }
Suite Session::suite() const { return state_->common.suite; }
bool Session::has_ticket() const { return !state_->ticket.bytes.empty(); }

}  // namespace handfast

// server_resume.cpp: which session of the server's may be resumed, and what it keeps of a new one.
#include <algorithm>

#include <handshake/external_psk.hpp>
#include <handshake/server.hpp>

namespace handfast {
namespace {

using namespace extensions;

struct Found {
  std::optional<Buffer> bytes;
  bool by_ticket = false;
  std::string_view why_not;
};

Found look_up(const ServerConfig& config, const messages::ClientHello& hello, std::chrono::system_clock::time_point now) {
  const auto& options = config.options();
  auto ticket = hello.extensions.find<SessionTicket>();
  if (ticket && ticket->ticket.bytes.size() > longest_given_ticket(options.limits)) return {{}, true, "its ticket is longer than any of ours"};
  if (ticket && !ticket->ticket.bytes.empty() && options.tickets)
    return {options.ticket_keys->open(ticket->ticket.bytes, now), true,
            "its ticket is not ours, was altered, or is under a key that is gone"};
  if (hello.session_id.bytes.empty()) return {};
  return {options.session_cache->find(hello.session_id.bytes, now), false, "its session id is not in our cache"};
}

bool still_has_key(const Session12& session, const ServerOptions& options) {
  const auto& identity = session.external_psk.text;
  if (identity.empty()) return true;
  const auto key = known_psk(options, identity);
  return key && equal_secrets(hash_of(*key), session.psk_hash.bytes);
}

std::string_view obstacle(const Session12& session, const ServerConfig& config, const messages::ClientHello& hello,
                          Version version, uint64_t now) {
  const auto& ours = config.options().suites;
  const auto& theirs = hello.cipher_suites.items;
  if (session.version != version) return "its session has another version";
  if (!std::ranges::equal(session.configuration.bytes, config.fingerprint()))
    return "its session was made under another configuration";
  if (session.server_name.text != asked_name(hello)) return "its session was made under another server name";
  if (now < session.made || now >= session.expires) return "its session has expired";
  if (std::ranges::find(ours, session.suite) == ours.end() || std::ranges::find(theirs, session.suite) == theirs.end())
    return "its session's cipher suite is not in both lists any more";
  if (!still_has_key(session, config.options())) return "its session's pre-shared key is another one now, or not known any more";
  return {};
}

}  // namespace

Result<std::optional<Resumption>> find_session(Link& link, const ServerConfig& config, const messages::ClientHello& hello) {
  if (link.renegotiating) return std::nullopt;   // who wants a new handshake wants new keys
  auto now = config.options().environment.wall_clock();
  auto found = look_up(config, hello, now);
  auto why_not = found.why_not;
  if (found.bytes) {
    SecretBuffer bytes(std::move(*found.bytes));
    auto session = wire::decode<Session12>(bytes.view());
    why_not = session ? obstacle(*session, config, hello, *link.summary.version, seconds_of(now)) : "its session does not parse";
    if (why_not.empty()) {
      if (!hello.extensions.find<ExtendedMasterSecret>()) return fail(Fault::extended_master_secret_changed);
      bool renew = found.by_ticket && seconds_of(now) - session->made > (session->expires - session->made) / 2;
      link.trace.decision([&] {
        return DecisionEvent{"resumption", "resumed", found.by_ticket ? "its ticket is good" : "its session id is in our cache", {}};
      });
      return Resumption{std::move(*session), found.by_ticket, renew};
    }
  }
  if (!why_not.empty())
    link.trace.decision([&] { return DecisionEvent{"resumption", "full handshake", std::string(why_not), {}}; });
  return std::nullopt;
}

Session12 make_session12(Link& link, const ServerConfig& config, const Agreed12& agreed, const keys::MasterSecret& master,
                         uint64_t valid_until) {
  const auto& options = config.options();
  Session12 session;
  session.version = agreed.version;
  session.suite = agreed.suite->suite;
  std::ranges::copy(master.view(), session.master_secret.begin());
  session.configuration.bytes.assign(config.fingerprint().begin(), config.fingerprint().end());
  session.server_name.text = link.summary.server_name;
  session.made = seconds_of(options.environment.wall_clock());
  session.expires = session.made + static_cast<uint64_t>(options.ticket_keys->lifetime().count());
  session.expires = std::min(session.expires, valid_until);
  session.peer = record_of(link.summary.peer.get());
  session.external_psk.text = link.summary.external_psk;
  if (session.external_psk.text.empty()) return session;
  if (auto key = known_psk(options, session.external_psk.text)) session.psk_hash.bytes = hash_of(*key);
  return session;
}

bool may_be_resumed(const Session12& session) { return session.external_psk.text.empty() || !session.psk_hash.bytes.empty(); }

bool gives_ticket(const ServerConfig& config, const messages::ClientHello& hello, bool extended_master_secret) {
  return config.options().tickets && extended_master_secret && hello.extensions.find<SessionTicket>();
}

Result<messages::NewSessionTicket> make_ticket(const ServerConfig& config, const Session12& session) {
  messages::NewSessionTicket message;
  if (!may_be_resumed(session)) return message;
  auto plaintext = encode_session(session);
  const auto longest = longest_given_ticket(config.options().limits);
  if (!plaintext || plaintext->view().size() > longest) return message;
  auto ticket = TRY(config.options().ticket_keys->seal(plaintext->view(), config.options().environment.wall_clock()));
  if (ticket.size() > longest) return message;
  auto left = session.expires > session.made ? session.expires - session.made : 0;
  message.ticket_lifetime_hint = static_cast<uint32_t>(std::min<uint64_t>(left, UINT32_MAX));
  message.ticket.bytes = std::move(ticket);
  return message;
}

}  // namespace handfast

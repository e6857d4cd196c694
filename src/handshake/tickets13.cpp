#include <handshake/tickets13.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <handshake/keys13.hpp>

namespace handfast {
namespace {

using messages::NewSessionTicket13;
using extensions::TicketEarlyData;

keys::ResumptionSecret resumption_secret(Link& link, const keys::MasterSecret13& master) {
  auto secret = master.resumption(link.transcript.digest().view());
  note_secret(link, "resumption_master_secret", "Derive-Secret(Master Secret, \"res master\", ClientHello...client Finished)", {}, {});
  return secret;
}

PskBytes psk_of(const keys::ResumptionSecret& secret, Bytes nonce) {
  auto key = secret.psk(nonce);
  PskBytes psk;
  psk.bytes.assign(key.view().begin(), key.view().end());
  return psk;
}

Session13 make_session13(Link& link, const CommonOptions& options, const catalog::SuiteRow& suite, const Buffer& configuration) {
  Session13 session;
  session.suite = suite.suite;
  session.configuration.bytes = configuration;
  session.alpn.text = link.summary.alpn;
  session.made = milliseconds_of(options.environment.wall_clock());
  session.peer = record_of(link.summary.peer.get());
  return session;
}

/// None where it would be too long.
Result<std::optional<NewSessionTicket13>> make_ticket13(const ServerOptions& options, const Session13& session) {
  auto plaintext = encode_session(session);
  const auto longest = longest_given_ticket(options.limits);
  if (!plaintext || plaintext->view().size() > longest) return std::nullopt;
  auto ticket = TRY(options.ticket_keys->seal(plaintext->view(), options.environment.wall_clock()));
  if (ticket.empty() || ticket.size() > longest) return std::nullopt;
  NewSessionTicket13 message;
  message.ticket_lifetime = static_cast<uint32_t>(session.expires - session.made / 1000);
  message.ticket_age_add = session.age_add;
  message.ticket.bytes = std::move(ticket);
  if (session.max_early_data > 0) message.extensions.add<TicketEarlyData>().max_early_data_size = session.max_early_data;
  return message;
}

}  // namespace

Result<> send_tickets(Link& link, const ServerConfig& config, const catalog::SuiteRow& suite, const keys::MasterSecret13& master,
                      size_t count, uint64_t valid_until) {
  const auto& options = config.options();
  auto secret = resumption_secret(link, master);
  for (size_t i = 0; i < std::min<size_t>(count, 255); ++i) {
    auto session = make_session13(link, options, suite, config.fingerprint());
    const uint8_t nonce[] = {static_cast<uint8_t>(i)};
    session.psk = psk_of(secret, nonce);
    session.server_name.text = link.summary.server_name;
    auto now = session.made / 1000;
    auto lifetime = std::min(static_cast<uint64_t>(options.ticket_keys->lifetime().count()), longest_ticket_lifetime);
    session.expires = std::min(now + lifetime, valid_until);
    if (session.expires <= now) return {};
    session.max_early_data = options.early_data && !options.stateless_retry ? options.early_data->limit : 0;
    std::array<uint8_t, 4> age_add{};
    TRY(link.random(age_add));
    for (auto byte : age_add) session.age_add = session.age_add << 8 | byte;
    auto message = TRY(make_ticket13(options, session));
    if (!message) return {};
    message->ticket_nonce.bytes.assign(std::begin(nonce), std::end(nonce));
    TRY(link.send(*message));
  }
  return {};
}

void expect_tickets(Link& link, const ClientConfig& config, const Target& target,
                    const keys::MasterSecret13& master, uint64_t valid_until) {
  if (!config.options().tickets) return;
  link.connected13->tickets = std::make_unique<TicketTerms>(
      TicketTerms{resumption_secret(link, master), &config, target.session_key, target.name, target.server_name, valid_until});
}

Result<> take_ticket(Link& link, NewSessionTicket13 message) {
  auto& connected = *link.connected13;
  if (!connected.tickets) return {};
  auto& terms = *connected.tickets;
  const auto most = link.options.limits.tickets;
  if (++terms.tickets > most) return fail(Fault::ticket_flood, {fmt::format("more than {}", most)});
  if (message.ticket_lifetime == 0 || message.ticket.bytes.size() > longest_ticket) return {};

  const auto& options = terms.config->options();
  ClientSession13 kept;
  kept.common = make_session13(link, options, *connected.suite, terms.config->fingerprint());
  auto& common = kept.common;
  common.psk = psk_of(terms.secret, message.ticket_nonce.bytes);
  common.server_name.text = terms.name;
  auto lifetime = std::min<uint64_t>(message.ticket_lifetime, longest_ticket_lifetime);
  common.expires = std::min(common.made / 1000 + lifetime, terms.valid_until);
  common.age_add = message.ticket_age_add;
  if (auto early_data = message.extensions.find<TicketEarlyData>()) common.max_early_data = early_data->max_early_data_size;
  kept.ticket.bytes = std::move(message.ticket.bytes);
  kept.server_name_indication.text = terms.server_name_indication;
  kept.client_certificate_sent = link.summary.client_certificate_sent ? 1 : 0;
  link.session = std::make_shared<const Session>(std::make_shared<const Session::State>(Session::State{std::move(kept)}));
  if (options.sessions) options.sessions->put(terms.key, link.session);
  return {};
}

}  // namespace handfast

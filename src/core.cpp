#include <core.hpp>

#include <crypto/identity.hpp>
#include <fmt/format.h>
#include <handshake/renegotiate.hpp>

namespace handfast {
namespace {

constexpr uint8_t warning = 1, fatal = 2;

/// A step of a failure: when memory runs out in it (or a sink throws), the others still have to be taken.
void attempt(auto step) {
  try {
    step();
  } catch (...) {  // NOLINT(bugprone-empty-catch): what failed is told already
  }
}

/// RFC 8446 section 6.2: with TLS 1.3 the level of an alert says nothing.
bool is_fatal(uint8_t level, Alert alert, bool is_tls13) {
  if (alert == Alert::close_notify) return false;
  return is_tls13 ? alert != Alert::user_canceled : level == fatal;
}

}  // namespace

Connection::Core::Core(std::shared_ptr<const ClientConfig> config, const ConnectOptions& options)
    : client_config(std::move(config)),
      link(Side::client, client_config->options(), client_config->pool(), options.sink, options.id) {
  const auto& common = client_config->options();
  deadline = common.environment.steady_clock() + common.limits.handshake_time;
}

Connection::Core::Core(std::shared_ptr<const ServerConfig> config, const AcceptOptions& options)
    : server_config(std::move(config)),
      link(Side::server, server_config->options(), server_config->pool(), options.sink, options.id) {
  const auto& common = server_config->options();
  deadline = common.environment.steady_clock() + common.limits.handshake_time;
}

Result<> Connection::Core::process() {
  while (application_data.empty() && !peer_closed && state != State::closed) {
    if (must_wait()) break;
    if (link.reassembly.pending()) {
      TRY(handle_messages());
      if (must_wait()) break;
    }
    auto record = TRY(link.reader.next());
    if (!record) break;
    if (link.trace)
      link.trace(RecordEvent{Direction::received, static_cast<uint8_t>(record->type), record->version,
                             record->wire_length, record->was_protected, record->sequence, record->fragment});
    TRY(handle(*record));
  }
  return {};
}

bool Connection::Core::must_wait() const {
  return state == State::connected ? link.awaits_answer() : !link.accepts_messages();
}

Result<> Connection::Core::handle(const record::Record& record) {
  if (record.type != ContentType::alert && !record.fragment.empty()) warnings_in_a_row_ = 0;
  heard_from_peer |= state == State::connected && record.was_protected;
  switch (record.type) {
    case ContentType::handshake: return handle_handshake(record.fragment);
    case ContentType::change_cipher_spec: return handle_change_cipher_spec(record.fragment);
    case ContentType::alert: return handle_alert(record.fragment, record.was_protected);
    case ContentType::application_data: return handle_application_data(record.fragment);
  }
  return fail(Fault::record_type_unknown);
}

Result<> Connection::Core::handle_handshake(Bytes fragment) {
  link.reassembly.add(fragment);
  TRY(handle_messages());
  link.reassembly.keep();
  return {};
}

Result<> Connection::Core::handle_messages() {
  while (!must_wait()) {
    link.reassembly.limit(link.longest_message());
    auto whole = TRY(link.reassembly.next());
    if (!whole) break;
    Message message{messages::kind_of(handshake_type(whole->kind), whole->body()), whole->with_header, whole->body()};
    if (state == State::connected)
      TRY(handle_late_message(message));
    else
      link.deliver(message);
    TRY(follow_handshake());
  }
  return {};
}

Result<> Connection::Core::handle_late_message(const Message& message) {
  const auto wanted = TRY(handle_after_handshake(link, message, renegotiations_, output_closed));
  if (wanted == Wanted::new_handshake) renegotiate(false, &message);
  return {};
}

void Connection::Core::renegotiate(bool asks_certificate, const Message* client_hello) {
  certificate_requested = asks_certificate;
  if (client_config) return link.start(handfast::renegotiate(link, client_config, target));
  if (!client_hello) return link.start(ask_for_renegotiation(link, server_config, asks_certificate));
  link.start(handfast::renegotiate(link, server_config, asks_certificate));
  if (!link.error) link.deliver(*client_hello);
}

Result<> Connection::Core::handle_change_cipher_spec(Bytes fragment) {
  if (link.reassembly.pending()) return fail(Fault::key_change_inside_message);
  if (state != State::handshaking && !link.renegotiating)
    return fail(Fault::unexpected_message, {"ChangeCipherSpec after the handshake"});
  link.deliver({change_cipher_spec_kind, fragment, fragment});
  return follow_handshake();
}

Result<> Connection::Core::handle_alert(Bytes fragment, bool is_protected) {
  if (fragment.size() != 2 || (fragment[0] != warning && fragment[0] != fatal))
    return fail(Fault::malformed_message, {fmt::format("an alert of {} bytes", fragment.size())});
  auto alert = Alert{fragment[1]};
  if (link.trace) link.trace(AlertEvent{Direction::received, fragment[0], alert, is_protected});
  std::vector<std::string> facts{link.moment()};
  // RFC 8446 appendix A.1: the reader lets it pass only before the peer's first protected record.
  if (!is_protected && link.reader.is_protected()) facts.emplace_back("unauthenticated: it came in the clear");
  if (is_fatal(fragment[0], alert, link.is_tls13()))
    return std::unexpected(Error{Fault::alert_received, Who::peer, alert, std::move(facts)});
  if (alert != Alert::close_notify) {
    if (link.is_tls13() && link.reassembly.pending())   // RFC 8446 section 5.1
      return fail(Fault::unexpected_message, {"an alert inside a handshake message"});
    if (++warnings_in_a_row_ > link.options.limits.warning_alerts) return fail(Fault::warning_alert_flood);
    if (!is_refusal(alert)) return {};
    link.trace.decision([] { return DecisionEvent{"renegotiation", "refused", "the peer says no_renegotiation", {}}; });
    drop_renegotiation(link);
    time_late_answer();
    return {};
  }
  // Under new keys that are not verified yet it says nothing.
  if (state == State::handshaking || (link.renegotiating && link.renegotiating->input_changed)) {
    facts.front().insert(0, "during the handshake, ");
    return std::unexpected(Error{Fault::alert_received, Who::peer, alert, std::move(facts)});
  }
  return handle_close_notify();
}

Result<> Connection::Core::handle_close_notify() {
  peer_closed = true;
  time_late_answer();
  if (output_closed) state = State::closed;
  if (link.trace) link.trace(ClosedEvent{Direction::received});
  if (state == State::connected && awaits_client_hello(link)) drop_renegotiation(link);
  if (link.renegotiating) TRY(close_output());   // it cannot come to its end
  return {};
}

// RFC 5246 section 7.2.2: where it answers our hello, or the HelloRequest before it.
bool Connection::Core::is_refusal(Alert alert) const {
  if (alert != Alert::no_renegotiation || state != State::connected || link.is_tls13() || link.done) return false;
  return link.renegotiating ? client_config && !link.renegotiating->is_answered : awaits_client_hello(link);
}

Result<> Connection::Core::handle_application_data(Bytes fragment) {
  if (link.reassembly.pending())
    return fail(Fault::unexpected_message, {"application data inside a handshake message"});
  if (state == State::handshaking) return keep_early_data(fragment);
  if (link.connected13 && link.connected13->is_answering)
    return fail(Fault::unexpected_message, {"application data between a certificate and its Finished"});
  if (link.connected13 && !fragment.empty()) link.connected13->updates_without_data = 0;
  // Under the old keys it may come between the messages of a new handshake (RFC 5246 section 7.4.1.1).
  if (link.renegotiating && link.renegotiating->input_changed) return fail(Fault::early_application_data);
  application_data = fragment;
  link.established().application_data_received = true;
  return {};
}

// RFC 8446 section 4.2.10. It is kept until read_early() asks for it, and never gets into read().
Result<> Connection::Core::keep_early_data(Bytes fragment) {
  auto& early = link.early_data;
  if (!early.is_open || link.side != Side::server) return fail(Fault::early_application_data);
  if (fragment.size() > early.room) return fail(Fault::early_data_too_long);
  early.room -= fragment.size();
  early.received.insert(early.received.end(), fragment.begin(), fragment.end());
  return {};
}

Result<> Connection::Core::follow_handshake() {
  if (link.error) return std::unexpected(std::move(*link.error));
  if (link.done && state == State::handshaking) complete_handshake();
  if (link.done && link.renegotiating) complete_renegotiation();
  if (link.done && link.transcript.has_digest()) link.release_handshake();   // of what followed the handshake
  time_late_answer();
  return {};
}

void Connection::Core::time_late_answer() {
  if (state != State::connected) return;
  const bool is_awaited = (server_config || link.renegotiating) && !link.done && !peer_closed && !output_closed;
  if (!is_awaited) return deadline.reset();
  if (!deadline) deadline = link.options.environment.steady_clock() + link.options.limits.handshake_time;
}

void Connection::Core::complete_handshake() {
  state = State::connected;
  handshake_done = true;
  link.ignores_change_cipher_spec = false;
  deadline.reset();
  link.release_handshake();
  keep_session();
  trace_connected();
}

void Connection::Core::complete_renegotiation() {
  establish_renegotiation(link);
  link.release_handshake();
  keep_session();
  trace_connected();
}

void Connection::Core::keep_session() {
  if (client_config && link.session && client_config->options().sessions)
    client_config->options().sessions->put(target.session_key, link.session);
}

void Connection::Core::trace_connected() const {
  const auto& summary = link.summary;
  if (link.trace)
    link.trace(ConnectedEvent{*summary.version, *summary.suite, summary.resumed,
                              summary.peer != nullptr && summary.client_certificate_sent});
}

void Connection::Core::fail_with(Error why) noexcept {
  if (error) return;
  if (why.who == Who::local) {
    auto alert = why.alert.value_or(info(why.fault).alert);
    if (alert != Alert::close_notify) why.alert = alert;
  }
  error = std::move(why);
  state = State::failed;
  application_data = {};
  end_handshake();
  if (link.renegotiating) drop_renegotiation(link);
  link.exporter.reset();
  link.connected13.reset();
  attempt([&] { link.trace(FaultEvent{*error}); });
  attempt([&] { forget_session(); });
  if (error->who != Who::local || !error->alert || output_closed) return;
  attempt([&] {
    if (!link.send_alert(fatal, *error->alert)) error->facts.push_back("the alert could not be sent");
  });
}

// RFC 5246 section 7.2.2: a session whose connection ended with a fatal alert is not resumed.
void Connection::Core::forget_session() {
  if (error->who == Who::transport) return;
  if (server_config && !link.session_id.empty()) server_config->options().session_cache->remove(link.session_id);
  if (client_config && client_config->options().sessions) client_config->options().sessions->remove(target.session_key);
  link.session.reset();
}

std::optional<crypto::Certificate> Connection::Core::server_certificate() const {
  if (server_config) {
    const auto* shown = link.renegotiating ? link.renegotiating->shown : link.shown;
    if (!shown || shown->is_raw_public_key()) return {};
    return shown->state().certificates.front();
  }
  const auto& peer = link.established().peer;
  if (!peer || peer->raw_public_key || peer->chain.empty()) return {};
  auto certificate = crypto::Certificate::parse(peer->chain.front());
  if (!certificate) return {};
  return *std::move(certificate);
}

Result<> Connection::Core::close_output() {
  if (output_closed || state == State::failed) return {};
  // What these are for could only follow our close_notify.
  if (state == State::connected && link.awaits_answer()) link.abandon();
  if (state == State::connected && awaits_client_hello(link)) drop_renegotiation(link);
  TRY(link.send_alert(warning, Alert::close_notify));
  output_closed = true;
  time_late_answer();
  if (link.trace) link.trace(ClosedEvent{Direction::sent});
  if (state == State::handshaking || link.renegotiating) {
    end_handshake();
    if (link.renegotiating) drop_renegotiation(link);
  } else if (!peer_closed) {
    return {};
  }
  state = State::closed;
  return {};
}

void Connection::Core::end_handshake() {
  deadline.reset();
  link.abandon();
  link.release_handshake();
}

}  // namespace handfast

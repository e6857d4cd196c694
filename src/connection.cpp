// connection.cpp: input, read, write, output, close.
#include <handfast/connection.hpp>

#include <base/contains.hpp>
#include <base/host.hpp>
#include <core.hpp>
#include <crypto/end_point.hpp>
#include <fmt/format.h>
#include <handshake/connected13.hpp>
#include <handshake/post_handshake.hpp>
#include <handshake/renegotiate.hpp>

namespace handfast {
namespace {

Result<Target> make_target(const ClientConfig& config, std::string_view server_name, const ConnectOptions& options) {
  Target target;
  target.name = server_name.ends_with('.') ? server_name.substr(0, server_name.size() - 1) : server_name;
  bool is_address = is_ip_address(target.name);
  if (!is_address && !is_dns_name(target.name))
    return fail(Fault::server_name_invalid, {fmt::format("\"{}\"", target.name)});
  target.server_name = options.server_name_indication;
  if (target.server_name.empty() && !is_address) target.server_name = target.name;
  if (!target.server_name.empty() && (is_ip_address(target.server_name) || !is_dns_name(target.server_name)))
    return fail(Fault::server_name_invalid, {fmt::format("\"{}\" cannot be sent as server name (SNI)", target.server_name)});
  target.session_key = options.port == 0 ? target.name : fmt::format("{}:{}", target.name, options.port);
  target.early_data = options.early_data;
  target.fallback = options.fallback;
  if (options.fallback && contains(config.options().versions, Version::tls13))
    return fail(Fault::config_conflict, {"fallback says that a higher version was tried before: above TLS 1.3 there is none"});
  target.session = options.session ? options.session : take_session(config, target);
  return target;
}

/// The connection goes on; so it does without memory for the reason.
std::unexpected<Error> unavailable(Fault fault, std::string_view why) {
  try {
    return fail(fault, {std::string(why)});
  } catch (const std::bad_alloc&) {
    return fail(fault);
  }
}

}  // namespace

Result<Connection> Connection::client(std::shared_ptr<const ClientConfig> config, std::string_view server_name,
                                      ConnectOptions options) {
  try {
    auto target = TRY(make_target(*config, server_name, options));
    auto core = std::make_unique<Core>(config, options);
    core->target = target;
    core->target.session.reset();
    core->link.summary.server_name = target.server_name.empty() ? target.name : target.server_name;
    auto& link = core->link;
    auto started = core->guard([&]() -> Result<> {
      link.start(handfast::client(link, config, std::move(target)));
      return core->follow_handshake();
    });
    TRY(std::move(started));
    return Connection(std::move(core));
  } catch (const std::bad_alloc&) {
    return fail(Fault::out_of_memory);
  }
}

Result<Connection> Connection::server(std::shared_ptr<const ServerConfig> config, AcceptOptions options) {
  try {
    auto core = std::make_unique<Core>(config, options);
    core->link.client_address = std::move(options.client_address);
    core->link.start(handfast::server(core->link, config));
    return Connection(std::move(core));
  } catch (const std::bad_alloc&) {
    return fail(Fault::out_of_memory);
  }
}

Connection::Connection(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

std::span<uint8_t> Connection::input() {
  if (core_->error || core_->peer_closed || core_->state == State::closed) return {};
  if (!core_->application_data.empty()) return {};   // it stands where new bytes would come to
  std::span<uint8_t> room;
  auto got = core_->guard([&]() -> Result<> {
    room = core_->link.reader.input();
    return {};
  });
  return got ? room : std::span<uint8_t>{};
}

Result<> Connection::received(size_t n) {
  return core_->guard([&] {
    core_->link.reader.received(n);
    return core_->process();
  });
}

Result<> Connection::received_end(std::string_view failure) {
  return core_->guard([&]() -> Result<> {
    if (core_->peer_closed || core_->state == State::closed) return {};
    std::vector<std::string> facts;
    if (core_->state == State::handshaking)
      facts.push_back("during the handshake, " + core_->link.moment());
    else if (core_->link.renegotiating)
      facts.push_back(core_->link.moment());
    if (!failure.empty()) facts.insert(facts.begin(), std::string(failure));
    const Fault fault = failure.empty() ? Fault::truncated : Fault::transport_failed;
    return std::unexpected(Error{fault, Who::transport, {}, std::move(facts)});
  });
}

Result<Bytes> Connection::read() {
  auto& core = *core_;
  if (core.error || core.application_data.empty()) TRY(core.guard([&] { return core.process(); }));
  // Piece by piece: a copy of the view as a whole would wait until its two halves are stored, 6 ns.
  const auto* const begin = core.application_data.data();
  const auto size = core.application_data.size();
  core.application_data = {};
  return Result<Bytes>(std::in_place, begin, size);
}

Result<> Connection::write(Bytes data) {
  auto& core = *core_;
  if (core.error) return repeated(*core.error);
  if (core.output_closed) return fail(Fault::connection_closed);
  if (core.state == State::handshaking || renegotiating()) return fail(Fault::handshake_incomplete);
  if (data.empty()) return {};
  return core.guard([&]() -> Result<> {
    TRY(answer_update(core.link));
    constexpr size_t piece = 1 << 20;   // few records beside what a key may protect, even if the peer wants short ones
    while (!data.empty()) {
      const auto now = data.first(std::min(piece, data.size()));
      if (core.link.connected13 && core.link.writer.needs_key_update())
        TRY(handfast::update_keys(core.link, messages::KeyUpdateRequest::update_not_requested));
      TRY(core.link.write(ContentType::application_data, now));
      data = data.subspan(now.size());
    }
    return {};
  });
}

bool Connection::can_write() const {
  return core_->state == State::connected && !core_->output_closed && !renegotiating();
}

Result<> Connection::update_keys(bool ask_peer) {
  auto& core = *core_;
  if (core.error) return repeated(*core.error);
  if (core.output_closed) return fail(Fault::connection_closed);
  if (core.state == State::handshaking) return fail(Fault::handshake_incomplete);
  if (!core.link.connected13) return fail(Fault::key_update_unavailable);
  auto request = ask_peer ? messages::KeyUpdateRequest::update_requested : messages::KeyUpdateRequest::update_not_requested;
  return core.guard([&] { return handfast::update_keys(core.link, request); });
}

size_t Connection::early_data_room() const {
  const auto& early = core_->link.early_data;
  const bool is_possible = core_->state == State::handshaking && !core_->output_closed && early.is_open;
  if (core_->link.side == Side::server) return is_possible ? SIZE_MAX : 0;
  return is_possible ? early.room : 0;
}

Result<> Connection::write_early(Bytes data) {
  auto& core = *core_;
  if (core.error) return repeated(*core.error);
  if (data.size() > early_data_room()) return fail(Fault::early_data_unavailable);
  if (data.empty()) return {};
  return core.guard([&]() -> Result<> {
    TRY(core.link.write(ContentType::application_data, data));
    if (core.link.side == Side::client) core.link.early_data.room -= data.size();
    return {};
  });
}

Result<Bytes> Connection::read_early() {
  return core_->guard([&]() -> Result<Bytes> {
    auto& early = core_->link.early_data;
    early.read = std::exchange(early.received, Buffer());
    return Bytes(early.read);
  });
}

Bytes Connection::output() const { return core_->link.writer.output(); }

void Connection::sent(size_t n) { core_->link.writer.sent(n); }

void Connection::close() {
  auto closed = core_->guard([&] { return core_->close_output(); });
  static_cast<void>(closed);   // a failed connection stays failed
}

void Connection::abort(Alert alert) {
  auto aborted = core_->guard([&]() -> Result<> {
    return std::unexpected(Error{Fault::connection_closed, Who::local, alert, {"the application gave it up"}});
  });
  static_cast<void>(aborted);
}

Result<> Connection::complete(uint64_t token, Result<Buffer> answer) {
  return core_->guard([&]() -> Result<> {
    core_->link.answer(token, std::move(answer));
    TRY(core_->follow_handshake());
    return core_->process();
  });
}

std::optional<std::chrono::steady_clock::time_point> Connection::deadline() const { return core_->deadline; }

Result<> Connection::check_deadline() {
  return core_->guard([&]() -> Result<> {
    const auto& options = core_->link.options;
    if (!core_->deadline || options.environment.steady_clock() < *core_->deadline) return {};
    const auto moment = connected() && awaits_client_hello(core_->link) ? "the client does not answer our HelloRequest"
                                                                        : core_->link.moment();
    return fail(Fault::handshake_timeout, {fmt::format("{} ms, {}", options.limits.handshake_time.count(), moment)});
  });
}

State Connection::state() const { return core_->state; }

bool Connection::peer_confirmed() const {
  return core_->state == State::connected && (!core_->is_connected_first() || core_->heard_from_peer);
}

bool Connection::refused_by_peer() const {
  if (!core_->error || core_->error->who != Who::peer || !core_->error->alert) return false;
  return !core_->handshake_done || (core_->is_connected_first() && !summary().application_data_received);
}

bool Connection::peer_closed() const { return core_->peer_closed; }
const Error* Connection::error() const { return core_->error ? &*core_->error : nullptr; }
const Summary& Connection::summary() const { return core_->link.established(); }
std::shared_ptr<const Session> Connection::session() const { return core_->link.session; }

Result<Buffer> Connection::exporter(std::string_view label, std::optional<Bytes> context, size_t length) const {
  const auto& exporter = core_->link.exporter;
  constexpr size_t longest = 65535, longest13 = 255 * 32;   // RFC 5869 section 2.3, with SHA-256
  if (core_->error) return repeated(*core_->error);
  if (!core_->handshake_done) return fail(Fault::handshake_incomplete);
  if (!exporter) return fail(Fault::exporter_unavailable);
  try {
    if (context && context->size() > 65535) return fail(Fault::value_too_long, {"the context of an exporter"});
    if (length > longest) return fail(Fault::value_too_long, {"more than 65535 bytes of keying material"});
    if (core_->link.is_tls13() && length > longest13)
      return fail(Fault::value_too_long, {fmt::format("more than {} bytes of keying material", longest13)});
    Buffer out(length);
    export_material(*exporter, label, context, out);
    return out;
  } catch (const std::bad_alloc&) {
    return fail(Fault::out_of_memory);
  }
}

Result<Buffer> Connection::channel_binding(ChannelBinding type) const {
  if (type == ChannelBinding::tls_exporter) return exporter("EXPORTER-Channel-Binding", Bytes{}, 32);
  if (core_->error) return repeated(*core_->error);
  if (!core_->handshake_done) return fail(Fault::handshake_incomplete);
  try {
    auto certificate = core_->server_certificate();
    if (!certificate) return fail(Fault::channel_binding_unavailable);
    auto value = crypto::end_point_hash(*certificate);
    if (!value) return fail(Fault::channel_binding_unavailable, {certificate->subject()});
    return *std::move(value);
  } catch (const std::bad_alloc&) {
    return fail(Fault::out_of_memory);
  }
}

Result<> Connection::request_client_certificate() {
  auto& core = *core_;
  if (core.error) return repeated(*core.error);
  if (core.output_closed || core.peer_closed) return fail(Fault::connection_closed);
  if (core.state == State::handshaking) return fail(Fault::handshake_incomplete);
  const auto& link = core.link;
  const bool can_ask = link.is_tls13() ? link.connected13 && link.connected13->transcript : link.secure_renegotiation.peer_has_it;
  if (!core.server_config || !core.server_config->options().post_handshake_auth || !can_ask)
    return fail(Fault::client_certificate_unavailable);
  if (!link.done) return unavailable(Fault::client_certificate_unavailable, "the answer to the last request is still to come");
  return core.guard([&] {
    if (core.link.is_tls13()) {
      core.certificate_requested = true;
      core.link.start(ask_for_certificate(core.link, core.server_config));
    } else {
      core.renegotiate(true);
    }
    return core.follow_handshake();
  });
}

bool Connection::awaits_client_certificate() const {
  return connected() && core_->certificate_requested && !core_->link.done && !core_->peer_closed && !core_->output_closed;
}

Result<> Connection::renegotiate() {
  auto& core = *core_;
  if (core.error) return repeated(*core.error);
  if (core.output_closed || core.peer_closed) return fail(Fault::connection_closed);
  if (core.state == State::handshaking) return fail(Fault::handshake_incomplete);
  constexpr auto fault = Fault::renegotiation_unavailable;
  if (core.link.is_tls13()) return unavailable(fault, "TLS 1.3 has none");
  if (!core.link.secure_renegotiation.peer_has_it) return unavailable(fault, "the peer does not have secure renegotiation (RFC 5746)");
  if (!core.link.done) return unavailable(fault, "one is under way");
  return core.guard([&] {
    core.renegotiate(false);
    return core.follow_handshake();
  });
}

bool Connection::renegotiating() const { return connected() && !core_->link.is_tls13() && !core_->link.done; }

}  // namespace handfast

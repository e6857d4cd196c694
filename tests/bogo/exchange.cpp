#include "exchange.hpp"

#include <algorithm>

#include <bogo/expectations.hpp>

namespace handfast::bogo {
namespace {

constexpr std::string_view first_words = "hello";

Outcome wrong(std::string what) { return std::unexpected(Failure{std::move(what)}); }
Outcome misjudged(std::string what) { return std::unexpected(Failure{std::move(what), true}); }

/// Ids and alerts stand between colons, for the runner's configuration to find.
std::string words_of(const Error& error) {
  auto words = fmt::format(":{}:", info(error.fault).id);
  if (error.who == Who::peer && error.alert) words += fmt::format("{}:", name(*error.alert));
  return fmt::format("{} {}", words, error.message());
}

/// Three tests are about configurations that cannot be.
Outcome misconfigured(const Error& error, const Flags& flags) {
  const bool may_be_wanted = error.fault == Fault::key_mismatch || error.fault == Fault::config_empty_list ||
                             (error.fault == Fault::config_conflict && !flags.signed_cert_timestamps.empty());
  return may_be_wanted ? wrong(words_of(error)) : misjudged(words_of(error));
}

}  // namespace

#define MUST(expr)                          \
  do {                                      \
    if (auto done_ = (expr); !done_) return done_; \
  } while (false)

Outcome Exchange::run() {
  MUST(make());
  MUST(shake_hands());
  if (early_offered_ && !connection_->summary().early_data && flags_.expect_reject_early_data) flags_ = retry_;
  const auto after = wrong_after_handshake(*connection_, seen_, flags_, resuming_, world_.session_cache->size());
  if (!after.empty()) return misjudged(after);
  MUST(write_what_is_asked());
  if (flags_.send_alert) return {};
  if (!flags_.shim_shuts_down) MUST(echo_all());
  const auto at_end = wrong_at_end(*connection_, seen_, flags_);
  if (!at_end.empty()) return misjudged(at_end);
  return shut_down();
}

Outcome Exchange::make() {
  world_.to_sign.clear();
  world_.secrets.clear();
  if (flags_.server) {
    auto config = server_config(flags_, world_);
    if (!config) return misconfigured(config.error(), flags_);
    auto connection = Connection::server(*config, {.sink = &seen_});
    if (!connection) return misconfigured(connection.error(), flags_);
    connection_.emplace(*std::move(connection));
  } else {
    auto config = client_config(flags_, world_);
    if (!config) return misconfigured(config.error(), flags_);
    // An address is not sent as server_name.
    const auto name = flags_.host_name.empty() ? "127.0.0.1" : flags_.host_name;
    auto connection = Connection::client(*config, name, {.session = offered_, .sink = &seen_, .early_data = flags_.enable_early_data && resuming_,
                                                         .fallback = flags_.fallback_scsv});
    if (!connection) return misconfigured(connection.error(), flags_);
    connection_.emplace(*std::move(connection));
  }
  auto socket = Socket::connect(flags_.port, flags_.ipv6);
  if (!socket) return misjudged("no connection to the runner");
  socket_.emplace(*std::move(socket));
  if (flags_.shim_id >= 0) {
    uint8_t id[8] = {};
    for (size_t i = 0; i < 4; ++i) id[i] = static_cast<uint8_t>(flags_.shim_id >> 8 * i);
    socket_->send(id);
  }
  return {};
}

Outcome Exchange::shake_hands() {
  const auto room = connection_->early_data_room();
  early_offered_ = !flags_.server && room > 0;
  if (early_offered_ && flags_.expect_no_offer_early_data) return misjudged("early data was offered");
  if (early_offered_ && flags_.shim_writes_first) {
    const auto words = as_bytes(first_words).first(std::min(room, first_words.size()));
    if (auto written = connection_->write_early(words); !written) return failed(written.error());
    early_words_ = words.size();
  }
  MUST(flush());
  while (!connection_->connected()) {
    MUST(step());
    MUST(echo_early());
    if (ended_ && !connection_->connected()) return wrong("the runner has gone during the handshake");
  }
  return flush();
}

Outcome Exchange::echo_early() {
  if (!flags_.server || !flags_.enable_early_data) return {};
  auto data = connection_->read_early();
  if (!data) return failed(data.error());
  if (data->empty()) return {};
  Buffer answer(data->begin(), data->end());
  for (auto& byte : answer) byte ^= 0xff;
  if (connection_->can_write()) return write(answer);
  if (auto written = connection_->write_early(answer); !written) return failed(written.error());
  return flush();
}

/// Takes what has come, or waits for it.
Outcome Exchange::step() {
  auto room = connection_->input();
  if (room.empty()) return misjudged("no room for what comes");
  if (flags_.async) room = room.first(1);
  const auto size = socket_->receive(room);
  ended_ = size == 0;
  if (ended_) {
    // After the handshake the runner may go without a word, unless a test is about that.
    const bool is_allowed = connection_->connected() && !flags_.check_close_notify;
    if (auto taken = connection_->received_end(); !taken && !is_allowed) return failed(taken.error());
    return {};
  }
  if (auto taken = connection_->received(size); !taken) return failed(taken.error());
  MUST(answer_signatures());
  if (!waiting_.empty() && connection_->can_write()) {
    const auto data = std::exchange(waiting_, Buffer());
    MUST(write(data));
  }
  return flush();
}

Outcome Exchange::answer_signatures() {
  while (!world_.to_sign.empty()) {
    const auto request = std::move(world_.to_sign.front());
    world_.to_sign.pop_front();
    auto signature = sign(flags_, request, connection_->summary().version.value_or(Version::tls12));
    if (auto taken = connection_->complete(request.token, std::move(signature)); !taken) return failed(taken.error());
  }
  return {};
}

Outcome Exchange::flush() {
  const auto output = connection_->output();
  const auto size = output.size() - std::min(held_back_, output.size());
  if (size == 0) return {};
  // Whoever has sent an alert may have gone already: what it said is still to be read.
  socket_->send(output.first(size));
  connection_->sent(size);
  return {};
}

Outcome Exchange::failed(const Error& error) {
  held_back_ = 0;
  static_cast<void>(flush());
  return wrong(words_of(error));
}

Outcome Exchange::write(Bytes data) {
  if (!connection_->can_write() && connection_->connected()) {
    waiting_.insert(waiting_.end(), data.begin(), data.end());
    return {};
  }
  if (auto written = connection_->write(data); !written) return failed(written.error());
  return flush();
}

Outcome Exchange::export_keys() {
  std::optional<Bytes> context;
  if (flags_.use_export_context) context = as_bytes(flags_.export_context);
  auto keys = connection_->exporter(flags_.export_label, context, static_cast<size_t>(flags_.export_keying_material));
  if (!keys) return wrong("failed to export keying material " + words_of(keys.error()));
  return write(*keys);
}

/// The length of a secret, what the peer writes with, what we write with.
Outcome Exchange::export_secrets() {
  const auto& client = world_.secrets["CLIENT_TRAFFIC_SECRET_0"];
  const auto& server = world_.secrets["SERVER_TRAFFIC_SECRET_0"];
  const uint8_t size[] = {static_cast<uint8_t>(client.size()), 0};
  MUST(write(size));
  MUST(write(flags_.server ? client : server));
  return write(flags_.server ? server : client);
}

Outcome Exchange::write_what_is_asked() {
  if (flags_.export_keying_material > 0) MUST(export_keys());
  if (flags_.export_traffic_secrets) MUST(export_secrets());
  if (flags_.send_alert) {
    connection_->abort(Alert::decompression_failure);
    return flush();
  }
  if (flags_.write_different_record_sizes)
    for (const size_t size : {0, 1, 255, 256, 257, 16383, 16384, 16385, 32767, 32768, 32769}) MUST(write(Buffer(size, 0x42)));
  // What was refused as early data is lost.
  const auto words = as_bytes(first_words).subspan(connection_->summary().early_data ? early_words_ : 0);
  if ((!flags_.shim_writes_first && !flags_.read_with_unfinished_write) || words.empty()) return {};
  if (!flags_.read_with_unfinished_write) return write(words);
  if (auto written = connection_->write(words); !written) return failed(written.error());
  held_back_ = connection_->output().size() - 1;
  return flush();
}

Outcome Exchange::echo_all() {
  while (true) {
    auto data = connection_->read();
    if (!data) return failed(data.error());
    if (data->empty()) {
      if (connection_->peer_closed() || ended_) return {};
      MUST(step());
      continue;
    }
    // The view would not outlive what an echo does.
    const Buffer piece(data->begin(), data->end());
    MUST(echo(piece));
  }
}

Outcome Exchange::echo(Bytes data) {
  held_back_ = 0;
  const size_t most = flags_.read_size > 0 ? static_cast<size_t>(flags_.read_size) : 512;
  for (; !data.empty(); data = data.subspan(std::min(most, data.size()))) {
    const auto piece = data.first(std::min(most, data.size()));
    Buffer answer(piece.begin(), piece.end());
    for (auto& byte : answer) byte ^= 0xff;
    if (flags_.use_exporter_between_reads)
      if (auto key = connection_->exporter("", {}, 1); !key) return wrong("failed to export keying material " + words_of(key.error()));
    if (flags_.key_update)
      if (auto updated = connection_->update_keys(); !updated) return failed(updated.error());
    MUST(write(answer));
  }
  return flush();
}

Outcome Exchange::shut_down() {
  connection_->close();
  MUST(flush());
  if (!flags_.check_close_notify) return {};
  while (true) {
    auto data = connection_->read();
    if (!data) return failed(data.error());
    if (!data->empty()) return wrong(":application_data_after_close:");
    if (connection_->peer_closed() || ended_) break;
    if (connection_->state() == State::closed) return wrong(":connection.closed: in a new handshake");
    MUST(step());
  }
  return connection_->peer_closed() ? Outcome() : wrong(":connection.truncated:");
}

}  // namespace handfast::bogo

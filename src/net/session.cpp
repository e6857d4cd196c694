#include "net/session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <asio/buffer.hpp>
#include <asio/post.hpp>
#include <fmt/core.h>

namespace handfast::net {

namespace {

using asio::ip::tcp;

constexpr int receives_in_a_row = 16;  // then the other sessions have their turn

bool is_not_yet(const asio::error_code& code) {
  return code == asio::error::would_block || code == asio::error::try_again || code == asio::error::interrupted;
}

}  // namespace

void Protocol::peer_closed(Session& session) { session.close(); }

std::shared_ptr<Session> Session::make(tcp::socket socket, Connection connection, std::unique_ptr<Protocol> protocol,
                                       SessionLimits limits) {
  return std::shared_ptr<Session>(new Session(std::move(socket), std::move(connection), std::move(protocol), limits));
}

Session::Session(tcp::socket socket, Connection connection, std::unique_ptr<Protocol> protocol, SessionLimits limits)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      connection_(std::move(connection)),
      protocol_(std::move(protocol)),
      limits_(limits) {
  asio::error_code ignored;
  peer_ = socket_.remote_endpoint(ignored);
}

void Session::start() {
  asio::error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  moved_ = Clock::now();
  schedule();
}

// What the owner asks for. Nothing of it calls the protocol: that happens in settle(), later.

// What was held goes first, also when the handshake that it waited for is over.
bool Session::must_hold() const {
  return !unwritten_.empty() || (connection_.renegotiating() && !connection_.can_write());
}

void Session::write(Bytes data) {
  if (stage_ != Stage::open || data.empty() || !connection_.connected() || owes_close_) return;
  if (must_hold()) {
    unwritten_.insert(unwritten_.end(), data.begin(), data.end());
    sent_ += data.size();
  } else if (connection_.write(data)) {
    sent_ += data.size();
  }
  schedule();
}

Result<> Session::renegotiate() {
  if (stage_ != Stage::open || owes_close_) return std::unexpected(Error{Fault::connection_closed});
  auto begun = connection_.renegotiate();
  schedule();
  return begun;
}

size_t Session::write_early(Bytes data) {
  if (stage_ != Stage::open) return 0;
  const Bytes part = data.first(std::min(data.size(), connection_.early_data_room()));
  if (part.empty() || !connection_.write_early(part)) return 0;
  early_sent_ += part.size();
  schedule();
  return part.size();
}

void Session::resume() {
  is_held_ = false;
  schedule();
}

void Session::finish() {
  if (stage_ != Stage::open) return;
  if (connection_.state() == State::handshaking) return drop();
  close_connection();
}

void Session::close() {
  if (stage_ != Stage::open) return;
  if (connection_.state() == State::handshaking) return drop();
  stage_ = Stage::closing;
  limit_closing();
  close_connection();
}

// What waits for the end of a new handshake is not given up.
void Session::close_connection() {
  owes_close_ = must_hold();
  if (!owes_close_) connection_.close();
  schedule();
}

void Session::drop(Alert alert) {
  if (stage_ == Stage::over) return;
  if (connection_.state() == State::handshaking) connection_.abort(alert);
  wants_drop_ = true;
  schedule();
}

void Session::complete(uint64_t token, Result<Buffer> signature) {
  if (is_over()) return;
  (void)connection_.complete(token, std::move(signature));  // an error is found by announce()
  input_is_full_ = false;
  schedule();
}

void Session::schedule() {
  if (in_turn_ || scheduled_ || is_over()) return;
  scheduled_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->scheduled_ = false;
    self->settle();
  });
}

// Everything comes together here: what waits is sent, the protocol hears what is new, the next events are awaited.
void Session::settle() {
  if (is_over()) return;
  in_turn_ = true;
  size_t waited = 0;
  do {
    catch_up();
    flush();
    waited = waiting();
    announce();
  } while (!is_over() && waiting() > waited);
  conclude();
  in_turn_ = false;
  if (is_over()) return;
  // What waits for a new handshake must not keep its messages away.
  is_paused_ = unsent() >= (is_paused_ ? limits_.low_mark : limits_.high_mark);
  await_readable();
  await_writable();
  arm_timer();
}

void Session::announce() {
  announce_connected();
  announce_answer();
  announce_renegotiation();
  if (const Error* error = connection_.error()) fail(*error);
  if (stage_ == Stage::open && connection_.peer_closed() && !said_peer_closed_) {
    said_peer_closed_ = true;
    protocol_->peer_closed(*this);
  }
  if (stage_ == Stage::open && owes_drained_ && waiting() < limits_.low_mark) {
    owes_drained_ = false;
    protocol_->drained(*this);
  }
  owes_drained_ = owes_drained_ || waiting() >= limits_.low_mark;
}

void Session::announce_connected() {
  if (said_connected_ || !connection_.connected() || stage_ != Stage::open) return;
  if (awaits_first_word()) return;
  said_connected_ = true;
  if (summary().early_data) sent_ += early_sent_;
  protocol_->connected(*this);
  const Buffer early = std::exchange(early_kept_, {});
  if (!early.empty() && stage_ == Stage::open) protocol_->arrived(*this, early);
}

void Session::announce_answer() {
  const bool awaits = said_connected_ && connection_.awaits_client_certificate();
  if (!std::exchange(awaits_answer_, awaits) || awaits || stage_ != Stage::open || connection_.error()) return;
  protocol_->certificate_answered(*this);
}

void Session::announce_renegotiation() {
  const bool now = connection_.renegotiating();
  const bool was = std::exchange(was_renegotiating_, now);
  const auto complete = summary().renegotiations;
  if (!said_connected_ || stage_ != Stage::open || connection_.error()) return;
  if (std::exchange(renegotiations_, complete) != complete) {
    protocol_->renegotiated(*this, true);
  } else if (was && !now && !connection_.peer_closed()) {
    protocol_->renegotiated(*this, false);
  }
}

// What could not be written or said during a new handshake.
void Session::catch_up() {
  if (unwritten_.empty() && !owes_close_) return;
  if (connection_.renegotiating() && !connection_.can_write()) return;
  const Buffer data = std::exchange(unwritten_, {});
  (void)connection_.write(data);   // an error is found by announce()
  if (std::exchange(owes_close_, false)) connection_.close();
  if (std::exchange(input_is_full_, false)) deliver();
}

// A client of TLS 1.3 is connected before the server has judged its certificate.
bool Session::awaits_first_word() {
  if (connection_.peer_confirmed() || !summary().client_certificate_requested) return false;
  const auto now = Clock::now();
  if (!first_word_due_) {
    const Clock::duration round_trip = spoke_at_ && answered_at_ ? *answered_at_ - *spoke_at_ : Clock::duration::max() / 2;
    first_word_due_ = now + std::min<Clock::duration>(2 * round_trip, limits_.first_word);
  }
  return now < *first_word_due_;
}

// Takes the steps towards the end that can be taken now.
void Session::conclude() {
  if (is_over()) return;
  if (wants_drop_) {
    report(connection_.error());
    return shut();
  }
  if (stage_ == Stage::open && peer_ended_) close();
  if (stage_ == Stage::open || waiting() > 0 || owes_close_) return;
  const bool peer_is_done = peer_ended_ || connection_.peer_closed();
  if (stage_ == Stage::closing && peer_is_done) {
    report(nullptr);
    return shut();
  }
  if (stage_ == Stage::lingering && peer_is_done) return shut();
  send_end();
}

void Session::on_readable() {
  if (is_over()) return;
  in_turn_ = true;
  bool more = !(is_held_ && stage_ == Stage::open);
  for (int i = 0; i < receives_in_a_row && more && !is_over(); ++i) {
    more = stage_ == Stage::lingering ? discard_once() : receive_once();
  }
  settle();
}

// Receives what one call gives; whether there may be more at once.
bool Session::receive_once() {
  std::span<uint8_t> room = connection_.input();
  if (room.empty()) {
    deliver();
    room = connection_.input();
    input_is_full_ = room.empty();
  }
  if (room.empty()) return false;
  asio::error_code failed;
  const size_t size = socket_.read_some(asio::buffer(room.data(), room.size()), failed);
  if (is_not_yet(failed)) return false;
  if (failed) {
    transport_ended(failed);
    return false;
  }
  moved_ = Clock::now();
  if (!answered_at_) answered_at_ = moved_;
  const size_t had_room = room.size();
  (void)connection_.received(size);  // an error is found by announce()
  deliver();
  flush();
  return size == had_room && stage_ != Stage::lingering && !is_held_ && waiting() < limits_.high_mark;
}

bool Session::discard_once() {
  std::array<uint8_t, 4096> dropped;
  asio::error_code failed;
  socket_.read_some(asio::buffer(dropped), failed);
  if (failed && !is_not_yet(failed)) peer_ended_ = true;
  return !failed;
}

void Session::deliver_early() {
  if (said_connected_ || !summary().early_data || stage_ != Stage::open) return;
  const auto data = connection_.read_early();
  if (!data || data->empty()) return;
  received_ += data->size();
  if (early_kept_.empty() && protocol_->arrived_early(*this, *data)) return;
  early_kept_.insert(early_kept_.end(), data->begin(), data->end());
}

void Session::deliver() {
  deliver_early();
  announce_connected();
  // The messages of a new handshake lie behind the data.
  const auto most = connection_.renegotiating() ? 16 * limits_.high_mark : limits_.high_mark;
  while ((stage_ == Stage::open || stage_ == Stage::closing) && unwritten_.size() < most) {
    const auto data = connection_.read();
    if (!data || data->empty()) break;
    announce_connected();
    announce_answer();
    announce_renegotiation();
    if (connection_.error()) break;
    received_ += data->size();
    if (stage_ == Stage::open) protocol_->arrived(*this, *data);
  }
  announce();
}

void Session::transport_ended(const asio::error_code& code) {
  peer_ended_ = true;
  const auto ended = connection_.received_end(code == asio::error::eof ? std::string() : code.message());
  if (stage_ == Stage::closing) return;  // we have said all we wanted to; conclude() does the rest
  if (!ended) fail(ended.error());
}

void Session::flush() {
  while (unsent() > 0) {
    const Bytes output = connection_.output();
    if (write_failed_) {
      connection_.sent(output.size());
      break;
    }
    asio::error_code failed;
    const size_t size = socket_.write_some(asio::buffer(output.data(), output.size()), failed);
    if (is_not_yet(failed)) break;
    write_failed_ = static_cast<bool>(failed);
    if (failed) continue;
    moved_ = Clock::now();
    if (!spoke_at_) spoke_at_ = moved_;
    stalled_.reset();
    connection_.sent(size);
  }
  if (unsent() == 0) {
    stalled_.reset();
  } else if (!stalled_) {
    stalled_ = Clock::now();
  }
}

void Session::fail(const Error& error) {
  if (stage_ != Stage::lingering && !is_over()) report(&error);
}

void Session::report(const Error* error) {
  if (stage_ == Stage::lingering || is_over()) return;
  stage_ = Stage::lingering;
  limit_closing();
  protocol_->ended(*this, Ending{error, said_connected_ && !connection_.refused_by_peer(), connection_.peer_closed()});
}

void Session::limit_closing() {
  if (!over_by_) over_by_ = Clock::now() + limits_.closing;
}

// The FIN lets the peer see that no more will come; closing the socket with its last bytes unread would send a reset,
// which can take our alert away from it.
void Session::send_end() {
  if (sent_end_) return;
  sent_end_ = true;
  end_sent_at_ = Clock::now();
  asio::error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void Session::shut() {
  if (is_over()) return;
  stage_ = Stage::over;
  asio::error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
}

void Session::await_readable() {
  const bool is_held = is_held_ && stage_ == Stage::open;
  if (awaits_readable_ || is_paused_ || is_held || input_is_full_ || peer_ended_) return;
  awaits_readable_ = true;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const asio::error_code&) {
    self->awaits_readable_ = false;
    self->on_readable();
  });
}

void Session::await_writable() {
  if (awaits_writable_ || unsent() == 0) return;
  awaits_writable_ = true;
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const asio::error_code&) {
    self->awaits_writable_ = false;
    self->settle();
  });
}

std::optional<Session::Clock::time_point> Session::due() const {
  std::optional<Clock::time_point> first = stage_ == Stage::open || owes_close_ ? connection_.deadline() : std::nullopt;
  const auto consider = [&](Clock::time_point when) { first = first ? std::min(*first, when) : when; };
  if (stalled_) consider(*stalled_ + limits_.stall);
  if (sent_end_) consider(end_sent_at_ + limits_.linger);
  if (over_by_) consider(*over_by_);
  if (first_word_due_ && !said_connected_ && stage_ == Stage::open) consider(*first_word_due_);
  if (limits_.idle && stage_ == Stage::open) consider(moved_ + *limits_.idle);
  return first;
}

void Session::arm_timer() {
  const auto when = due();
  if (!when || (armed_ && *armed_ <= *when)) return;
  armed_ = when;
  timer_.expires_at(*when);
  timer_.async_wait([self = shared_from_this()](const asio::error_code& cancelled) {
    if (cancelled) return;
    self->armed_.reset();
    self->on_timer();
  });
}

void Session::on_timer() {
  if (is_over()) return;
  const auto now = Clock::now();
  if (stage_ == Stage::open || owes_close_) (void)connection_.check_deadline();  // an error is found by announce()
  if (stalled_ && now - *stalled_ >= limits_.stall) {
    fail(Error{Fault::transport_failed, Who::transport, {},
               {fmt::format("the peer took none of the {} bytes that wait for it during {} s", waiting(),
                            std::chrono::duration<double>(limits_.stall).count())}});
    wants_drop_ = true;
  }
  if (sent_end_ && now - end_sent_at_ >= limits_.linger) wants_drop_ = true;
  if (over_by_ && now >= *over_by_) {
    fail(Error{Fault::transport_failed, Who::transport, {},
               {fmt::format("the peer took so long to take what waited for it at the end that {} bytes still do after {} s", waiting(),
                            std::chrono::duration<double>(limits_.closing).count())}});
    wants_drop_ = true;
  }
  if (limits_.idle && now - moved_ >= *limits_.idle) close();
  settle();
}

}  // namespace handfast::net

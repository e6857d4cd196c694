#include <handshake/link.hpp>

#include <algorithm>

#include <crypto/random.hpp>
#include <fmt/format.h>
#include <handshake/flow.hpp>
#include <messages/names.hpp>

namespace handfast {

Link::Link(Side our_side, const CommonOptions& common, BufferPool& pool, Sink* sink, uint64_t id)
    : side(our_side),
      options(common),
      trace(sink, id, our_side, common.environment),
      reader(pool, common.limits),
      writer(pool),
      reassembly(common.limits.handshake_message) {}

Link::~Link() = default;

Fault fault_of_caught() noexcept {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return Fault::out_of_memory;
  } catch (...) {
    return Fault::application_threw;
  }
}

Result<RecordBoundary> Link::boundary() const {
  if (reassembly.pending()) return fail(Fault::key_change_inside_message);
  return RecordBoundary{};
}

void Link::protect_input(const RecordBoundary&, const catalog::SuiteRow& suite,
                         std::unique_ptr<record::Protection> protection) {
  if (trace) trace(KeyChangeEvent{Direction::received, suite.suite, protection->description()});
  reader.change_protection(std::move(protection));
  if (renegotiating) renegotiating->input_changed = true;
}

void Link::protect_output(const catalog::SuiteRow& suite, std::unique_ptr<record::Protection> protection) {
  if (trace) trace(KeyChangeEvent{Direction::sent, suite.suite, protection->description()});
  writer.change_protection(std::move(protection));
}

void Link::unprotect_output() {
  writer.change_protection(nullptr);
}

void Link::use_version(Version version) {
  reader.require_version(version);
  writer.use_version(version);
  summary.version = version;
  ignores_change_cipher_spec = version == Version::tls13;
}

Result<> Link::random(std::span<uint8_t> out) const {
  const auto& source = options.environment.random;
  if (!(source ? source(out) : crypto::random_bytes(out))) return fail(Fault::randomness_failed);
  return {};
}

void Link::log_secret(std::string_view label, Bytes secret) const {
  if (options.key_log) options.key_log->secret(label, client_random, secret);
}

Result<> Link::write(ContentType type, Bytes content) {
  return writer.write(type, content, [&](Bytes fragment, size_t wire_length, uint64_t sequence) {
    if (trace)
      trace(RecordEvent{Direction::sent, static_cast<uint8_t>(type), writer.version(), wire_length,
                        writer.is_protected(), sequence, fragment});
  });
}

Result<> Link::send_alert(uint8_t level, Alert alert) {
  const uint8_t bytes[] = {level, static_cast<uint8_t>(alert)};
  if (trace) trace(AlertEvent{Direction::sent, level, alert, writer.is_protected()});
  return write(ContentType::alert, bytes);
}

std::string Link::moment() const {
  const auto in = renegotiating ? "in a new handshake on the connection, " : "";
  return last_message.empty() ? fmt::format("{}before any message of the peer", in) : fmt::format("{}after {}", in, last_message);
}

size_t Link::longest_message() const {
  const auto& limits = options.limits;
  const bool may_be_chain = side == Side::client || summary.client_certificate_requested;
  const auto left = limits.handshake > received_ ? limits.handshake - received_ : 0;
  return std::min(left, may_be_chain ? limits.handshake_message : std::min(limits.client_hello, limits.handshake_message));
}

void Link::start(Handshake first) {
  done = false;
  received_ = 0;
  next_ = std::make_unique<Handshake>(std::move(first));
  run();
}

// After every resume: a fault destroys the frame and its secrets at once; a finished handshake makes way for the next.
void Link::run() {
  if (error || done) current_.reset();
  while (!error && next_) {
    current_ = std::exchange(next_, nullptr);
    current_->handle_.resume();
    if (error || done) current_.reset();
  }
  if (error) waiting_ = {};
}

// RFC 5246 section 7.4.1.1: a client ignores a HelloRequest while it negotiates; it is no part of the transcript. RFC 8446
// section 5: a ChangeCipherSpec of TLS 1.3 says nothing.
bool Link::may_ignore(const Message& message) const {
  if (message.kind == change_cipher_spec_kind) {
    return ignores_change_cipher_spec && message.body.size() == 1 && message.body[0] == 1;
  }
  return side == Side::client && !is_tls13() && message.kind == messages::HelloRequest::kind && message.body.empty();
}

void Link::deliver(const Message& message) {
  if (message.kind != change_cipher_spec_kind) received_ += message.body.size();
  if (may_ignore(message)) {
    trace_unread(message);
    const auto& limits = options.limits;
    if (++ignored_messages_ > (message.kind == change_cipher_spec_kind ? limits.change_cipher_specs : limits.renegotiation_requests))
      error = Error{Fault::unexpected_message, Who::local, {}, {fmt::format("{} for the {}th time", messages::name_of(message.kind), ignored_messages_)}};
    return;
  }
  try {
    deliver_to_waiting(message);
  } catch (const std::bad_alloc&) {
    error = Error{Fault::out_of_memory};
  }
  if (!error) {
    last_message = messages::name_of(message.kind);
    return;
  }
  waiting_ = {};
  current_.reset();
}

void Link::deliver_to_waiting(const Message& message) {
  for (auto taken = Taken::no; taken == Taken::no && !error;) {
    if (!waiting_.offer) return refuse(message);
    auto verdict = waiting_.offer(waiting_.awaiter, *this, message);
    if (!verdict) {
      error = std::move(verdict).error();
      return refuse(message);
    }
    taken = *verdict;
    if (taken == Taken::yes) reassembly.drop_taken();   // it may be long, and has been read
    std::exchange(waiting_, {}).frame.resume();
    run();
  }
}

void Link::refuse(const Message& message) {
  auto name = messages::name_of(message.kind);
  if (!error) error = Error{Fault::unexpected_message};
  if (error->facts.empty()) {
    error->facts.push_back(fmt::format("{} ({} bytes) {}", name, message.body.size(), moment()));
  }
  trace_unread(message);
}

void Link::trace_unread(const Message& message) const {
  if (trace)
    trace(MessageEvent{Direction::received, messages::name_of(message.kind),
                       static_cast<uint8_t>(content_type(message.kind)), handshake_type(message.kind), message.body, {}});
}

void Link::answer(uint64_t token, Result<Buffer> bytes) {
  if (error || !waiting_.frame || waiting_.offer || token != token_) return;
  if (!bytes) {
    error = Error{waiting_.refused, Who::local, {}, {bytes.error().message()}};
    waiting_ = {};
    current_.reset();
    return;
  }
  answer_ = std::move(bytes);
  std::exchange(waiting_, {}).frame.resume();
  run();
}

void Link::abandon() {
  waiting_ = {};
  next_.reset();
  current_.reset();
  is_holding_ = false;
  held_ = Buffer();
}

Result<> Link::release() {
  is_holding_ = false;
  auto held = std::exchange(held_, Buffer());
  return write(ContentType::handshake, held);
}

void Link::release_handshake() {
  received_ = 0;
  transcript = {};
  transcript.drop_messages();   // nobody asks for those to come
  scratch_ = Buffer();   // {} would keep its memory
}

Result<FinishedVerified> verify_finished(Bytes expected, Bytes received) {
  if (!equal_secrets(expected, received)) return fail(Fault::finished_invalid);
  return FinishedVerified{};
}

}  // namespace handfast

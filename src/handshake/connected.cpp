#include <handshake/connected.hpp>

#include <fmt/format.h>
#include <handshake/connected13.hpp>
#include <messages/names.hpp>

namespace handfast {
namespace {

bool asks_again(const Link& link, const Message& message) {
  if (link.side == Side::server) return message.kind == messages::ClientHello::kind;
  return message.kind == messages::HelloRequest::kind && message.body.empty();
}

void trace_unread(const Link& link, const Message& message) {
  if (link.trace)
    link.trace(MessageEvent{Direction::received, messages::name_of(message.kind), static_cast<uint8_t>(content_type(message.kind)),
                            handshake_type(message.kind), message.body, {}});
}

/// Empty where the peer may have a new handshake.
std::string_view obstacle(const Link& link, const RenegotiationCounts& counts) {
  if (!link.options.renegotiation.allow_peer) return "a new handshake on this connection is not allowed";
  if (!link.secure_renegotiation.peer_has_it) return "the peer does not have secure renegotiation (RFC 5746)";
  if (counts.allowed >= link.options.limits.renegotiations) return "the peer has had as many as it may on one connection";
  return {};
}

}  // namespace

Result<Wanted> handle_after_handshake(Link& link, const Message& message, RenegotiationCounts& counts, bool output_closed) {
  if (link.is_tls13()) {
    TRY(handle_after_handshake13(link, message, output_closed));
    return Wanted::nothing;
  }
  if (!link.done) {
    link.deliver(message);   // what comes of it stands in the link
    return Wanted::nothing;
  }
  const auto why_not = obstacle(link, counts);
  if (asks_again(link, message) && why_not.empty() && !output_closed) {
    ++counts.allowed;
    if (link.side == Side::client) trace_unread(link, message);   // a ClientHello is about to be read
    return Wanted::new_handshake;
  }
  trace_unread(link, message);
  if (!asks_again(link, message))
    return fail(Fault::unexpected_message, {fmt::format("{} after the handshake", messages::name_of(message.kind))});
  if (++counts.refused > link.options.limits.renegotiation_requests)
    return fail(Fault::unexpected_message, {fmt::format("renegotiation was asked for {} times", counts.refused)});
  if (output_closed) return Wanted::nothing;   // nothing follows our close_notify
  link.trace.decision([&] { return DecisionEvent{"renegotiation", "no_renegotiation", std::string(why_not), {}}; });
  TRY(link.send_alert(1, Alert::no_renegotiation));
  return Wanted::nothing;
}

}  // namespace handfast

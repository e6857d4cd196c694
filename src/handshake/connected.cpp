#include <handshake/connected.hpp>

#include <fmt/format.h>
#include <handshake/connected13.hpp>
#include <messages/names.hpp>

namespace handfast {

Result<> handle_after_handshake(Link& link, const Message& message, size_t& requests,
                              bool output_closed) {
  if (link.is_tls13()) return handle_after_handshake13(link, message, output_closed);
  auto name = messages::name_of(message.kind);
  if (link.trace)
    link.trace(MessageEvent{Direction::received, name, static_cast<uint8_t>(content_type(message.kind)),
                            handshake_type(message.kind), message.body, {}});
  bool asks_again = link.side == Side::client ? message.kind == messages::HelloRequest::kind && message.body.empty()
                                              : message.kind == messages::ClientHello::kind;
  if (!asks_again) return fail(Fault::unexpected_message, {fmt::format("{} after the handshake", name)});
  if (++requests > link.options.limits.renegotiation_requests)
    return fail(Fault::unexpected_message, {fmt::format("renegotiation was asked for {} times", requests)});
  if (output_closed) return {};   // nothing follows our close_notify
  link.trace.decision([] {
    return DecisionEvent{"renegotiation", "no_renegotiation", "a new handshake on this connection is not allowed", {}};
  });
  return link.send_alert(1, Alert::no_renegotiation);
}

}  // namespace handfast

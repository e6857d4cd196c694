#include <handshake/connected13.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <handshake/keys13.hpp>
#include <handshake/post_handshake.hpp>
#include <handshake/tickets13.hpp>
#include <messages/names.hpp>

namespace handfast {
namespace {

using namespace messages;

template <class M>
Result<M> decode(Link& link, const Message& message) {
  auto decoded = TRY(wire::decode<M>(message.body));
  if (link.trace)
    link.trace(MessageEvent{Direction::received, M::name, static_cast<uint8_t>(content_type(M::kind)),
                            handshake_type(M::kind), message.body, wire::fields_of(decoded)});
  return decoded;
}

Result<> handle_key_update(Link& link, const Message& message) {
  auto update = TRY(decode<KeyUpdate>(link, message));
  auto& connected = *link.connected13;
  const auto most = link.options.limits.key_updates;
  if (++connected.updates_without_data > most) return fail(Fault::key_update_flood, {fmt::format("more than {} in a row", most)});
  connected.input = connected.input.next();
  if (link.trace) link.trace(SecretEvent{"application_traffic_secret_N+1", "HKDF-Expand-Label(the peer's secret, \"traffic upd\")"});
  TRY(turn_on_input13(link, *connected.suite, connected.input));
  if (update.request_update == KeyUpdateRequest::update_requested) connected.owes_update = true;
  return {};
}

/// RFC 8446 section 4.6.2. A bounded number of times: each answer may cost a signature.
Result<> handle_certificate_request(Link& link, const Message& message, bool output_closed) {
  auto request = TRY(decode<CertificateRequest13>(link, message));
  auto& contexts = link.connected13->contexts;
  const auto most = link.options.limits.certificate_requests;
  const auto& context = request.certificate_request_context.bytes;
  if (std::ranges::find(contexts, context) != contexts.end())   // RFC 8446 section 4.3.2
    return fail(Fault::certificate_context_wrong, {"the server has asked with it before"});
  if (contexts.size() >= most) return fail(Fault::unexpected_message, {fmt::format("a certificate was asked for more than {} times", most)});
  contexts.push_back(context);
  if (output_closed) return {};
  link.start(answer_certificate_request(link, Buffer(message.with_header.begin(), message.with_header.end()), std::move(request)));
  return {};
}

bool is_of_answer(Kind kind) {
  return kind == Certificate13::kind || kind == CompressedCertificate::kind || kind == CertificateVerify13::kind ||
         kind == Finished13::kind;
}

}  // namespace

Result<> update_keys(Link& link, KeyUpdateRequest request) {
  auto& connected = *link.connected13;
  connected.owes_update = false;
  TRY(link.send(KeyUpdate{request}));
  connected.output = connected.output.next();
  if (link.trace) link.trace(SecretEvent{"application_traffic_secret_N+1", "HKDF-Expand-Label(our secret, \"traffic upd\")"});
  return turn_on_output13(link, *connected.suite, connected.output);
}

Result<> answer_update(Link& link) {
  if (!link.connected13 || !link.connected13->owes_update) return {};
  return update_keys(link, KeyUpdateRequest::update_not_requested);
}

Result<> handle_after_handshake13(Link& link, const Message& message, bool output_closed) {
  if (link.accepts_messages() && (is_of_answer(message.kind) || link.connected13->is_answering)) {
    link.deliver(message);   // what comes of it stands in the link
    return {};
  }
  if (message.kind == KeyUpdate::kind) return handle_key_update(link, message);
  if (message.kind == NewSessionTicket13::kind && link.side == Side::client) {
    auto ticket = TRY(decode<NewSessionTicket13>(link, message));
    return take_ticket(link, std::move(ticket));
  }
  if (message.kind == CertificateRequest13::kind && link.side == Side::client && link.connected13->transcript)
    return handle_certificate_request(link, message, output_closed);
  auto name = name_of(message.kind);
  if (link.trace)
    link.trace(MessageEvent{Direction::received, name, static_cast<uint8_t>(content_type(message.kind)),
                            handshake_type(message.kind), message.body, {}});
  return fail(Fault::unexpected_message, {fmt::format("{} after the handshake", name)});
}

}  // namespace handfast

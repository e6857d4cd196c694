// observer.hpp: what the runner asks about that is in a connection's events alone.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <handfast/trace.hpp>

namespace handfast::bogo {

/// The protocol names of a hello, and whether it has renegotiation_info.
class HelloFields : public FieldVisitor {
 public:
  void number(std::string_view, uint64_t, size_t, std::string_view) override {}
  void bytes(std::string_view field, Bytes) override { has_renegotiation_info_ |= field == "renegotiated_connection"; }
  void text(std::string_view, std::string_view value) override {
    if (inside_) wire_ += static_cast<char>(value.size()) + std::string(value);
  }
  void enter(std::string_view field, bool) override {
    stack_.emplace_back(field);
    inside_ = inside_ || field.find("protocol_name_list") != field.npos;
  }
  void leave() override {
    if (stack_.back().find("protocol_name_list") != std::string::npos) inside_ = false;
    stack_.pop_back();
  }
  /// As on the wire.
  const std::string& protocols() const { return wire_; }
  bool has_renegotiation_info() const { return has_renegotiation_info_; }

 private:
  std::vector<std::string> stack_;
  std::string wire_;
  bool inside_ = false, has_renegotiation_info_ = false;
};

/// A number of `width` bytes in front of a message's rest, which is then shorter; 0 where there are not so many.
inline size_t take_number(Bytes& rest, size_t width) {
  size_t number = 0;
  for (size_t i = 0; i < width && i < rest.size(); ++i) number = number << 8 | rest[i];
  rest = rest.subspan(std::min(width, rest.size()));
  return number;
}

inline Bytes take_bytes(Bytes& rest, size_t width) {
  const auto size = std::min(take_number(rest, width), rest.size());
  const auto taken = rest.first(size);
  rest = rest.subspan(size);
  return taken;
}

/// The OCSP response about the first certificate of a Certificate message of TLS 1.3 (RFC 8446 section 4.4.2.1), or in a
/// CertificateStatus; empty: none.
inline std::string staple_in(const MessageEvent& message) {
  auto rest = message.body;
  if (message.name == "CertificateStatus") {
    take_number(rest, 1);
    return std::string(as_text(take_bytes(rest, 3)));
  }
  take_bytes(rest, 1);   // certificate_request_context
  auto list = take_bytes(rest, 3);
  take_bytes(list, 3);   // the certificate
  for (auto extensions = take_bytes(list, 2); !extensions.empty();) {
    constexpr size_t status_request = 5;
    const auto type = take_number(extensions, 2);
    auto data = take_bytes(extensions, 2);
    take_number(data, 1);
    if (type == status_request) return std::string(as_text(take_bytes(data, 3)));
  }
  return {};
}

class Observer : public Sink {
 public:
  bool retried = false;          ///< a HelloRetryRequest was sent or came
  std::string messages;          ///< a line for each message and alert, in the runner's words
  std::string staple;            ///< the OCSP response that came
  std::string offered_protocols; ///< of the client's hello, as on the wire
  bool secure_renegotiation = false;   ///< the server has it

  void event(const Origin&, const Event& event) override {
    if (const auto* message = std::get_if<MessageEvent>(&event)) note(*message);
    if (const auto* alert = std::get_if<AlertEvent>(&event))
      messages += fmt::format("{} alert {} {}\n", verb(alert->direction), alert->level, static_cast<int>(alert->description));
  }

 private:
  static std::string_view verb(Direction direction) { return direction == Direction::sent ? "write" : "read"; }

  void note(const MessageEvent& message) {
    if (message.name == "HelloRetryRequest") retried = true;
    if (message.name == "EncryptedExtensions") is_tls13_ = true;
    if (message.content_type == 20) messages += fmt::format("{} ccs\n", verb(message.direction));
    if (message.content_type != 22) return;
    messages += fmt::format("{} hs {}\n", verb(message.direction), message.handshake_type);
    if (message.name == "CertificateStatus" || (message.name == "Certificate" && is_tls13_)) staple = staple_in(message);
    if (message.name != "ClientHello" && message.name != "ServerHello") return;
    HelloFields fields;
    message.fields.visit(fields);
    if (message.name == "ClientHello")
      offered_protocols = fields.protocols();
    else
      secure_renegotiation = fields.has_renegotiation_info();
  }

  bool is_tls13_ = false;
};

}  // namespace handfast::bogo

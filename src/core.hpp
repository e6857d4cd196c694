// core.hpp: the state of a connection, and what it does with each record.
#pragma once

#include <chrono>

#include <crypto/certificate.hpp>
#include <handfast/connection.hpp>
#include <handshake/client.hpp>
#include <handshake/connected.hpp>
#include <handshake/link.hpp>
#include <handshake/server.hpp>

namespace handfast {

/// The error once more; without its facts when there is no memory for them.
inline std::unexpected<Error> repeated(const Error& error) noexcept {
  try {
    return std::unexpected(error);
  } catch (const std::bad_alloc&) {
    return std::unexpected(Error{error.fault, error.who, error.alert});
  }
}

struct Connection::Core {
  Core(std::shared_ptr<const ClientConfig> config, const ConnectOptions& options);
  Core(std::shared_ptr<const ServerConfig> config, const AcceptOptions& options);

  /// Runs `step`, unless the connection has failed; its error, running out of memory, or an exception of the application's
  /// sinks and callbacks fails the connection.
  template <class Step>
  auto guard(Step step) -> decltype(step());

  /// Handles records until there is application data, an answer is awaited, or bytes run out.
  Result<> process();
  /// After the handshake has run: takes over its error or its end.
  Result<> follow_handshake();
  /// The one way to failure: the alert is sent, the handshake and its secrets go, the session is forgotten.
  void fail_with(Error why) noexcept;
  Result<> close_output();
  /// None where the server has shown a raw public key, or, on the server, a session was resumed.
  std::optional<crypto::Certificate> server_certificate() const;
  /// Begins a new handshake on the connection: by our hello or HelloRequest, or with the client's hello that has come.
  void renegotiate(bool asks_certificate, const Message* client_hello = nullptr);
  /// Before the server has judged our certificate (RFC 8446 section 4.4.4).
  bool is_connected_first() const { return client_config && link.is_tls13(); }

  std::shared_ptr<const ClientConfig> client_config;
  std::shared_ptr<const ServerConfig> server_config;
  Target target;                   ///< of a client; without the session that it offers
  Link link;
  State state = State::handshaking;
  std::optional<Error> error;
  Bytes application_data;          ///< opened, not read yet
  bool peer_closed = false, output_closed = false;
  bool handshake_done = false;     ///< link.done is also about what follows it
  bool heard_from_peer = false;    ///< a record was opened after the handshake
  bool certificate_requested = false;   ///< of a server, after the handshake; for the answer see link.done
  std::optional<std::chrono::steady_clock::time_point> deadline;

 private:
  /// Input stays queued: what is to be done with the last message needs a signature first.
  bool must_wait() const;
  Result<> handle(const record::Record& record);
  Result<> handle_handshake(Bytes fragment);
  Result<> handle_messages();
  Result<> handle_late_message(const Message& message);
  Result<> handle_change_cipher_spec(Bytes fragment);
  Result<> handle_alert(Bytes fragment, bool is_protected);
  Result<> handle_close_notify();
  bool is_refusal(Alert alert) const;
  Result<> handle_application_data(Bytes fragment);
  Result<> keep_early_data(Bytes fragment);
  void complete_handshake();
  void complete_renegotiation();
  void keep_session();
  void trace_connected() const;
  /// A new handshake, and the answer of a client that is asked for its certificate after the handshake, may take as long as the first
  /// handshake.
  void time_late_answer();
  void end_handshake();
  void forget_session();

  size_t warnings_in_a_row_ = 0;
  RenegotiationCounts renegotiations_;
};

template <class Step>
auto Connection::Core::guard(Step step) -> decltype(step()) {
  if (error) return repeated(*error);
  try {
    auto result = step();
    if (result || error) return result;
    fail_with(std::move(result).error());
  } catch (...) {
    fail_with(Error{fault_of_caught()});
  }
  return repeated(*error);
}

}  // namespace handfast

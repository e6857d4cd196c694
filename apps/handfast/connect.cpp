// connect.cpp: `handfast connect`: standard input to a TLS server, the server to standard output.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <limits>
#include <optional>

#include <asio/signal_set.hpp>
#include <asio/steady_timer.hpp>
#include <base/file.hpp>
#include <explain/explain.hpp>
#include <fmt/format.h>
#include <net/connector.hpp>
#include <net/session.hpp>
#include <net/standard_streams.hpp>
#include <unistd.h>

#include "client_options.hpp"
#include "commands.hpp"
#include "connection_report.hpp"
#include "exit_codes.hpp"
#include "session_file.hpp"
#include "tracing.hpp"

namespace handfast::app {

namespace {

struct ConnectOptionsText {
  std::string address{};
  TlsOptions tls{};
  ClientFiles files{};
  std::string server_name{};    ///< SNI
  std::string verify_name{};
  std::string session_file{};
  std::string early_data_file{};
  double connect_timeout = 30;
  std::string wait = "2";       ///< seconds of silence after the end of the input, or "forever"
  std::optional<uint64_t> expected_bytes{};
  bool fallback = false;
  bool half_close = false;
  bool update_keys = false;
  bool renegotiate = false;
  std::optional<uint64_t> renegotiate_after{};   ///< bytes of the server's
  bool quiet = false;
};

constexpr auto examples = R"(
What you type goes to the server, what it says is printed; when your input has ended and the server has been silent for
a while (--wait), the connection is closed. A summary comes at the end, or why it failed and what to do.

Examples:
  handfast connect example.org </dev/null
  printf 'GET / HTTP/1.0\r\nHost: example.org\r\n\r\n' | handfast connect example.org --alpn http/1.1
  handfast connect localhost:8443 --ca ca.pem --cert alice.pem --key alice.key --trace ladder
  handfast connect [::1]:8443 --ca ca.pem --verify-name server.example --resume session.bin
  handfast connect localhost:8443 --ca ca.pem --resume session.bin --early-data request.txt   (the second time)
  handfast connect localhost:8443 --ca ca.pem --sessions ~/.handfast-sessions      (resumes what any earlier one has kept)
  handfast connect localhost:8443 --psk-file keys.psk)";

// One run of the command.
class ConnectRun {
 public:
  ConnectRun(const ConnectOptionsText& options, std::shared_ptr<const ClientConfig> config, net::HostPort address,
             std::shared_ptr<const Session> session, SecretBuffer early, Sink* sink)
      : options_(options),
        config_(std::move(config)),
        address_(std::move(address)),
        resumed_session_(std::move(session)),
        early_(std::move(early)),
        sink_(sink),
        input_(io_, STDIN_FILENO, [this](Bytes data) { typed(data); }),
        output_(io_, STDOUT_FILENO, [this] { output_drained(); }),
        silence_(io_),
        signals_(io_, SIGINT, SIGTERM) {}

  int run() {
    signals_.async_wait([this](const asio::error_code& cancelled, int) {
      if (!cancelled) interrupted();
    });
    net::connect(io_, address_, to_milliseconds(options_.connect_timeout), [this](auto socket) {
      socket ? begin(*std::move(socket)) : no_transport(socket.error());
    });
    io_.run();
    output_.finish();
    return code_;
  }

 private:
  class Wire;
  void begin(asio::ip::tcp::socket socket);
  void no_transport(std::string_view reason);
  void connected(net::Session& session);
  void write_file(net::Session& session);
  void update_keys(net::Session& session);
  void renegotiate(net::Session& session);
  void renegotiated(bool is_complete);
  void arrived(net::Session& session, Bytes data);
  void typed(Bytes data);
  void input_ended();
  void await_silence();
  void output_drained();
  void interrupted();
  void ended(net::Session& session, const net::Ending& ending);
  void save_session(net::Session& session);
  std::string early_data_line(const Summary& summary) const;
  void stop();
  std::optional<std::chrono::milliseconds> wait() const;

  const ConnectOptionsText& options_;
  std::shared_ptr<const ClientConfig> config_;
  net::HostPort address_;
  std::shared_ptr<const Session> resumed_session_;
  SecretBuffer early_;       ///< content of --early-data
  size_t early_sent_ = 0;    ///< of it, before the handshake was complete
  Bytes early_left_{};       ///< of it, not sent yet, or to be sent again
  Sink* sink_;
  asio::io_context io_{1};
  net::InputStream input_;
  net::OutputStream output_;
  asio::steady_timer silence_;
  asio::signal_set signals_;
  std::shared_ptr<net::Session> session_;
  bool is_connected_ = false;
  bool has_renegotiated_ = false;
  bool input_has_ended_ = false;
  int code_ = exit_no_transport;
};

class ConnectRun::Wire : public net::Protocol {
 public:
  explicit Wire(ConnectRun& run) : run_(run) {}
  void connected(net::Session& session) override { run_.connected(session); }
  void arrived(net::Session& session, Bytes data) override { run_.arrived(session, data); }
  void drained(net::Session& session) override { run_.write_file(session); }
  void renegotiated(net::Session&, bool is_complete) override { run_.renegotiated(is_complete); }
  void ended(net::Session& session, const net::Ending& ending) override { run_.ended(session, ending); }

 private:
  ConnectRun& run_;
};

constexpr size_t most_waiting = 256 * 1024;  // in either direction

void ConnectRun::begin(asio::ip::tcp::socket socket) {
  handfast::ConnectOptions options;
  options.session = resumed_session_;
  options.server_name_indication = options_.server_name;
  options.sink = sink_;
  options.id = 1;
  options.early_data = !early_.empty();
  options.fallback = options_.fallback;
  options.port = address_.port;   // in the file of --sessions
  auto connection =
      Connection::client(config_, options_.verify_name.empty() ? address_.host : options_.verify_name, options);
  if (!connection) {
    code_ = refuse_usage("connect", connection.error().message());
    return stop();
  }
  session_ = net::Session::make(std::move(socket), *std::move(connection), std::make_unique<Wire>(*this));
  session_->start();
  early_sent_ = session_->write_early(early_.view());
}

void ConnectRun::no_transport(std::string_view reason) {
  fmt::print(stderr, "handfast connect: {}\n", reason);
  code_ = exit_no_transport;
  stop();
}

void ConnectRun::connected(net::Session& session) {
  save_session(session);
  if (options_.update_keys) update_keys(session);
  if (options_.renegotiate || options_.renegotiate_after == 0) renegotiate(session);
  is_connected_ = true;
  early_left_ = early_.view().subspan(session.summary().early_data ? early_sent_ : 0);
  write_file(session);
  if (options_.expected_bytes == 0) session.close();
}

// What the server did not take early, or what was more than it takes: as much of it as may wait, before any input.
void ConnectRun::write_file(net::Session& session) {
  if (!is_connected_) return;
  while (!early_left_.empty() && session.waiting() <= most_waiting / 4) {
    const Bytes piece = early_left_.first(std::min(early_left_.size(), size_t{16384}));
    session.write(piece);
    early_left_ = early_left_.subspan(piece.size());
  }
  if (early_left_.empty()) input_.resume();
}

void ConnectRun::update_keys(net::Session& session) {
  if (const auto updated = session.connection().update_keys(true); !updated) {
    fmt::print(stderr, "handfast connect: {}\n", updated.error().message());
  }
  session.resume();   // sends it
}

void ConnectRun::renegotiate(net::Session& session) {
  if (std::exchange(has_renegotiated_, true)) return;
  if (const auto begun = session.renegotiate(); !begun) fmt::print(stderr, "handfast connect: {}\n", begun.error().message());
}

void ConnectRun::renegotiated(bool is_complete) {
  if (!is_complete) fmt::print(stderr, "handfast connect: the server refuses a new handshake (no_renegotiation); all is as before\n");
}

void ConnectRun::arrived(net::Session& session, Bytes data) {
  output_.write(data);
  if (options_.renegotiate_after && session.bytes_received() >= *options_.renegotiate_after) renegotiate(session);
  if (output_.is_broken() || (options_.expected_bytes && session.bytes_received() >= *options_.expected_bytes)) {
    return session.close();
  }
  if (output_.waiting() > most_waiting) session.pause();
  if (input_has_ended_) await_silence();
}

void ConnectRun::typed(Bytes data) {
  if (data.empty()) return input_ended();
  session_->write(data);
  if (session_->waiting() > most_waiting / 4) input_.pause();
}

void ConnectRun::input_ended() {
  input_has_ended_ = true;
  if (options_.half_close) return session_->finish();
  if (options_.expected_bytes) return;
  if (session_->bytes_sent() == 0) return session_->close();
  await_silence();
}

// Many servers answer only after our last byte, and stop at a close_notify: so it is said when they have been silent.
void ConnectRun::await_silence() {
  const auto limit = wait();
  if (!limit || options_.half_close || options_.expected_bytes) return;
  silence_.expires_after(*limit);
  silence_.async_wait([this](const asio::error_code& cancelled) {
    if (!cancelled && output_.waiting() == 0 && session_->waiting() == 0) return session_->close();
    if (!cancelled) await_silence();
  });
}

std::optional<std::chrono::milliseconds> ConnectRun::wait() const {
  if (options_.wait == "forever") return std::nullopt;
  return to_milliseconds(std::stod(options_.wait));
}

void ConnectRun::output_drained() {
  if (session_) session_->resume();
}

void ConnectRun::interrupted() {
  if (!session_) return no_transport("interrupted before the connection was made");
  session_->close();
}

void ConnectRun::ended(net::Session& session, const net::Ending& ending) {
  if (ending.error) {
    code_ = exit_code_of(*ending.error, ending.handshake_done);
    fmt::print(stderr, "\n{}", explain::explain(*ending.error, Side::client, session.summary()));
  } else {
    code_ = exit_done;
    if (ending.handshake_done) save_session(session);   // tickets of TLS 1.3 come after the handshake
  }
  if (!options_.quiet && ending.handshake_done) {
    const std::string_view closing = ending.error             ? "broken, see above"
                                     : ending.peer_said_close ? "close_notify from both sides"
                                                              : "close_notify from us; none from the peer";
    fmt::print(stderr, "\nTLS with {} ({})\n{}{}  {:<14} {} sent, {} received\n  {:<14} {}\n", net::printable(address_),
               net::printable(session.peer()), describe(session.summary(), Side::client) + describe_bindings(session.connection()),
               early_data_line(session.summary()), "bytes", session.bytes_sent(), session.bytes_received(), "end", closing);
  }
  stop();
}

void ConnectRun::save_session(net::Session& session) {
  const auto saved = session.connection().session();
  if (options_.session_file.empty() || !saved) return;
  if (const auto written = write_session(options_.session_file, *saved); !written) {
    fmt::print(stderr, "handfast connect: {}\n", written.error());
  }
}

std::string ConnectRun::early_data_line(const Summary& summary) const {
  if (early_.empty()) return {};
  const std::string what = summary.early_data ? fmt::format("{} bytes taken by the server", early_sent_)
                           : early_sent_ > 0  ? "refused by the server; sent again after the handshake"
                           : config_->options().sessions ? "not sent early: no session in the file of --sessions allows it"
                           : resumed_session_ ? "not sent early: the session of --resume allows none, or cannot be resumed here"
                                              : "not sent early: there was no session in the file of --resume yet";
  return fmt::format("  {:<14} {}\n", "early data", what);
}

void ConnectRun::stop() {
  input_.stop();
  silence_.cancel();
  asio::error_code ignored;
  signals_.cancel(ignored);
}

int run_connect(const ConnectOptionsText& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto refuse = [](std::string_view sentence) { return refuse_usage("connect", sentence); };
  auto address = net::parse_host_port(options.address, 443);
  if (!address) return refuse(address.error());
  auto config = make_client_config(options.files, options.tls);
  if (!config) return refuse(config.error());
  const auto& versions = (*config)->options().versions;
  if ((options.renegotiate || options.renegotiate_after) && std::ranges::min(versions) == Version::tls13)
    return refuse("--renegotiate: TLS 1.3 has no new handshakes; add --tls 1.2");
  if (options.update_keys && std::ranges::max(versions) != Version::tls13)
    return refuse("--update-keys: only TLS 1.3 has KeyUpdate; add --tls 1.3");
  auto tracing = Tracing::open(options.tls);
  if (!tracing) return refuse(tracing.error());
  std::shared_ptr<const Session> session;
  if (!options.session_file.empty()) {
    auto read = read_session(options.session_file);
    if (!read) return refuse(read.error());
    session = *std::move(read);
  }
  SecretBuffer early;
  if (!options.early_data_file.empty()) {
    if (options.session_file.empty() && options.files.sessions.empty())
      return refuse("--early-data requires --resume or --sessions: it goes with a session");
    auto read = read_file(options.early_data_file);
    if (!read) return refuse(read.error().message());
    if (read->empty()) return refuse("--early-data: " + options.early_data_file + " is empty");
    early = *std::move(read);
  }
  return ConnectRun(options, *config, *address, session, std::move(early), (*tracing)->sink()).run();
}

CLI::Validator seconds_or_forever() {
  return CLI::Validator(
      [](std::string& text) -> std::string {
        const auto wrong = text == "forever" ? std::string() : between(0.0, 1e6)(text);
        return wrong.empty() ? wrong : wrong + ", and not 'forever'";
      },
      "");
}

void add_connection_options(CLI::App& command, ConnectOptionsText& options) {
  constexpr auto group = "The connection";
  command.add_option("HOST[:PORT]", options.address, "The server; port 443 where none is given; [::1]:8443 for IPv6")->required();
  command.add_option("--servername", options.server_name, "Ask for this name (SNI); the host is still what is verified")
      ->type_name("NAME")->group(group);
  command.add_option("--verify-name", options.verify_name, "The name that the certificate must have (and SNI), not the host")
      ->type_name("NAME")->group(group);
  auto* resume = command.add_option("--resume", options.session_file,
                                    "Resume the session in this file if it is there; write the new one to it");
  resume->type_name("FILE")->group(group);
  command.add_option("--sessions", options.files.sessions,
                     "Keep the sessions of all servers in this file, by host and port, and resume the newest; any number of processes "
                     "may use it at once. It is for you alone (mode 0600)")
      ->type_name("FILE")->excludes(resume)->group(group);
  command.add_option("--early-data", options.early_data_file,
                     "Send this file first, as early data (0-RTT) of the session of --resume or --sessions where that allows it, and again if the "
                     "server refuses it. Whoever records early data can send it again: nothing that must happen once (TLS 1.3)")
      ->type_name("FILE")->group(group);
  command.add_option("--timeout", options.connect_timeout, "For finding and reaching the host")
      ->type_name("SECONDS")->check(between(0.001, 86400.0))->capture_default_str()->group(group);
  command.add_option("--wait", options.wait, "After the end of the input: close when the server was silent for so long")
      ->type_name("SECONDS|forever")->check(seconds_or_forever())->capture_default_str()->group(group);
  command.add_option("--expect-bytes", options.expected_bytes, "Close when so many bytes have come from the server")
      ->type_name("N")->check(whole_number())->group(group);
  command.add_flag("--fallback", options.fallback,
                   "Say that a try with a higher version has failed (TLS_FALLBACK_SCSV): a server that has a higher one refuses. With --tls 1.2 or lower")
      ->group(group);
  command.add_flag("--half-close", options.half_close, "Say close_notify at the end of the input and read on until the server's")
      ->group(group);
  command.add_flag("--update-keys", options.update_keys, "Change the keys of both directions once connected (KeyUpdate, TLS 1.3)")
      ->group(group);
  command.add_flag("--renegotiate", options.renegotiate, "Start a new handshake on the connection once connected (TLS 1.2 and before)")
      ->group(group);
  command.add_option("--renegotiate-after", options.renegotiate_after,
                     "Start a new handshake on the connection when so many bytes have come from the server (TLS 1.2 and before)")
      ->type_name("N")->check(whole_number())->group(group);
  command.add_flag("-q,--quiet", options.quiet, "No summary")->group(group);
}

}  // namespace

void add_connect_command(CLI::App& tool, Run& run) {
  auto options = std::make_shared<ConnectOptionsText>();
  CLI::App& command = *tool.add_subcommand("connect", "Talk to a TLS server, and see what was agreed");
  command.footer(examples);
  add_connection_options(command, *options);
  add_client_options(command, options->files);
  add_protocol_options(command, options->tls);
  add_psk_options(command, options->tls.psks);
  add_unsafe_options(command, options->tls.switches);
  add_small_groups_option(command, options->tls.switches);
  command.add_option("--max-fragment-length", options->files.max_fragment_length,
                     "Ask for records of at most so many bytes (RFC 6066); --record-size-limit is finer and wins")
      ->type_name("512|1024|2048|4096")->check(CLI::IsMember({512, 1024, 2048, 4096}).description(""))->group("Protocol");
  command.add_flag("--allow-legacy-server", options->tls.allow_legacy_peer,
                   "Talk to a server without secure renegotiation (RFC 5746)")->group("Protocol");
  command.add_flag("--allow-renegotiation", options->tls.allow_renegotiation,
                   "Let the server start new handshakes on the connection, up to 4 times (TLS 1.2 and before)")->group("Protocol");
  add_trace_options(command, options->tls);
  command.callback([&run, options] { run = [options] { return run_connect(*options); }; });
}

}  // namespace handfast::app

// chat_join.cpp: `handfast chat join`: a member of a chat, line by line.
#include <csignal>
#include <cstdio>

#include <asio/signal_set.hpp>
#include <base/printable.hpp>
#include <chat/line_reader.hpp>
#include <chat/names.hpp>
#include <crypto/certificate.hpp>
#include <fmt/format.h>
#include <net/standard_streams.hpp>
#include <trace/output.hpp>
#include <unistd.h>

#include "chat_member.hpp"
#include "client_options.hpp"
#include "commands.hpp"
#include "tracing.hpp"

namespace handfast::app {

namespace {

struct ChatJoinOptions {
  std::string address{};
  std::vector<std::string> rooms{};
  std::string nick{};
  std::string real_name{};
  double connect_timeout = 30;
  TlsOptions tls{};
  ClientFiles files{};
};

constexpr auto examples = R"(
What you type is said in the room; lines that begin with / are commands (/help lists them). The end of the input
(Ctrl-D) leaves. Works in a pipe as well as on a terminal.

Examples:
  handfast chat join localhost lounge --ca ca.pem --cert alice.pem --key alice.key
  echo 'the build is green' | handfast chat join chat.example:6697 builds --ca ca.pem --cert bot.pem --key bot.key)";

// One run of the command.
class ChatJoinRun {
 public:
  ChatJoinRun(std::shared_ptr<const ClientConfig> config, ChatMember::Options options)
      : output_(io_, STDOUT_FILENO, [] {}),
        input_(io_, STDIN_FILENO, [this](Bytes data) { typed(data); }),
        signals_(io_, SIGINT, SIGTERM),
        member_(io_, std::move(config), std::move(options), [this](std::string_view line) { show(line); },
                [this](ExitCode code, std::string_view complaint) { ended(code, complaint); }) {
    member_.on_progress = [this] { feed(); };
  }

  int run() {
    signals_.async_wait([this](const asio::error_code& cancelled, int) {
      if (cancelled) return;
      signals_.cancel();
      signals_.clear();
      if (!member_.client().registered()) return io_.stop();
      input_.stop();
      member_.leave("Interrupted");
    });
    member_.start();
    io_.run();
    output_.finish();
    return code_;
  }

 private:
  void show(std::string_view line) {
    output_.write(as_bytes(fmt::format("{}\n", line)));
    if (output_.waiting() > most_unread) output_.finish();   // the reader is slow: so are we
  }

  // Lines are read no faster than the server takes them.
  void feed() {
    if (has_left_) return;
    member_.client().wants_input() ? input_.resume() : input_.pause();
  }

  void typed(Bytes data) {
    const bool is_end = data.empty();
    lines_.feed(
        is_end ? "\n" : as_text(data),
        [this](std::string_view line) {
          member_.input(line);
          return true;
        },
        [this] {
          show("that line is too long: it was not sent");
          return true;
        });
    if (!is_end) return;
    has_left_ = true;
    member_.leave();
  }

  void ended(ExitCode code, std::string_view complaint) {
    code_ = code;
    if (!complaint.empty()) {
      output_.finish();
      trace::to_stream(stderr)(fmt::format("handfast chat join: {}{}", complaint, complaint.ends_with('\n') ? "" : "\n"));
    }
    has_left_ = true;
    input_.stop();
    signals_.cancel();
    signals_.clear();
  }

  static constexpr size_t most_unread = 1 << 20;

  asio::io_context io_{1};
  net::OutputStream output_;
  net::InputStream input_;
  asio::signal_set signals_;
  chat::LineReader lines_;
  ChatMember member_;
  bool has_left_ = false;
  int code_ = exit_no_transport;
};

Outcome<std::string> name_in_certificate(const ClientConfig& config) {
  if (config.options().identities.empty()) {
    return std::unexpected("--cert is missing: a chat knows its members by their certificates");
  }
  const auto certificate = crypto::Certificate::parse(config.options().identities.front().chain().front());
  if (!certificate) return std::unexpected(certificate.error().message());
  return certificate->common_name();
}

std::string room_name(std::string_view text) {
  const bool has_sign = text.starts_with('#') || text.starts_with('&');
  return has_sign ? std::string(text) : fmt::format("#{}", text);
}

Outcome<ChatMember::Options> make_options(const ChatJoinOptions& options, const ClientConfig& config, Sink* sink) {
  ChatMember::Options member;
  auto address = TRY(net::parse_host_port(options.address, 6697));
  auto account = TRY(name_in_certificate(config));
  member.address = std::move(address);
  member.connect_limit = to_milliseconds(options.connect_timeout);
  member.chat.nick = options.nick.empty() ? account : options.nick;
  if (!chat::legal_nick(member.chat.nick)) {
    return std::unexpected(fmt::format("'{}' is no legal nick: a letter first, then letters, digits and - _ [ ] {{ }} \\ | ^ `, "
                                       "{} at most; choose one with --nick",
                                       printable_text(member.chat.nick), chat::nick_limit));
  }
  member.chat.real_name = options.real_name;
  for (const std::string& room : options.rooms) member.chat.rooms.push_back(room_name(room));
  member.chat.echo = isatty(STDIN_FILENO) == 0;
  member.trace = [sink](const asio::ip::tcp::socket&) {
    handfast::ConnectOptions traced;
    traced.sink = sink;
    traced.id = 1;
    return traced;
  };
  return member;
}

int run_chat_join(const ChatJoinOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto refuse = [](std::string_view sentence) { return refuse_usage("chat join", sentence); };
  auto config = make_client_config(options.files, options.tls);
  if (!config) return refuse(config.error());
  auto tracing = Tracing::open(options.tls);
  if (!tracing) return refuse(tracing.error());
  auto member = make_options(options, **config, (*tracing)->sink());
  if (!member) return refuse(member.error());
  return ChatJoinRun(*config, *std::move(member)).run();
}

}  // namespace

void add_chat_join_command(CLI::App& chat, Run& run) {
  auto options = std::make_shared<ChatJoinOptions>();
  CLI::App& command = *chat.add_subcommand("join", "Be a member: what you type is said in the room");
  command.footer(examples);
  command.add_option("HOST[:PORT]", options->address, "The chat server; port 6697 where none is given")->required();
  command.add_option("ROOM", options->rooms, "The room, with or without #; several with commas")
      ->delimiter(',')->expected(1)->required();
  constexpr auto group = "The chat";
  command.add_option("--nick", options->nick, "Be called this; left out: the name in the certificate")->type_name("NAME")->group(group);
  command.add_option("--real-name", options->real_name, "What WHOIS shows besides")->type_name("TEXT")->group(group);
  command.add_option("--timeout", options->connect_timeout, "For finding and reaching the host")
      ->type_name("SECONDS")->check(between(0.001, 86400.0))->capture_default_str()->group(group);
  add_client_options(command, options->files);
  add_protocol_options(command, options->tls);
  add_trace_options(command, options->tls);
  command.callback([&run, options] { run = [options] { return run_chat_join(*options); }; });
}

void add_chat_command(CLI::App& tool, Run& run) {
  CLI::App& chat = *tool.add_subcommand("chat", "A chat over mutual TLS that speaks IRC");
  chat.require_subcommand(1);
  chat.footer("\nExamples: `handfast chat serve --help`, `handfast chat join --help`; live: `handfast demo`");
  add_chat_serve_command(chat, run);
  add_chat_join_command(chat, run);
}

}  // namespace handfast::app

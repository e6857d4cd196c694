// demo.cpp: `handfast demo`: a chat server and two members in one process, over real TCP, with one handshake drawn.
#include <csignal>
#include <cstdio>

#include <asio/steady_timer.hpp>
#include <fmt/format.h>
#include <trace/ladder.hpp>

#include "chat_member.hpp"
#include "chat_service.hpp"
#include "commands.hpp"
#include "demo_certificates.hpp"
#include "demo_steps.hpp"
#include "tracing.hpp"

namespace handfast::app {

namespace {

constexpr auto room = "#lounge";
constexpr std::string_view alice_says = "Hello bob. I know it is you: the server has seen your certificate.";
constexpr std::string_view bob_says = "Hello alice. And nobody between us has read this.";

constexpr auto by_hand = R"(
  handfast cert ca --name 'My CA' --out ca
  handfast cert server --ca ca --dns localhost --ip 127.0.0.1 --out server
  handfast cert client --ca ca --name alice --out alice
  handfast cert client --ca ca --name bob --out bob
  handfast chat serve --cert server.pem --key server.key --client-ca ca.pem
  handfast chat join localhost lounge --ca ca.pem --cert alice.pem --key alice.key      (in another terminal)
  handfast chat join localhost lounge --ca ca.pem --cert bob.pem --key bob.key          (in a third)
  handfast connect localhost:6697 --ca ca.pem --cert bob.pem --key bob.key --trace ladder </dev/null
)";

// Lets one connection's handshake through, both sides of it.
class HandshakeOnly : public Sink {
 public:
  explicit HandshakeOnly(Sink& sink) : sink_(sink) {}
  void event(const Origin& origin, const Event& event) override {
    if (sides_connected_ == 2) return;
    sink_.event(origin, event);
    if (std::holds_alternative<ConnectedEvent>(event)) ++sides_connected_;
  }

 private:
  Sink& sink_;
  int sides_connected_ = 0;
};

trace::LadderOptions ladder_options(int verbosity) {
  trace::LadderOptions options;
  options.colour = wants_colour(stdout);
  options.verbosity = verbosity;
  options.width = terminal_width(stdout);
  options.client = "alice";
  options.server = "chat server";
  return options;
}

ChatService::Options chat_options() {
  ChatService::Options options;
  options.is_quiet = true;
  return options;
}

// The server, alice and bob, and what they do one after the other.
class Demo {
 public:
  Demo(DemoConfigs configs, int verbosity, std::chrono::milliseconds limit)
      : configs_(std::move(configs)),
        ladder_(trace::to_stream(stdout), ladder_options(verbosity)),
        handshake_(ladder_),
        limit_(limit),
        timer_(io_),
        service_(io_, chat_options(), log_, [] {}),
        server_(io_, configs_.server, server_options()) {}

  int run() {
    const auto bound = server_.listen({"127.0.0.1", 0});
    if (!bound) return complain(exit_wrong_usage, bound.error());
    port_ = bound->port();
    timer_.expires_after(limit_);
    timer_.async_wait([this](const asio::error_code& cancelled) {
      if (!cancelled) fail(exit_broken_later, fmt::format("not done within {} s", std::chrono::duration<double>(limit_).count()));
    });
    heading(fmt::format("A chat server listens on 127.0.0.1:{}. alice connects: both sides of the handshake", port_));
    alice_ = make_member("alice", configs_.alice, [this](std::string_view line) { alice_reads(line); });
    alice_->on_progress = [this] { go_on(); };
    alice_->start();
    io_.run();
    if (code_ == exit_done) epilogue();
    return code_;
  }

 private:
  net::Server::Options server_options();
  std::unique_ptr<ChatMember> make_member(const std::string& name, std::shared_ptr<const ClientConfig> config,
                                          ChatMember::Show show);
  void go_on();
  void alice_reads(std::string_view line);
  void bob_reads(std::string_view line);
  void member_ended(ExitCode code, std::string_view complaint);
  void heading(std::string_view text) const;
  void epilogue() const;
  void fail(ExitCode code, std::string_view complaint);
  int complain(ExitCode code, std::string_view complaint);

  DemoConfigs configs_;
  trace::Ladder ladder_;
  HandshakeOnly handshake_;
  std::chrono::milliseconds limit_;
  asio::io_context io_{1};
  asio::steady_timer timer_;
  ConnectionLog log_;
  ChatService service_;
  net::Server server_;
  std::unique_ptr<ChatMember> alice_, bob_;
  std::uint16_t port_ = 0;
  enum class Scene { arrival, greeting, answer, farewell, end } scene_ = Scene::arrival;
  bool has_spoken_ = false;
  bool bob_heard_ = false, alice_heard_ = false, bob_saw_her_leave_ = false;
  int members_gone_ = 0;
  int code_ = exit_done;
};

// A connection is known by the client's port on both sides: so their events come together in one ladder. Only the first
// is drawn.
net::Server::Options Demo::server_options() {
  net::Server::Options options;
  options.welcome = [this](const net::Newcomer& client) { return service_.welcome(client); };
  options.trace = [this](const net::Newcomer& client) {
    return AcceptOptions{client.id == 1 ? &handshake_ : nullptr, client.peer.port()};
  };
  return options;
}

std::unique_ptr<ChatMember> Demo::make_member(const std::string& name, std::shared_ptr<const ClientConfig> config,
                                              ChatMember::Show show) {
  ChatMember::Options options;
  options.address = {"127.0.0.1", port_};
  options.connect_limit = limit_;
  options.chat.nick = name;
  options.chat.rooms = {room};
  options.chat.echo = true;
  options.trace = [this, is_drawn = name == "alice"](const asio::ip::tcp::socket& socket) {
    asio::error_code ignored;
    ConnectOptions traced;
    traced.sink = is_drawn ? &handshake_ : nullptr;
    traced.id = socket.local_endpoint(ignored).port();
    return traced;
  };
  return std::make_unique<ChatMember>(
      io_, std::move(config), std::move(options), std::move(show),
      [this](ExitCode code, std::string_view complaint) { member_ended(code, complaint); });
}

// The play. alice is in the room: bob comes. Both are: alice speaks, bob answers, alice leaves, then bob.
void Demo::go_on() {
  if (!bob_ && alice_->client().ready()) {
    bob_ = make_member("bob", configs_.bob, [this](std::string_view line) { bob_reads(line); });
    bob_->on_progress = [this] { go_on(); };
    bob_->start();
  } else if (scene_ == Scene::arrival && bob_ && bob_->client().ready()) {
    scene_ = Scene::greeting;
    alice_->input(alice_says);
  } else if (scene_ == Scene::greeting && bob_heard_) {
    scene_ = Scene::answer;
    bob_->input(bob_says);
  } else if (scene_ == Scene::answer && alice_heard_) {
    scene_ = Scene::farewell;
    alice_->leave("See you tomorrow");
  } else if (scene_ == Scene::farewell && bob_saw_her_leave_) {
    scene_ = Scene::end;
    bob_->leave("Good night");
  }
}

void Demo::alice_reads(std::string_view line) {
  if (!has_spoken_) heading("The connection stands. What alice and bob read");
  has_spoken_ = true;
  fmt::print("  alice | {}\n", line);
  alice_heard_ = alice_heard_ || line.ends_with(bob_says);
}

void Demo::bob_reads(std::string_view line) {
  fmt::print("  bob   | {}\n", line);
  bob_heard_ = bob_heard_ || line.ends_with(alice_says);
  bob_saw_her_leave_ = bob_saw_her_leave_ || line.contains("See you tomorrow");
}

void Demo::member_ended(ExitCode code, std::string_view complaint) {
  if (code != exit_done) return fail(code, complaint);
  if (++members_gone_ < 2) return;
  timer_.cancel();
  service_.close_all("The demo is over");
  server_.close_all();
}

void Demo::fail(ExitCode code, std::string_view complaint) {
  complain(code, complaint);
  io_.stop();
}

int Demo::complain(ExitCode code, std::string_view complaint) {
  std::fflush(stdout);
  fmt::print(stderr, "handfast demo: {}{}", complaint, complaint.ends_with('\n') ? "" : "\n");
  return code_ = code;
}

void Demo::heading(std::string_view text) const {
  const bool is_bold = wants_colour(stdout);
  fmt::print("\n{}{}{}\n\n", is_bold ? "\x1b[1m" : "", text, is_bold ? "\x1b[0m" : "");
  std::fflush(stdout);
}

void Demo::epilogue() const {
  heading("Everybody has said close_notify. The same by hand");
  fmt::print("{}", by_hand + 1);
}

int run_demo(int verbosity, double limit) {
  std::signal(SIGPIPE, SIG_IGN);
  auto configs = make_demo_configs();
  if (!configs) {
    fmt::print(stderr, "handfast demo: cannot make the certificates: {}\n", configs.error().message());
    return exit_wrong_usage;
  }
  return Demo(*std::move(configs), verbosity, to_milliseconds(limit)).run();
}

}  // namespace

void add_demo_command(CLI::App& tool, Run& run) {
  struct Options {
    DemoFlow flow{};
    double limit = 20;
  };
  auto options = std::make_shared<Options>();
  auto& flow = options->flow;
  CLI::App& command = *tool.add_subcommand(
      "demo", "Two chat members and a server, live, with one handshake drawn; or any handshake, step by step");
  command.footer("\nMakes throw-away certificates in memory, uses a free port of 127.0.0.1, writes no file. With --classic, --tls,\n"
                 "--suite or --group there is no chat: a client and a server in one process shake hands, and the messages are numbered.\n\n"
                 "Examples:\n"
                 "  handfast demo\n  handfast demo -v      every field of every message\n"
                 "  handfast demo -vv     and every byte\n"
                 "  handfast demo --classic                       the fourteen steps of the textbooks\n"
                 "  handfast demo --tls 1.3                       the steps of TLS 1.3\n"
                 "  handfast demo --suite ECDHE-RSA-AES128-GCM-SHA256");
  command.add_flag("--classic", flow.is_classic,
                   "The classic handshake, step by step: TLS 1.2, static RSA with AES-CBC, certificates on both sides");
  auto add_list = [&](std::string name, std::vector<std::string>& values, std::string help, std::string type) {
    command.add_option(name, values, help)->delimiter(',')->allow_extra_args(false)->type_name(type);
  };
  add_list("--tls", flow.tls.versions, "A handshake of this version, step by step", "VERSION");
  add_list("--suite", flow.tls.suites, "A handshake with this cipher suite, step by step", "SUITE");
  add_list("--group", flow.tls.groups, "The group of its key exchange", "GROUP");
  command.add_flag("-v", flow.tls.verbosity, "Every field of the messages (-v), hex dumps too (-vv)");
  command.add_option("--limit", options->limit, "Give up after so long")
      ->type_name("SECONDS")->check(between(0.1, 3600.0))->capture_default_str();
  command.callback([&run, options] {
    run = [options] {
      const auto& wanted = options->flow;
      const bool is_stepwise = wanted.is_classic || !wanted.tls.versions.empty() || !wanted.tls.suites.empty() ||
                               !wanted.tls.groups.empty();
      return is_stepwise ? run_demo_steps(wanted) : run_demo(wanted.tls.verbosity, options->limit);
    };
  });
}

}  // namespace handfast::app

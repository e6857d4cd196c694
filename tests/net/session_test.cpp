#include "net/session.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "net/server.hpp"
#include "support/table13.hpp"

namespace handfast::net {
namespace {

using asio::ip::tcp;

// Writes down what it hears.
class Notes : public Protocol {
 public:
  struct Log {
    bool connected = false;
    bool ended = false;
    bool handshake_done = false;
    bool peer_said_close = false;
    std::optional<Error> error;
    std::string data, early;
    bool takes_early = false;
    std::function<void(Session&)> on_connected, on_data;
    std::string renegotiations;   ///< complete ones, and refused ones
    std::function<void(Session&)> on_renegotiated;
    int answers = 0;              ///< to requests for a certificate
    std::function<void(Session&)> on_answered;
  };

  explicit Notes(Log& log) : log_(log) {}
  void connected(Session& session) override {
    log_.connected = true;
    if (log_.on_connected) log_.on_connected(session);
  }
  void arrived(Session& session, Bytes data) override {
    log_.data += as_text(data);
    if (log_.on_data) log_.on_data(session);
  }
  bool arrived_early(Session& session, Bytes data) override {
    EXPECT_FALSE(log_.connected);
    log_.early += as_text(data);
    if (log_.takes_early) session.write_early(as_bytes("at once"));
    return log_.takes_early;
  }
  void renegotiated(Session& session, bool is_complete) override {
    EXPECT_EQ(session.summary().renegotiations > 0, is_complete);
    log_.renegotiations += is_complete ? 'c' : 'r';
    if (log_.on_renegotiated) log_.on_renegotiated(session);
  }
  void certificate_answered(Session& session) override {
    ++log_.answers;
    if (log_.on_answered) log_.on_answered(session);
  }
  void ended(Session&, const Ending& ending) override {
    EXPECT_FALSE(log_.ended) << "said twice";
    log_.ended = true;
    log_.handshake_done = ending.handshake_done;
    log_.peer_said_close = ending.peer_said_close;
    if (ending.error) log_.error = *ending.error;
  }

 private:
  Log& log_;
};

// A server and what a test connects to it, until nothing is left to do.
class SessionTest : public testing::Test {
 protected:
  tcp::endpoint serve(ServerOptions options = support::server_options(), SessionLimits limits = {}) {
    Server::Options server_options;
    server_options.limits = limits;
    server_options.last_connection = 1;
    server_options.welcome = [this](const Newcomer&) { return std::make_unique<Notes>(server_log); };
    server.emplace(io, *ServerConfig::make(std::move(options)), std::move(server_options));
    address = *server->listen({"127.0.0.1", 0});
    return address;
  }

  void connect(ClientOptions options = support::client_options(), std::string_view name = "server.test",
               ConnectOptions connect = {}) {
    tcp::socket socket(io);
    socket.connect(address);
    client = Session::make(std::move(socket), *Connection::client(*ClientConfig::make(std::move(options)), name, connect),
                           std::make_unique<Notes>(client_log));
    client->start();
  }

  asio::io_context io;
  std::optional<Server> server;
  tcp::endpoint address;
  std::shared_ptr<Session> client;
  Notes::Log client_log, server_log;
};

TEST_F(SessionTest, ConnectsSpeaksAndClosesBothWays) {
  serve();
  client_log.on_connected = [](Session& session) { session.write(as_bytes("hello")); };
  server_log.on_data = [](Session& session) { session.write(as_bytes("good day")); };
  client_log.on_data = [](Session& session) { session.close(); };
  connect();
  io.run();
  EXPECT_EQ(server_log.data, "hello");
  EXPECT_EQ(client_log.data, "good day");
  for (const auto* log : {&client_log, &server_log}) {
    EXPECT_TRUE(log->ended && log->handshake_done && log->peer_said_close);
    EXPECT_FALSE(log->error);
  }
}

TEST_F(SessionTest, EarlyDataIsAnsweredAtOnceOrKeptUntilTheHandshakeIsComplete) {
  for (const bool takes_early : {true, false}) {
    support::Table13 table;
    table.server.early_data = EarlyDataPolicy{.strikes = StrikeRegister::in_memory(support::now())};
    serve(table.server);
    client_log = server_log = {};
    server_log.takes_early = takes_early;
    client_log.on_data = [](Session& session) { session.close(); };
    server_log.on_data = [](Session& session) { session.write(as_bytes("now")); };
    connect(table.client, "server.test", {.session = table.connect().client.session(), .early_data = true});
    EXPECT_EQ(client->write_early(as_bytes("early")), 5u);
    io.run();
    io.restart();
    EXPECT_EQ(client_log.data, takes_early ? "at once" : "now");
    EXPECT_EQ(server_log.early, "early");
    EXPECT_EQ(server_log.data, takes_early ? "" : "early");
    EXPECT_FALSE(client_log.error || server_log.error);
    EXPECT_EQ(client->bytes_sent(), 5u);
  }
}

TEST_F(SessionTest, EarlyDataThatIsRefusedIsNotCountedAsSent) {
  support::Table13 table;
  table.server.early_data = EarlyDataPolicy{.strikes = StrikeRegister::in_memory(support::now())};
  const auto session = table.connect().client.session();
  table.server.early_data.reset();
  serve(table.server);
  client_log.on_connected = [](Session& connected) {
    EXPECT_FALSE(connected.summary().early_data);
    connected.close();
  };
  connect(table.client, "server.test", {.session = session, .early_data = true});
  EXPECT_EQ(client->write_early(as_bytes("early")), 5u);
  io.run();
  EXPECT_EQ(server_log.early + server_log.data, "");
  EXPECT_EQ(client->bytes_sent(), 0u);
  EXPECT_FALSE(client_log.error || server_log.error);
}

// What is written and how it ends waits for a new handshake on the connection, or for its refusal.
TEST_F(SessionTest, NewHandshakeIsBroughtToItsEnd) {
  for (const bool allowed : {true, false}) {
    auto options = support::server_options();
    options.renegotiation.allow_peer = allowed;
    serve(options);
    client_log = server_log = {};
    client_log.on_connected = [](Session& session) {
      EXPECT_TRUE(session.renegotiate());
      EXPECT_FALSE(session.connection().can_write());
      const auto before = session.waiting();
      session.write(as_bytes("held "));
      session.write(as_bytes("back"));
      EXPECT_EQ(session.waiting(), before + 9);
      session.close();
      session.write(as_bytes("too late"));
      EXPECT_FALSE(session.renegotiate());
    };
    connect();
    io.run();
    io.restart();
    EXPECT_EQ(server_log.data, "held back");
    EXPECT_EQ(server_log.renegotiations, allowed ? "c" : "");
    EXPECT_EQ(client->summary().renegotiations, allowed ? 1u : 0u);
    EXPECT_EQ(client->bytes_sent(), 9u);
    for (const auto* log : {&client_log, &server_log}) {
      EXPECT_TRUE(log->ended && log->peer_said_close);
      EXPECT_FALSE(log->error);
    }
  }
}

TEST_F(SessionTest, NewHandshakeOfTheServerBetweenTheData) {
  serve();
  auto options = support::client_options();
  options.renegotiation.allow_peer = true;
  client_log.on_connected = [](Session& session) { session.write(as_bytes("a")); };
  server_log.on_data = [this](Session& session) {
    if (server_log.data.size() == 1) {
      EXPECT_TRUE(session.renegotiate());
    }
    session.write(as_bytes(std::string(100000, 'x')));
  };
  client_log.on_data = [this](Session& session) {
    if (client_log.data.size() == 100000) session.write(as_bytes("b"));
    if (client_log.data.size() == 200000) session.close();
  };
  connect(options);
  io.run();
  EXPECT_EQ(client_log.data.size(), 200000u);
  EXPECT_EQ(client_log.renegotiations + server_log.renegotiations, "cc");
  EXPECT_FALSE(client_log.error || server_log.error);
}

TEST_F(SessionTest, WhatWasHeldGoesBeforeWhatIsWrittenAfterANewHandshake) {
  auto options = support::server_options();
  options.renegotiation.allow_peer = true;
  serve(options);
  client_log.on_connected = [](Session& session) {
    EXPECT_TRUE(session.renegotiate());
    session.write(as_bytes("first "));
  };
  client_log.on_renegotiated = [](Session& session) {
    session.write(as_bytes("second"));
    session.close();
  };
  connect();
  io.run();
  EXPECT_EQ(server_log.data, "first second");
  EXPECT_TRUE(server_log.ended && server_log.peer_said_close);
  EXPECT_FALSE(client_log.error || server_log.error);
}

// No answer to our hello is an end like that of a handshake.
TEST_F(SessionTest, NewHandshakeHasATimeLimitWhileItIsClosed) {
  serve();
  auto options = support::client_options();
  options.limits.handshake_time = std::chrono::milliseconds(200);
  server_log.on_data = [](Session& session) { session.pause(); };
  client_log.on_connected = [](Session& session) { session.write(as_bytes("a")); };
  connect(options);
  while (server_log.data.empty()) io.run_one();
  EXPECT_TRUE(client->renegotiate());
  client->close();
  while (!client_log.ended) io.run_one();
  ASSERT_TRUE(client_log.error);
  EXPECT_EQ(client_log.error->fault, Fault::handshake_timeout);
  server->close_all();
  io.run();
}

TEST_F(SessionTest, RefusalReachesThePeerAsAnAlert) {
  serve();
  connect(support::client_options(), "other.test");
  io.run();
  ASSERT_TRUE(client_log.error && server_log.error);
  EXPECT_EQ(client_log.error->fault, Fault::name_mismatch);
  EXPECT_EQ(server_log.error->who, Who::peer);
  EXPECT_FALSE(client_log.handshake_done || server_log.handshake_done);
}

TEST_F(SessionTest, RefusalAfterTheClientsFinishedIsOneOfTheHandshake) {
  auto options = support::server13();
  options.client_auth = ClientAuth::require;
  options.client_trust = support::trust();
  serve(std::move(options));
  connect(support::client13());
  io.run();
  ASSERT_TRUE(client_log.error);
  EXPECT_EQ(client_log.error->alert, Alert::certificate_required);
  EXPECT_FALSE(client_log.handshake_done);
}

TEST_F(SessionTest, ServerWithoutAFirstWordIsWaitedForALittle) {
  auto options = support::server13();
  options.tickets = false;
  options.client_auth = ClientAuth::request;
  options.client_trust = support::trust();
  serve(std::move(options));
  client_log.on_connected = [](Session& session) { session.close(); };
  connect(support::client13());
  io.run();
  EXPECT_TRUE(client_log.connected && client_log.handshake_done);
  EXPECT_FALSE(client_log.error);
}

TEST_F(SessionTest, StalledHandshakeEndsAtItsDeadline) {
  auto options = support::server_options();
  options.limits.handshake_time = std::chrono::milliseconds(50);
  serve(std::move(options));
  tcp::socket silent(io);
  silent.connect(address);
  io.run();
  ASSERT_TRUE(server_log.error);
  EXPECT_EQ(server_log.error->fault, Fault::handshake_timeout);
}

TEST_F(SessionTest, ReaderThatTakesNothingIsDropped) {
  SessionLimits limits;
  limits.stall = std::chrono::milliseconds(100);
  serve(support::server_options(), limits);
  client_log.on_connected = [](Session& session) { session.pause(); };
  size_t most_waiting = 0;
  server_log.on_connected = [&](Session& session) {
    const std::string much(1 << 20, 'x');
    for (int i = 0; i < 16; ++i) session.write(as_bytes(much));
    most_waiting = session.waiting();
  };
  connect();
  while (!server_log.ended && io.run_one() > 0) continue;
  EXPECT_GT(most_waiting, size_t{15} << 20);
  ASSERT_TRUE(server_log.error);
  EXPECT_EQ(server_log.error->fault, Fault::transport_failed);
}

// Each byte that it takes puts off the end of a stall; not that of the closing.
TEST_F(SessionTest, ReaderThatTakesALittleAllTheTimeIsDroppedWhenClosing) {
  SessionLimits limits;
  limits.stall = std::chrono::hours(1);
  limits.closing = std::chrono::milliseconds(100);
  serve(support::server_options(), limits);
  client_log.on_connected = [](Session& session) { session.pause(); };
  server_log.on_connected = [](Session& session) {
    session.write(as_bytes(std::string(16 << 20, 'x')));
    session.close();
  };
  connect();
  while (!server_log.ended && io.run_one_for(std::chrono::seconds(20)) > 0) continue;
  ASSERT_TRUE(server_log.error);
  EXPECT_EQ(server_log.error->fault, Fault::transport_failed);
  client->drop();
  io.run();
}

TEST_F(SessionTest, StopsReceivingWhileThePeerTakesNothing) {
  SessionLimits limits;
  limits.stall = std::chrono::seconds(60);
  serve(support::server_options(), limits);
  server_log.on_data = [](Session& session) {
    session.write(as_bytes(std::string(64 * 1024, 'y')));   // much more than has come
  };
  client_log.on_connected = [](Session& session) {
    session.pause();
    for (int i = 0; i < 2000; ++i) session.write(as_bytes(std::string(1024, 'x')));
  };
  connect();
  // Until nothing moves: the server has stopped reading long before the client's end.
  while (io.poll() > 0) continue;
  EXPECT_LT(server_log.data.size(), size_t{2000} * 1024);
  ASSERT_TRUE(server->session(1));
  EXPECT_LT(server->session(1)->waiting(), size_t{32} << 20);
  client->drop();
  server->session(1)->drop();
  io.run();
}

TEST_F(SessionTest, HalfCloseGoesOnReading) {
  serve();
  client_log.on_connected = [](Session& session) {
    session.write(as_bytes("question"));
    session.finish();
  };
  server_log.on_data = [](Session& session) { session.write(as_bytes("answer")); };
  connect();
  io.run();
  EXPECT_EQ(client_log.data, "answer");
  EXPECT_TRUE(client_log.peer_said_close);
  EXPECT_FALSE(client_log.error || server_log.error);
}

TEST_F(SessionTest, BareEndIsTruncation) {
  serve();
  client_log.on_connected = [](Session& session) { session.drop(); };
  connect();
  io.run();
  ASSERT_TRUE(server_log.error);
  EXPECT_EQ(server_log.error->fault, Fault::truncated);
  EXPECT_TRUE(server_log.handshake_done);
}

TEST_F(SessionTest, RefusedRenegotiationLeavesTheConnectionAsItWas) {
  serve();
  client_log.on_connected = [](Session& session) { EXPECT_TRUE(session.renegotiate()); };
  client_log.on_renegotiated = [](Session& session) {
    session.write(as_bytes("all the same"));
    session.close();
  };
  connect();
  io.run();
  EXPECT_EQ(client_log.renegotiations, "r");
  EXPECT_EQ(server_log.data, "all the same");
  EXPECT_FALSE(client_log.error || server_log.error);
}

TEST_F(SessionTest, PausedSessionReceivesWhenItIsResumed) {
  serve();
  client_log.on_connected = [](Session& session) {
    session.pause();
    session.write(as_bytes("go"));
  };
  server_log.on_data = [](Session& session) {
    session.write(as_bytes("patience"));
    session.finish();
  };
  connect();
  while (server_log.data.empty() && io.run_one() > 0) continue;
  while (io.poll() > 0) continue;
  EXPECT_EQ(client_log.data, "");
  client->resume();
  client_log.on_data = [](Session& session) { session.close(); };
  io.run();
  EXPECT_EQ(client_log.data, "patience");
  EXPECT_FALSE(client_log.error || server_log.error);
}

// A key that is elsewhere answers when it can (Identity::with_callback).
TEST_F(SessionTest, WaitsForASignatureAndGoesOnWithIt) {
  for (const bool is_made : {true, false}) {
    client_log = server_log = {};
    std::optional<SigningRequest> asked;
    auto options = support::server_options();
    options.identities = {*Identity::with_callback(support::server_chain_pem(support::KeyKind::p256),
                                                   [&](SigningRequest request) { asked = std::move(request); })};
    serve(options);
    client_log.on_connected = [](Session& session) { session.close(); };
    connect();
    while (!asked && io.run_one() > 0) continue;
    ASSERT_TRUE(asked);
    const auto session = server->session(1);
    ASSERT_TRUE(session);
    EXPECT_FALSE(client_log.connected);
    auto signature = support::sign_as_server(support::KeyKind::p256, *asked);
    session->complete(asked->token, is_made ? std::move(signature) : fail(Fault::signing_failed));
    io.run();
    io.restart();
    EXPECT_EQ(client_log.handshake_done, is_made);
    EXPECT_EQ(server_log.error.has_value(), !is_made);
    session->complete(asked->token, fail(Fault::signing_failed));  // too late to matter
  }
}

TEST_F(SessionTest, CertificateThatIsAskedForLaterIsAnswered) {
  auto options = support::server13();
  options.post_handshake_auth = true;
  options.client_trust = support::trust();
  serve(std::move(options));
  server_log.on_connected = [](Session& session) {
    EXPECT_TRUE(session.connection().request_client_certificate());
    session.resume();  // sends it
  };
  server_log.on_answered = [](Session& session) {
    EXPECT_TRUE(session.summary().peer);
    session.close();
  };
  auto client_side = support::client13();
  client_side.post_handshake_auth = true;
  client_side.identities = {support::client_identity()};
  connect(std::move(client_side));
  io.run();
  EXPECT_EQ(server_log.answers, 1);
  EXPECT_FALSE(client_log.error || server_log.error);
}

}  // namespace
}  // namespace handfast::net

#include "handfast/asio.hpp"

#include <gtest/gtest.h>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <thread>

#include "net/session.hpp"
#include "support/pair.hpp"

namespace handfast {
namespace {

using asio::ip::tcp;
using TcpStream = Stream<tcp::socket>;

// A client and a server on two sockets of this machine, not connected by TLS yet.
class StreamTest : public testing::Test {
 protected:
  StreamTest() {
    tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    client_socket.connect(acceptor.local_endpoint());
    acceptor.accept(server_socket);
  }

  void make(ClientOptions client_options = support::client_options(),
            ServerOptions server_options = support::server_options(), std::string_view name = "server.test") {
    client.emplace(std::move(client_socket), *Connection::client(*ClientConfig::make(std::move(client_options)), name));
    server.emplace(std::move(server_socket), *Connection::server(*ServerConfig::make(std::move(server_options))));
  }

  /// Runs both handshakes; their codes.
  std::pair<std::error_code, std::error_code> shake_hands() {
    std::pair<std::error_code, std::error_code> codes;
    client->async_handshake([&](std::error_code code) { codes.first = code; });
    server->async_handshake([&](std::error_code code) { codes.second = code; });
    run();
    return codes;
  }

  void run() {
    io.restart();
    io.run();
  }

  asio::io_context io;
  tcp::socket client_socket{io}, server_socket{io};
  std::optional<TcpStream> client, server;
};

TEST_F(StreamTest, ShakesHandsWithCallbacks) {
  make();
  const auto [client_code, server_code] = shake_hands();
  EXPECT_FALSE(client_code) << client_code.message();
  EXPECT_FALSE(server_code) << server_code.message();
  EXPECT_EQ(client->connection().summary().version, Version::tls12);
  EXPECT_EQ(client->error(), nullptr);
}

TEST_F(StreamTest, TellsWhyWithAnErrorCode) {
  make(support::client_options(), support::server_options(), "other.test");
  const auto [client_code, server_code] = shake_hands();
  EXPECT_EQ(client_code, Fault::name_mismatch);
  EXPECT_STREQ(client_code.category().name(), "handfast");
  EXPECT_EQ(client_code.message(), info(Fault::name_mismatch).text);
  ASSERT_NE(client->error(), nullptr);
  EXPECT_EQ(client->error()->who, Who::local);
  EXPECT_EQ(server_code, Fault::alert_received);
  EXPECT_EQ(server->error()->alert, client->error()->alert);
}

// Echoes until the end of the client's data, then closes.
asio::awaitable<void> echo(TcpStream& stream) {
  co_await stream.async_handshake(asio::use_awaitable);
  std::vector<char> buffer(5000);
  std::error_code code;
  while (true) {
    const size_t size =
        co_await stream.async_read_some(asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, code));
    if (code) break;
    co_await asio::async_write(stream, asio::buffer(buffer, size), asio::use_awaitable);
  }
  EXPECT_EQ(code, asio::error::eof) << code.message();
  co_await stream.async_shutdown(asio::use_awaitable);
}

asio::awaitable<void> read_back(TcpStream& stream, std::string& into) {
  co_await asio::async_read(stream, asio::buffer(into), asio::use_awaitable);
  co_await stream.async_shutdown(asio::use_awaitable);
}

asio::awaitable<void> write_all(TcpStream& stream, const std::string& text, std::string& back) {
  co_await stream.async_handshake(asio::use_awaitable);
  const auto executor = co_await asio::this_coro::executor;
  asio::co_spawn(executor, read_back(stream, back), asio::detached);
  const size_t written = co_await asio::async_write(stream, asio::buffer(text), asio::use_awaitable);
  EXPECT_EQ(written, text.size());
}

TEST_F(StreamTest, CarriesDataBothWaysAtOnceInCoroutines) {
  make();
  std::string text(3 << 20, 'x');
  for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 31 % 251);
  std::string back(text.size(), '\0');
  std::exception_ptr client_failed, server_failed;
  asio::co_spawn(io, echo(*server), [&](std::exception_ptr failed) { server_failed = failed; });
  asio::co_spawn(io, write_all(*client, text, back), [&](std::exception_ptr failed) { client_failed = failed; });
  run();
  EXPECT_FALSE(client_failed);
  EXPECT_FALSE(server_failed);
  EXPECT_TRUE(back == text);
  EXPECT_EQ(client->connection().state(), State::closed);
  EXPECT_EQ(server->connection().state(), State::closed);
}

TEST_F(StreamTest, ReadsInSmallPieces) {
  make();
  shake_hands();
  std::error_code written;
  asio::async_write(*server, asio::buffer("hello, world", 12), [&](std::error_code code, size_t) { written = code; });
  run();
  std::string got;
  char piece[5];
  for (int i = 0; i < 3; ++i) {
    client->async_read_some(asio::buffer(piece), [&](std::error_code code, size_t size) {
      EXPECT_FALSE(code);
      got.append(piece, size);
    });
    run();
  }
  EXPECT_EQ(got, "hello, world");
  EXPECT_FALSE(written);
}

TEST_F(StreamTest, EndWithoutCloseNotifyIsTruncation) {
  make();
  shake_hands();
  server->lowest_layer().close();
  char byte;
  std::error_code code;
  client->async_read_some(asio::buffer(&byte, 1), [&](std::error_code failed, size_t) { code = failed; });
  run();
  EXPECT_EQ(code, Fault::truncated);
}

TEST_F(StreamTest, CloseNotifyIsTheEnd) {
  make();
  shake_hands();
  std::error_code read, shut, answered;
  char byte;
  client->async_read_some(asio::buffer(&byte, 1), [&](std::error_code code, size_t) {
    read = code;
    client->async_shutdown([&](std::error_code done) { answered = done; });
  });
  server->async_shutdown([&](std::error_code code) { shut = code; });
  run();
  EXPECT_EQ(read, asio::error::eof);
  EXPECT_FALSE(shut) << shut.message();
  EXPECT_FALSE(answered) << answered.message();
}

TEST_F(StreamTest, WritingBeforeTheHandshakeIsRefused) {
  make();
  std::error_code code;
  client->async_write_some(asio::buffer("x", 1), [&](std::error_code failed, size_t) { code = failed; });
  run();
  EXPECT_EQ(code, Fault::handshake_incomplete);
}

TEST_F(StreamTest, AnswersOfADistantKeyCompleteTheHandshake) {
  std::optional<SigningRequest> request;
  auto options = support::server_options();
  options.identities = {*Identity::with_callback(support::server_chain_pem(support::KeyKind::p256),
                                                 [&](SigningRequest wanted) { request = std::move(wanted); })};
  make(support::client_options(), std::move(options));
  std::error_code client_code = asio::error::would_block, server_code = asio::error::would_block;
  client->async_handshake([&](std::error_code code) { client_code = code; });
  server->async_handshake([&](std::error_code code) { server_code = code; });
  io.restart();
  while (!request && io.run_one() > 0) continue;
  ASSERT_TRUE(request);
  std::thread signer([&] {
    auto signature = support::sign_as_server(support::KeyKind::p256, *request);
    asio::post(io, [&, signature = std::move(signature)]() mutable {
      EXPECT_TRUE(server->complete(request->token, std::move(signature)));
    });
  });
  signer.join();
  run();
  EXPECT_FALSE(client_code) << client_code.message();
  EXPECT_FALSE(server_code) << server_code.message();
}

/// Asks for the client's certificate and does not wait for it with what it has to say.
class Streamer : public net::Protocol {
 public:
  explicit Streamer(const std::string& text) : text_(text) {}
  void connected(net::Session& session) override {
    EXPECT_TRUE(session.connection().request_client_certificate());
    session.write(as_bytes(text_));
  }
  void arrived(net::Session&, Bytes) override {}

 private:
  const std::string& text_;
};

class LateSignatureTest : public StreamTest {
 protected:
  /// Connects, and comes back when a signature is wanted and no byte can go on without it.
  void begin(size_t size = 200'000) {
    text.assign(size, '\0');
    back.assign(size, '\0');
    for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 31 % 251);
    auto options = support::client13();
    options.post_handshake_auth = true;
    options.identities = {*Identity::with_callback(support::server_chain_pem(support::KeyKind::p256),
                                                   [&](SigningRequest wanted) { request = std::move(wanted); })};
    client.emplace(std::move(client_socket), *Connection::client(*ClientConfig::make(std::move(options)), "server.test"));
    auto theirs = support::server13();
    theirs.post_handshake_auth = true;
    theirs.tickets = false;
    theirs.client_trust = TrustStore::insecure_accept_anyone();
    peer = net::Session::make(std::move(server_socket), *Connection::server(*ServerConfig::make(std::move(theirs))),
                              std::make_unique<Streamer>(text));
    peer->start();
    client->async_handshake([&](std::error_code code) {
      EXPECT_FALSE(code) << code.message();
      asio::async_read(*client, asio::buffer(back), [&](std::error_code failed, size_t) { read = failed; });
    });
    while (!request && io.run_one() > 0) continue;
    ASSERT_TRUE(request);
    while (io.poll() > 0) continue;
  }

  /// Answers, and waits until all has been read.
  void answer() {
    ASSERT_TRUE(client->complete(request->token, support::sign_as_server(support::KeyKind::p256, *request)));
    while (!read && io.run_one_for(std::chrono::seconds(20)) > 0) continue;
    ASSERT_TRUE(read) << "what has come is not read";
    EXPECT_FALSE(*read) << read->message();
    EXPECT_TRUE(back == text);
    client->async_shutdown([](std::error_code code) { EXPECT_FALSE(code) << code.message(); });
    run();
    EXPECT_TRUE(peer->summary().peer);
  }

  std::string text, back;
  std::optional<SigningRequest> request;
  std::optional<std::error_code> read;
  std::shared_ptr<net::Session> peer;
};

TEST_F(LateSignatureTest, WhatComesMeanwhileIsKept) {
  begin();
  EXPECT_FALSE(read);
  answer();
}

// It is in the connection, and the peer sends nothing more that would make the reader look there.
TEST_F(LateSignatureTest, LittleThatComesMeanwhileIsReadAtOnce) {
  begin(5000);
  EXPECT_FALSE(read);
  answer();
}

TEST_F(LateSignatureTest, ClosingTheSocketEndsTheWait) {
  begin();
  client->lowest_layer().close();
  while (!read && io.run_one_for(std::chrono::seconds(20)) > 0) continue;
  ASSERT_TRUE(read);
  EXPECT_TRUE(*read);
  peer->drop();
  run();
}

}  // namespace
}  // namespace handfast

// chat_member.hpp: joins the line-mode chat client, which knows lines, to a TLS session.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <asio/io_context.hpp>
#include <chat/client.hpp>
#include <net/endpoint.hpp>
#include <net/session.hpp>

#include "exit_codes.hpp"

namespace handfast::app {

/// A member of a chat: connects, registers, joins. One thread.
class ChatMember : private chat::ClientOutput {
 public:
  struct Options {
    net::HostPort address{};
    std::chrono::milliseconds connect_limit = std::chrono::seconds(30);
    chat::ClientConfig chat{};
    /// Whom to tell about the connection; its number from the socket that is connected.
    std::function<ConnectOptions(const asio::ip::tcp::socket&)> trace{};
  };
  /// What a person reads, one line.
  using Show = std::function<void(std::string_view line)>;
  /// The end, once. `complaint` is empty when it was wanted.
  using Ended = std::function<void(ExitCode code, std::string_view complaint)>;

  ChatMember(asio::io_context& io, std::shared_ptr<const ClientConfig> config, Options options, Show show, Ended ended);
  ~ChatMember() override;

  void start();
  /// One line of the person. Without effect before the connection stands and after its end.
  void input(std::string_view line);
  /// Says QUIT behind all that waits.
  void leave(std::string_view reason = {});
  const chat::Client& client() const { return client_; }
  /// Called when the server has said something, or the connection stands.
  std::function<void()> on_progress{};

 private:
  class Wire;
  void send(std::string_view line) override { outbox_ += line; }
  void show(std::string_view text) override { show_(text); }

  void begin(asio::ip::tcp::socket socket);
  void received(Bytes data);
  void session_ended(const net::Ending& ending);
  void finish_turn();
  void end(ExitCode code, std::string_view complaint);

  asio::io_context& io_;
  std::shared_ptr<const ClientConfig> config_;
  Options options_;
  Show show_;
  Ended ended_;
  chat::Client client_;
  std::shared_ptr<net::Session> session_;
  std::string outbox_;
};

}  // namespace handfast::app

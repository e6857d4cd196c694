// chat_service.hpp: joins the chat server, which knows lines, to TLS sessions.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <chat/server.hpp>
#include <net/server.hpp>

#include "connection_log.hpp"

namespace handfast::app {

/// A chat server over TLS: the account of a member is the common name of its verified certificate. What the server says
/// to a member in one go leaves in one write. One thread.
class ChatService : private chat::Output {
 public:
  struct Options {
    chat::ServerConfig chat{};
    size_t send_queue = 1 << 20;   ///< bytes that may wait for a member that reads slowly
    bool is_quiet = false;         ///< logs nothing
  };

  /// `log` must outlive it. `connection_ended` is called once for each connection, at its end.
  ChatService(asio::io_context& io, Options options, ConnectionLog& log, std::function<void()> connection_ended);
  ~ChatService() override;

  /// What is spoken with a new client.
  std::unique_ptr<net::Protocol> welcome(const net::Newcomer& client);
  /// Says ERROR to all members and closes them.
  void close_all(std::string_view reason);
  size_t member_count() const { return server_.member_count(); }

 private:
  class Client;
  /// A member's connection and what waits for the end of the turn.
  struct Member {
    std::weak_ptr<net::Session> session;
    std::string outbox{};
    bool is_dirty = false;
    bool is_closing = false;
  };

  void send(chat::MemberId id, std::string_view line) override;
  void close(chat::MemberId id, std::string_view reason) override;

  std::optional<chat::MemberId> admit(const net::Newcomer& client, net::Session& session);
  void finish_turn();
  void deliver(chat::MemberId id);
  void arm_timer();

  Options options_;
  ConnectionLog& log_;
  std::function<void()> connection_ended_;
  chat::Server server_;
  asio::steady_timer timer_;
  std::optional<std::chrono::steady_clock::time_point> armed_;
  std::unordered_map<chat::MemberId, Member> members_;
  std::vector<chat::MemberId> dirty_;
  std::vector<chat::MemberId> overrun_;   ///< read too slowly
};

}  // namespace handfast::app

#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "chat/line_reader.hpp"
#include "chat/message.hpp"

namespace handfast::chat {

/// Where a Client's lines go. Called from inside the Client's functions; must not call back into the Client.
class ClientOutput {
 public:
  virtual ~ClientOutput() = default;

  /// A line for the server, with its CRLF. The view is valid during the call.
  virtual void send(std::string_view line) = 0;

  /// A line for the person: UTF-8 without control characters and without an end of line. Valid during the call.
  virtual void show(std::string_view text) = 0;
};

struct ClientConfig {
  std::string nick;                ///< the account, that is the certificate's common name
  std::string real_name;           ///< empty: the nick
  std::vector<std::string> rooms;  ///< joined as soon as registered; the first is the current one
  bool echo = false;               ///< show what the person says too: for input that no terminal has shown
};

/// The line-mode chat client without sockets: the server's bytes and the person's lines in, lines for both out.
///
/// The network calls start() when the connection stands, receive() with what it reads, input() with each line the
/// person types and leave() at the end of those. It paces itself: no more than a few lines are on their way to the
/// server unanswered. When ended() is true the connection can be closed.
class Client {
 public:
  /// `output` must outlive the client.
  Client(ClientConfig config, ClientOutput& output);

  /// Registers: capabilities, SASL EXTERNAL where the server has it, NICK and USER.
  void start();

  /// Bytes read from the server, in any split.
  void receive(std::string_view bytes);

  /// One line of the person, without its end: a command, or text for the current room. Lines that come before the
  /// rooms are joined, or faster than the server takes them, wait.
  void input(std::string_view text);

  /// Whether the next input() will not have to wait: a reader of a pipe can hold back until then.
  bool wants_input() const { return ready() && waiting_input_.empty() && outgoing_.empty(); }

  /// Says QUIT after all that waits; the server answers with ERROR and closes.
  void leave(std::string_view reason = {});

  /// The connection has ended: shows that if nobody expected it.
  void closed(std::string_view reason);

  bool registered() const { return registered_; }

  /// Whether the rooms of the configuration are joined, or have refused us.
  bool ready() const { return registered_ && joining_.empty(); }

  /// Whether the server has said ERROR, or closed() was called.
  bool ended() const { return ended_; }

  /// Whether leave() or /quit came before the end.
  bool left() const { return leaving_; }

  const std::string& nick() const { return nick_; }

  /// The room that text goes to; empty when there is none.
  const std::string& current_room() const { return current_; }

 private:
  // client.cpp: the connection.
  void take_line(std::string_view line);
  void take_message(const Message& message);
  void take_capabilities(const Message& message);
  void take_authentication(const Message& message);
  void take_nick_refusal(const Message& message);
  void welcome(const Message& message);
  void track_rooms(const Message& message);
  void enter(std::string_view room);
  void exit_room(std::string_view room);
  void send_now(std::string_view line);
  void queue(std::string line);
  void flush();
  void run_waiting_input();
  bool is_me(std::string_view nick) const;

  // client_input.cpp: what the person types.
  friend struct ClientCommand;
  void run_input(std::string_view text);
  void say(std::string_view target, std::string_view command, std::string_view text, bool action = false);
  void complain(std::string_view text);
  std::size_t room_for_text(std::string_view command, std::string_view target) const;

  // client_text.cpp: what the person reads.
  void show(const Message& message);
  void show_spoken(const Message& message);
  void show_event(const Message& message);
  void show_numeric(const Message& message);
  void show_line(std::string_view text);

  const ClientConfig config_;
  ClientOutput& output_;
  LineReader reader_;

  std::string nick_;
  std::string user_host_;  ///< `account@host` as the server shows us; empty until learned
  std::string current_;
  std::map<std::string, std::string> rooms_;  ///< those we are on: name by folded name
  std::set<std::string> joining_;             ///< folded names of configured rooms without an answer
  std::map<std::string, std::string> names_;  ///< 353 lines of rooms whose 366 has not come

  std::deque<std::string> waiting_input_;
  std::deque<std::string> outgoing_;
  std::size_t unconfirmed_ = 0;  ///< lines sent since the last PONG
  bool ping_sent_ = false;
  std::size_t confirming_ = 0;  ///< of these, those that the PONG on its way will confirm

  bool server_has_sasl_ = false;
  bool capabilities_done_ = false;
  bool registered_ = false;
  bool leaving_ = false;
  bool ended_ = false;
};

}  // namespace handfast::chat

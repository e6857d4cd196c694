#include "chat_member.hpp"

#include <utility>

#include <explain/explain.hpp>
#include <net/connector.hpp>

namespace handfast::app {

class ChatMember::Wire : public net::Protocol {
 public:
  explicit Wire(ChatMember& member) : member_(member) {}
  void connected(net::Session&) override {
    member_.client_.start();
    member_.finish_turn();
  }
  void arrived(net::Session&, Bytes data) override { member_.received(data); }
  void ended(net::Session&, const net::Ending& ending) override { member_.session_ended(ending); }

 private:
  ChatMember& member_;
};

ChatMember::ChatMember(asio::io_context& io, std::shared_ptr<const ClientConfig> config, Options options, Show show,
                       Ended ended)
    : io_(io),
      config_(std::move(config)),
      options_(std::move(options)),
      show_(std::move(show)),
      ended_(std::move(ended)),
      client_(options_.chat, *this) {}

ChatMember::~ChatMember() = default;

void ChatMember::start() {
  net::connect(io_, options_.address, options_.connect_limit, [this](auto socket) {
    socket ? begin(*std::move(socket)) : end(exit_no_transport, socket.error());
  });
}

void ChatMember::begin(asio::ip::tcp::socket socket) {
  auto connection = Connection::client(config_, options_.address.host,
                                       options_.trace ? options_.trace(socket) : ConnectOptions{});
  if (!connection) return end(exit_wrong_usage, connection.error().message());
  session_ = net::Session::make(std::move(socket), *std::move(connection), std::make_unique<Wire>(*this));
  session_->start();
}

void ChatMember::input(std::string_view line) {
  client_.input(line);
  finish_turn();
}

void ChatMember::leave(std::string_view reason) {
  client_.leave(reason);
  finish_turn();
}

void ChatMember::received(Bytes data) {
  client_.receive(as_text(data));
  finish_turn();
}

// One write for all that the client has said; then whoever feeds it may go on.
void ChatMember::finish_turn() {
  const std::string lines = std::exchange(outbox_, std::string());
  if (!session_) return;
  session_->write(as_bytes(lines));
  if (client_.ended()) session_->close();
  if (on_progress) on_progress();
}

void ChatMember::session_ended(const net::Ending& ending) {
  if (ending.error && !ending.handshake_done) {
    return end(exit_code_of(*ending.error, false), explain::explain(*ending.error, Side::client, session_->summary()));
  }
  client_.closed(ending.error ? info(ending.error->fault).text : "the server closed the connection");
  if (client_.left()) return end(exit_done, "");
  end(client_.registered() ? exit_broken_later : exit_peer_refused,
      ending.error ? explain::explain(*ending.error, Side::client, session_->summary())
                   : "the server closed the connection; its reason stands above");
}

void ChatMember::end(ExitCode code, std::string_view complaint) {
  if (ended_) std::exchange(ended_, nullptr)(code, complaint);
}

}  // namespace handfast::app

#include "chat_service.hpp"

#include <utility>

#include <chat/identity.hpp>
#include <fmt/format.h>

namespace handfast::app {

// What is spoken with one client. It may outlive its membership, never the service.
class ChatService::Client : public net::Protocol {
 public:
  Client(ChatService& service, const net::Newcomer& client) : service_(service), client_(client) {}

  void connected(net::Session& session) override { member_ = service_.admit(client_, session); }

  void arrived(net::Session&, Bytes data) override {
    if (!member_) return;
    service_.server_.receive(*member_, as_text(data), chat::Instant::read());
    service_.finish_turn();
  }

  void peer_closed(net::Session& session) override {
    leave("Connection closed");
    session.close();
  }

  void ended(net::Session&, const net::Ending& ending) override {
    leave(ending.error ? info(ending.error->fault).text : "Connection closed");
    if (!service_.options_.is_quiet) service_.log_.failed(client_, ending);
    service_.connection_ended_();
  }

 private:
  void leave(std::string_view reason) {
    if (!member_) return;
    const chat::MemberId id = *std::exchange(member_, std::nullopt);
    service_.members_.erase(id);
    service_.server_.drop(id, reason, chat::Instant::read());
    service_.finish_turn();
  }

  ChatService& service_;
  const net::Newcomer client_;
  std::optional<chat::MemberId> member_;
};

ChatService::ChatService(asio::io_context& io, Options options, ConnectionLog& log, std::function<void()> connection_ended)
    : options_(std::move(options)),
      log_(log),
      connection_ended_(std::move(connection_ended)),
      server_(options_.chat, *this, chat::Instant::read()),
      timer_(io) {}

ChatService::~ChatService() = default;

std::unique_ptr<net::Protocol> ChatService::welcome(const net::Newcomer& client) {
  return std::make_unique<Client>(*this, client);
}

void ChatService::close_all(std::string_view reason) {
  server_.close_all(reason, chat::Instant::read());
  finish_turn();
  timer_.cancel();
}

// The certificate was verified in the handshake; here its name becomes an account, or is refused with the reason.
std::optional<chat::MemberId> ChatService::admit(const net::Newcomer& client, net::Session& session) {
  const auto& peer = session.summary().peer;
  auto identity = chat::identity_from(peer ? peer->common_name : "", peer ? peer->sha256 : "",
                                            net::printable_address(client.peer));
  if (auto refusal = identity ? server_.refusal(*identity) : std::nullopt) identity = std::unexpected(*std::move(refusal));
  if (!options_.is_quiet) {
    log_.connected(client, session,
                   identity ? fmt::format("account {}", identity->account) : "refused: " + identity.error());
  }
  if (!identity) {
    session.write(as_bytes(fmt::format("ERROR :Closing Link: {}\r\n", identity.error())));
    session.close();
    return std::nullopt;
  }
  const chat::MemberId id = server_.add(*identity, chat::Instant::read());
  members_[id].session = session.weak_from_this();
  finish_turn();
  return id;
}

void ChatService::send(chat::MemberId id, std::string_view line) {
  const auto found = members_.find(id);
  if (found == members_.end()) return;
  Member& member = found->second;
  member.outbox += line;
  if (member.is_dirty) return;
  member.is_dirty = true;
  dirty_.push_back(id);
}

void ChatService::close(chat::MemberId id, std::string_view reason) {
  const auto found = members_.find(id);
  if (found == members_.end()) return;
  Member& member = found->second;
  member.is_closing = true;
  if (const auto session = member.session.lock(); session && !options_.is_quiet) {
    log_.note(fmt::format("{} leaves: {}", net::printable(session->peer()), reason));
  }
  if (!member.is_dirty) dirty_.push_back(id);
  member.is_dirty = true;
}

// After each call of the server: one write for each member that it spoke to. Dropping a member makes the server speak
// again, so there may be another round.
void ChatService::finish_turn() {
  while (!dirty_.empty()) {
    for (const chat::MemberId id : std::exchange(dirty_, {})) deliver(id);
    for (const chat::MemberId id : std::exchange(overrun_, {})) {
      server_.drop(id, "SendQ exceeded", chat::Instant::read());
    }
  }
  arm_timer();
}

void ChatService::deliver(chat::MemberId id) {
  const auto found = members_.find(id);
  if (found == members_.end()) return;
  Member& member = found->second;
  member.is_dirty = false;
  const std::string lines = std::exchange(member.outbox, std::string());
  const auto session = member.session.lock();
  const bool is_closing = member.is_closing;
  const bool is_overrun = session && session->waiting() + lines.size() > options_.send_queue;
  if (is_closing || is_overrun || !session) members_.erase(found);
  if (is_overrun) {
    if (!options_.is_quiet) log_.note(fmt::format("{} dropped: SendQ exceeded", net::printable(session->peer())));
    if (!is_closing) overrun_.push_back(id);
    return session->drop();
  }
  if (!session) return;
  session->write(as_bytes(lines));
  if (is_closing) session->close();
}

void ChatService::arm_timer() {
  const auto wake = server_.next_wake();
  if (!wake || (armed_ && *armed_ <= *wake)) return;
  armed_ = wake;
  timer_.expires_at(*wake);
  timer_.async_wait([this](const asio::error_code& cancelled) {
    if (cancelled) return;
    armed_.reset();
    server_.tick(chat::Instant::read());
    finish_turn();
  });
}

}  // namespace handfast::app

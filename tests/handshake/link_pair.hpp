// link_pair.hpp: two handshakes without records: every message is taken from one side and given to the other by hand.
#pragma once

#include <deque>
#include <handshake/client.hpp>
#include <handshake/connected.hpp>
#include <handshake/flow.hpp>
#include <handshake/renegotiate.hpp>
#include <handshake/server.hpp>
#include <support/pair.hpp>

namespace handfast::support {

struct WireMessage {
  Kind kind;
  std::string name;
  Buffer with_header;
  Bytes body() const { return Bytes(with_header).subspan(content_type(kind) == ContentType::handshake ? 4 : 0); }
};

/// Collects what one side sends.
class Outbox : public Sink {
 public:
  void event(const Origin&, const Event& event) override {
    auto message = std::get_if<MessageEvent>(&event);
    if (!message || message->direction != Direction::sent) return;
    WireMessage sent{message->content_type == 22 ? messages::kind_of(message->handshake_type, message->body)
                                                 : change_cipher_spec_kind,
                     std::string(message->name),
                     {}};
    auto n = message->body.size();
    if (message->content_type == 22)
      sent.with_header = {message->handshake_type, static_cast<uint8_t>(n >> 16), static_cast<uint8_t>(n >> 8),
                          static_cast<uint8_t>(n)};
    sent.with_header.insert(sent.with_header.end(), message->body.begin(), message->body.end());
    messages.push_back(std::move(sent));
  }
  std::deque<WireMessage> messages;
};

struct LinkEnd {
  Outbox outbox;
  std::unique_ptr<Link> link;
  size_t received = 0;

  void deliver(const WireMessage& message) {
    ++received;
    Message whole{message.kind, message.with_header, message.body()};
    if (!link->done) return link->deliver(whole);
    RenegotiationCounts requests;
    if (auto handled = handle_after_handshake(*link, whole, requests, false); !handled)
      link->error = handled.error();
    else
      link->last_message = message.name;
  }
};

struct LinkPair {
  std::shared_ptr<const ClientConfig> client_config;
  std::shared_ptr<const ServerConfig> server_config;
  std::shared_ptr<const ClientConfig> renewed_client{};
  std::shared_ptr<const ServerConfig> renewed_server{};
  LinkEnd client, server;

  LinkPair(std::shared_ptr<const ClientConfig> c, std::shared_ptr<const ServerConfig> s,
           std::shared_ptr<const Session> session = nullptr, bool early_data = false)
      : client_config(std::move(c)), server_config(std::move(s)) {
    client.link =
        std::make_unique<Link>(Side::client, client_config->options(), client_config->pool(), &client.outbox, 0);
    server.link =
        std::make_unique<Link>(Side::server, server_config->options(), server_config->pool(), &server.outbox, 0);
    server.link->start(handfast::server(*server.link, server_config));
    Target target{"server.test", "server.test", std::move(session)};
    target.early_data = early_data;
    client.link->start(handfast::client(*client.link, client_config, std::move(target)));
  }

  /// Begins a new handshake on the connection, the first one being over; the client's hello is in its outbox. With other
  /// configurations somebody else may be there.
  void renegotiate(std::shared_ptr<const ClientConfig> other_client = {}, std::shared_ptr<const ServerConfig> other_server = {}) {
    if (other_client) renewed_client = std::move(other_client);
    if (other_server) renewed_server = std::move(other_server);
    for (auto* end : {&client, &server}) {
      end->outbox.messages.clear();
      end->received = 0;
      end->link->release_handshake();
    }
    server.link->start(handfast::renegotiate(*server.link, renewed_server ? renewed_server : server_config, false));
    client.link->start(handfast::renegotiate(*client.link, renewed_client ? renewed_client : client_config,
                                             Target{"server.test", "server.test", nullptr}));
  }

  LinkEnd& end(Side side) { return side == Side::client ? client : server; }
  LinkEnd& other(Side side) { return side == Side::client ? server : client; }

  /// Runs until `side` waits for the message after its first `count`; the next one stays in the other's outbox. False
  /// when there is no such wait.
  bool run_until(Side side, size_t count) {
    while (true) {
      bool moved = false;
      for (auto to : {Side::client, Side::server}) {
        auto& from = other(to).outbox.messages;
        while (!from.empty() && !(to == side && end(to).received == count)) {
          auto message = std::move(from.front());
          from.pop_front();
          end(to).deliver(message);
          moved = true;
        }
      }
      if (!moved) return end(side).received == count && !other(side).outbox.messages.empty();
    }
  }
};

}  // namespace handfast::support

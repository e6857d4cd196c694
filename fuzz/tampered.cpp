// A client and a server shake hands while the input changes, drops, doubles and inserts bytes between them. Two sides
// that both call themselves connected agree on everything.
#include <algorithm>

#include "scenes.hpp"

using namespace handfast;

namespace {

/// What the input does to the bytes on their way: at each action's offset, counted from the last one, one edit.
class Tamper {
 public:
  explicit Tamper(Bytes script) : script_(script) {}

  Buffer operator()(const Buffer& bytes) {
    Buffer out;
    for (const uint8_t byte : bytes) {
      if (script_.size() < 4 || passed_++ < static_cast<size_t>(script_[0] << 8 | script_[1])) {
        out.push_back(byte);
        continue;
      }
      edit(out, byte);
      script_ = script_.subspan(4);
      passed_ = 0;
    }
    return out;
  }

 private:
  void edit(Buffer& out, uint8_t byte) const {
    switch (script_[2] % 4) {
      case 0:
        out.push_back(byte ^ script_[3]);
        break;
      case 1:  // dropped
        break;
      case 2:
        out.insert(out.end(), {byte, byte});
        break;
      case 3:
        out.insert(out.end(), {script_[3], byte});
        break;
    }
  }

  Bytes script_;
  size_t passed_ = 0;
};

bool agree(const Summary& a, const Summary& b) {
  return a.version == b.version && a.suite == b.suite && a.group == b.group && a.alpn == b.alpn &&
         a.resumed == b.resumed && a.extended_master_secret == b.extended_master_secret &&
         a.server_scheme == b.server_scheme && a.client_scheme == b.client_scheme &&
         a.client_certificate_sent == b.client_certificate_sent;
}

/// New keys in TLS 1.3, a new handshake before.
bool go_on(Connection& connection) {
  return (connection.summary().version == Version::tls13 ? connection.update_keys(true) : connection.renegotiate()).has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const auto& sides = fuzz::sides(data[0]);
  auto client = fuzz::must(Connection::client(sides.client, "fuzz.example", fuzz::connect_options(sides)));
  auto server = fuzz::must(Connection::server(sides.server));
  static_cast<void>(client.write_early(as_bytes("early")));
  Tamper tamper(Bytes(data + 1, size - 1));
  for (auto round = 0; round < 20; ++round) {
    const auto to_server = tamper(fuzz::drain(client));
    const bool server_lives = fuzz::feed(server, to_server);
    fuzz::answer(server, Side::server);
    static_cast<void>(server.read_early());
    const auto to_client = tamper(fuzz::drain(server));
    const bool client_lives = fuzz::feed(client, to_client);
    fuzz::answer(client, Side::client);
    if ((to_server.empty() && to_client.empty()) || (!server_lives && !client_lives)) break;
  }
  for (auto* end : {&client, &server})
    if (end->connected() && !go_on(*end)) std::abort();
  for (auto round = 0; round < 4; ++round) {
    const auto to_server = tamper(fuzz::drain(client)), to_client = tamper(fuzz::drain(server));
    fuzz::feed(server, to_server);
    fuzz::feed(client, to_client);
    fuzz::answer(server, Side::server);
    fuzz::answer(client, Side::client);
  }
  const bool are_done = !client.renegotiating() && !server.renegotiating();
  if (client.connected() && server.connected() && are_done && !agree(client.summary(), server.summary())) std::abort();
  return 0;
}

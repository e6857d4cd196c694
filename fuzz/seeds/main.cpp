// fuzz_seeds FOLDER: writes what the fuzzers start from, FOLDER/<fuzzer>/<seed>, made of handshakes of ours, of every setting.
#include <crypto/certificate_compression.hpp>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <handshake/cookie13.hpp>
#include <handshake/session_shelf.hpp>
#include <handshake/session_state.hpp>

#include "../edited.hpp"

using namespace handfast;

namespace {

class Seeds {
 public:
  explicit Seeds(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// One seed, made of these parts.
  void add(const std::string& fuzzer, const std::string& name, std::initializer_list<Bytes> parts) {
    std::filesystem::create_directories(folder_ / fuzzer);
    std::ofstream out(folder_ / fuzzer / name, std::ios::binary);
    for (auto part : parts) out.write(reinterpret_cast<const char*>(part.data()), static_cast<std::streamsize>(part.size()));
    if (!out.good()) std::abort();
  }
  void add(const std::string& fuzzer, const std::string& name, std::string_view text) { add(fuzzer, name, {as_bytes(text)}); }

 private:
  std::filesystem::path folder_;
};

/// The rest of a message behind its first fields: `fixed` bytes, then vectors whose lengths have so many bytes.
Bytes behind(Bytes body, size_t fixed, std::initializer_list<size_t> length_sizes) {
  body = body.subspan(std::min(fixed, body.size()));
  for (auto size : length_sizes) {
    if (body.size() < size) return {};
    size_t length = 0;
    for (size_t i = 0; i < size; ++i) length = length << 8 | body[i];
    body = body.subspan(std::min(size + length, body.size()));
  }
  return body;
}

/// For messages.cpp: which reader each message is for, by the order there, and its extensions by themselves.
void add_message(Seeds& seeds, const std::string& setting, size_t number, const fuzz::Sent& sent, bool is_tls13, bool is_from_client) {
  if (!sent.is_handshake) return;
  const auto body = Bytes(sent.bytes).subspan(4);
  const auto add = [&](uint8_t reader, std::string_view what, std::initializer_list<uint8_t> shape, Bytes bytes) {
    Buffer first{reader};
    first.insert(first.end(), shape);
    seeds.add("messages", fmt::format("{}-{:02}-{}", setting, number, what), {first, bytes});
  };
  const auto add_shapes = [&](uint8_t reader, std::string_view what, uint8_t shapes) {
    for (uint8_t shape = 0; shape < shapes; ++shape) add(reader, fmt::format("{}-{}", what, shape), {shape}, body);
  };
  const auto kind = messages::kind_of(sent.bytes[0], body);
  switch (sent.bytes[0]) {
    case 1:
      add(1, "client_hello", {}, body);
      add(22, "client_hello_extensions", {}, behind(body, 34, {1, 2, 1}));
      break;
    case 2:
      add(kind == messages::HelloRetryRequest::kind ? 12 : 2, "server_hello", {}, body);
      add(kind == messages::HelloRetryRequest::kind ? 24 : 23, "server_hello_extensions", {}, behind(behind(body, 34, {1}), 3, {}));
      break;
    case 4:
      add(is_tls13 ? 20 : 10, "new_session_ticket", {}, body);
      if (is_tls13) add(28, "new_session_ticket_extensions", {}, behind(body, 8, {1, 2}));
      break;
    case 5: add(19, "end_of_early_data", {}, body); break;
    case 8:
      add(13, "encrypted_extensions", {}, body);
      add(25, "encrypted_extensions_alone", {}, body);
      break;
    case 11:
      add(is_tls13 ? 14 : 3, "certificate", {}, body);
      if (is_tls13) add(26, "certificate_extensions", {}, behind(behind(body, 1 + (is_from_client ? body[0] : 0U) + 3, {}), 0, {3}));
      break;
    case 12: add_shapes(4, "server_key_exchange", 24); break;
    case 13:
      if (is_tls13) {
        add(16, "certificate_request", {}, body);
        add(27, "certificate_request_extensions", {}, behind(body, 0, {1}));
      } else {
        add_shapes(5, "certificate_request", 2);
      }
      break;
    case 15:
      if (is_tls13)
        add(17, "certificate_verify", {}, body);
      else
        add_shapes(7, "certificate_verify", 2);
      break;
    case 16: add_shapes(8, "client_key_exchange", 12); break;
    case 20: add(is_tls13 ? 18 : 9, "finished", {}, body); break;
    case 22: add(29, "certificate_status", {}, body); break;
    case 25: add(15, "compressed_certificate", {}, body); break;
    default: break;
  }
}

/// What no handshake of ours has in it.
void add_other_messages(Seeds& seeds) {
  const auto add = [&](uint8_t reader, std::string_view what, std::initializer_list<uint8_t> bytes) {
    seeds.add("messages", fmt::format("other-{}", what), {Buffer{reader}, Buffer(bytes)});
  };
  const auto add_extension = [&](uint8_t reader, uint8_t type, std::string_view what, std::initializer_list<uint8_t> bytes) {
    const auto n = static_cast<uint8_t>(bytes.size());
    seeds.add("messages", fmt::format("other-{}-{}", reader, what), {Buffer{reader, 0, static_cast<uint8_t>(n + 4), 0, type, 0, n}, Buffer(bytes)});
  };
  for (uint8_t value = 0; value < 3; ++value) add(21, fmt::format("key_update-{}", value), {value});
  for (uint8_t value = 0; value < 3; ++value) add(11, fmt::format("change_cipher_spec-{}", value), {value});
  add(0, "hello_request", {});
  add(6, "server_hello_done", {});
  constexpr uint8_t client_hello = 22, server_hello = 23, retry = 24, encrypted = 25, request = 27;
  for (uint8_t value = 0; value < 6; ++value) {
    add_extension(client_hello, 1, fmt::format("max_fragment_length-{}", value), {value});
    add_extension(encrypted, 1, fmt::format("max_fragment_length-{}", value), {value});
    add_extension(client_hello, 11, fmt::format("ec_point_formats-{}", value), {1, value});
    add_extension(server_hello, 11, fmt::format("ec_point_formats-{}", value), {2, 0, value});
    add_extension(client_hello, 45, fmt::format("psk_key_exchange_modes-{}", value), {1, value});
    add_extension(client_hello, 19, fmt::format("client_certificate_type-{}", value), {1, value});
    add_extension(server_hello, 20, fmt::format("server_certificate_type-{}", value), {value});
    add_extension(client_hello, 27, fmt::format("compress_certificate-{}", value), {2, 0, value});
    add_extension(client_hello, 5, fmt::format("status_request-{}", value), {value, 0, 0, 0, 0});
    add_extension(client_hello, 13, fmt::format("signature_algorithms-{}", value), {0, 2, value, 1});
    add_extension(client_hello, 10, fmt::format("supported_groups-{}", value), {0, 2, value, 23});
  }
  add_extension(client_hello, 3, "trusted_ca_keys-pre_agreed", {0, 1, 0});
  add_extension(client_hello, 3, "trusted_ca_keys-x509_name", {0, 5, 2, 0, 2, 0x30, 0});
  add_extension(client_hello, 3, "trusted_ca_keys-unknown", {0, 3, 9, 1, 2});
  for (uint8_t kind : Buffer{1, 3})
    add_extension(client_hello, 3, fmt::format("trusted_ca_keys-{}", kind), {0, 21, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  add_extension(request, 48, "oid_filters", {0, 7, 2, 0x55, 0x1d, 0, 2, 0x30, 0});
  add_extension(request, 47, "certificate_authorities", {0, 4, 0, 2, 0x30, 0});
  add_extension(client_hello, 47, "certificate_authorities", {0, 4, 0, 2, 0x30, 0});
  add_extension(request, 18, "signed_certificate_timestamp", {});
  add_extension(request, 5, "status_request", {});
  add_extension(retry, 44, "cookie", {0, 1, 7});
  add_extension(client_hello, 21, "padding", {0, 0});
  add_extension(client_hello, 57, "unknown", {1, 2});
}

/// Every message of a handshake without records.
void add_messages(Seeds& seeds, size_t setting) {
  const auto& sides = fuzz::sides(setting);
  fuzz::Ends ends(sides);
  fuzz::Editor none({});
  ends.start();
  size_t number = 0;
  const auto note = [&](fuzz::End& end, bool is_from_client) {
    for (const auto& sent : end.outbox.messages) add_message(seeds, fmt::format("{:02}", setting), number++, sent, end.link.is_tls13(), is_from_client);
  };
  for (auto round = 0; round < 8; ++round) {
    note(ends.client, true);
    ends.client.carry_to(ends.server, none);
    note(ends.server, false);
    ends.server.carry_to(ends.client, none);
  }
  if (!ends.client.link.done || !ends.server.link.done) {
    fmt::print(stderr, "setting {}: {} {}\n", setting, ends.client.link.error ? ends.client.link.error->message() : "",
               ends.server.link.error ? ends.server.link.error->message() : "");
    std::abort();
  }
}

/// The flights of a handshake as they go over the wire.
void add_flights(Seeds& seeds, size_t setting) {
  const auto& sides = fuzz::sides(setting);
  auto client = fuzz::must(Connection::client(sides.client, "fuzz.example", fuzz::connect_options(sides)));
  auto server = fuzz::must(Connection::server(sides.server));
  const auto number = static_cast<uint8_t>(setting * 2);
  for (auto round = 0; round < 4; ++round) {
    const auto to_server = fuzz::drain(client);
    if (round < 2 && !to_server.empty()) seeds.add("connection", fmt::format("{:02}-server-{}", setting, round), {Buffer{number, 0}, to_server});
    fuzz::feed(server, to_server);
    fuzz::answer(server, Side::server);
    const auto to_client = fuzz::drain(server);
    if (round < 2 && !to_client.empty())
      seeds.add("connection", fmt::format("{:02}-client-{}", setting, round), {Buffer{static_cast<uint8_t>(number + 1), 0}, to_client});
    fuzz::feed(client, to_client);
    fuzz::answer(client, Side::client);
  }
  if (!client.connected() || !server.connected()) {
    fmt::print(stderr, "setting {}: {} {}\n", setting, client.error() ? client.error()->message() : "", server.error() ? server.error()->message() : "");
    std::abort();
  }
  if (const auto session = client.session()) seeds.add("session", fmt::format("{:02}", setting), {session->serialize()});
}

/// Scripts: an honest handshake, one change in each message, and for those with keys everything that they may do.
void add_scripts(Seeds& seeds, size_t setting) {
  const auto number = static_cast<uint8_t>(setting);
  const auto name = fmt::format("{:02}", setting);
  seeds.add("handshake", name, {Buffer{number, 0}});
  seeds.add("tampered", name, {Buffer{number, 0}});
  for (uint8_t who = 0; who < 2; ++who) {
    seeds.add("liar", fmt::format("{}-{}", name, who), {Buffer{number, who, 0}});
    for (uint8_t message = 0; message < 9; ++message) {
      Buffer script{number, who};
      script.resize(script.size() + message);
      script.insert(script.end(), {1, 0, 40, 0, 1});
      seeds.add("liar", fmt::format("{}-{}-{}", name, who, message), {script});
    }
    // Behind the handshake: every act of either side, and messages of every type.
    Buffer script{number, who, 0, 15, 15, 15, 15};
    for (uint8_t act = 2; act < 6; ++act) script.insert(script.end(), {1, act, 15, 15});
    for (uint8_t act : Buffer{0, 16, 1, 2, 3, 8, 9, 10, 12}) script.insert(script.end(), {0, act, 15, 15});
    seeds.add("sealed", fmt::format("{}-{}-acts", name, who), {script});
    for (uint8_t type : Buffer{0, 1, 4, 13, 20, 24}) {
      const Buffer message{number, who, 0, 15, 15, 15, 15, 3, type, 1, 1, 15, 15};
      seeds.add("sealed", fmt::format("{}-{}-type{}", name, who, type), {message});
      seeds.add("trace", fmt::format("{}-{}-type{}", name, who, type), {Buffer{static_cast<uint8_t>(who * 37 + type)}, message});
    }
    for (uint8_t type = 20; type < 25; ++type)
      seeds.add("sealed", fmt::format("{}-{}-record{}", name, who, type), {Buffer{number, who, 0, 15, 15, 15, 15, 2, type, 2, 1, 0, 15, 15}});
  }
  for (uint8_t lies = 0; lies < 3; ++lies)
    seeds.add("renegotiation", fmt::format("{}-{}", name, lies), {Buffer{number, static_cast<uint8_t>(lies * 2 + number % 2), 0}});
}

void add_certificates(Seeds& seeds) {
  const auto ecdsa = fuzz::ecdsa(), rsa = fuzz::rsa();
  for (const auto& [name, identity] : {std::pair{"ecdsa", ecdsa}, {"rsa", rsa}}) seeds.add("certificate", name, {identity.chain().front()});
  seeds.add("pem_identity", "ecdsa", std::string(fuzz::certificate) + std::string(fuzz::key));
  seeds.add("pem_identity", "rsa", std::string(fuzz::rsa_certificate) + std::string(fuzz::rsa_key));
  const auto issuer = fuzz::must(crypto::issuer_from_pem(fuzz::certificate, fuzz::key, "the fuzzer's"));
  seeds.add("pem_identity", "raw", fuzz::must(crypto::public_key_to_pem(issuer.key)));
  const auto crl = fuzz::must(crypto::make_crl(issuer, {issuer.certificate}, {fuzz::day() - std::chrono::hours(1), fuzz::day() + std::chrono::hours(100)}));
  seeds.add("pem_identity", "crl", crl);
  for (auto status : {crypto::StapleStatus::good, crypto::StapleStatus::revoked, crypto::StapleStatus::unknown}) {
    const auto number = fmt::format("{}", static_cast<int>(status));
    const auto staple = fuzz::must(crypto::make_staple(
        issuer, issuer.certificate, {.status = status, .valid = {fuzz::day() - std::chrono::hours(2400), fuzz::day() + std::chrono::hours(24000)}}));
    seeds.add("staple", number, {staple});
    seeds.add("pem_identity", "staple" + number, {staple});
  }
  seeds.add("pem_identity", "timestamps", {Buffer{0, 4, 0, 2, 0xab, 0xcd}});
  for (auto algorithm : {CertificateCompression::zlib, CertificateCompression::brotli, CertificateCompression::zstd}) {
    const auto& chain = rsa.chain().front();
    const auto number = static_cast<uint8_t>(algorithm);
    const Buffer head{number, 0, static_cast<uint8_t>(chain.size() >> 8), static_cast<uint8_t>(chain.size())};
    seeds.add("certificate_compression", fmt::format("{}", number), {head, fuzz::must(crypto::compress(algorithm, chain))});
  }
}

/// Shows what is sealed into tickets and cookies.
class Glass : public TicketProtector {
 public:
  explicit Glass(Seeds& seeds) : seeds_(seeds) {}
  std::chrono::seconds lifetime() const override { return std::chrono::hours(1); }
  Result<Buffer> seal(Bytes plaintext, std::chrono::system_clock::time_point) override {
    const auto name = fmt::format("sealed-{:02}", number_++);
    seeds_.add("session", name, {plaintext});
    seeds_.add("cookie", name, {plaintext});
    return Buffer(plaintext.begin(), plaintext.end());
  }
  std::optional<Buffer> open(Bytes ticket, std::chrono::system_clock::time_point) override { return Buffer(ticket.begin(), ticket.end()); }

 private:
  Seeds& seeds_;
  int number_ = 0;
};

void add_sealed(Seeds& seeds) {
  const auto glass = std::make_shared<Glass>(seeds);
  SessionShelf shelf(4);
  for (auto setting : {fuzz::Setting::ticket12, fuzz::Setting::early13, fuzz::Setting::stateless13}) {
    auto options = fuzz::options_of(setting);
    options.server.ticket_keys = glass;
    const fuzz::Sides sides{fuzz::must(ClientConfig::make(options.client)), fuzz::must(ServerConfig::make(options.server))};
    shelf.put(fmt::format("server{}", static_cast<int>(setting)), fuzz::make_session(sides));
  }
  const auto bytes = shelf.serialize();
  const size_t line = std::string_view("handfast sessions 1\n").size(), digest = 32;
  seeds.add("session", "shelf", {bytes.view().subspan(line, bytes.view().size() - line - digest)});
  for (uint8_t table = 0; table < 2; ++table) {
    seeds.add("cookie", fmt::format("honest-{}", table), {Buffer{table}});
    seeds.add("cookie", fmt::format("later-{}", table), {Buffer{table, 5, 1}});
  }
}

void add_records(Seeds& seeds) {
  for (uint8_t way = 0; way < 80; ++way) {
    const auto both = static_cast<uint8_t>(way % 2 ? way | 0x80 : way);
    seeds.add("record_reader", fmt::format("way{:02}", way), {Buffer{0, 200, both, 5, 'a', 'b', 'c', 'd', 23, 3, 'x', 0, 22, 2, 1, 21}});
  }
  for (uint8_t type = 20; type < 25; ++type)
    seeds.add("record_reader", fmt::format("plain{}", type), {Buffer{0, 200, 40, type, 3, 3, 0, 2, 1, 0, type, 3, 1, 0, 1, 1}});
  for (std::string_view text : {"GET / HTTP/1.1\r\n", "HTTP/1.0 400 Bad\r\n", "SSH-2.0-x\r\n", "220 smtp\r\n", "\x80\x2e\x01\x03\x01 SSLv2"})
    seeds.add("record_reader", fmt::format("other{}", text.size()), {Buffer{0, 200, 40}, as_bytes(text)});
}

void add_tool_input(Seeds& seeds) {
  const auto add = [&](char reader, std::string_view name, std::string_view text) { seeds.add("tool_input", std::string(name), {Buffer{static_cast<uint8_t>(reader), 9}, as_bytes(text)}); };
  add(0, "get", "GET /x?<y>&z HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  add(0, "two", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nHEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  add(0, "sized", "POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\n\r\nhello");
  add(0, "chunked", "POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: 1\r\n\r\nGET / HTTP/1.1\r\nHost: b\r\n\r\n");
  add(0, "both", "POST /e HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc");
  add(1, "keys", "device-7:0123456789abcdef0123456789ABCDEF\r\n\nother:00112233445566778899aabbccddeeff\n");
  add(2, "name", "example.org:443");
  add(2, "address6", "[2001:db8::1]:8443");
  add(2, "all", "*:443");
  add(2, "port", "8443");
  add(3, "version", "TLS 1.2");
  add(3, "suite", "ECDHE-RSA-AES128-GCM-SHA256");
  add(3, "group", "P-256");
  add(3, "scheme", "rsa_pss_rsae_sha256");
  add(3, "compression", "brotli");
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    fmt::print(stderr, "usage: fuzz_seeds FOLDER\n");
    return 2;
  }
  Seeds seeds(arguments[1]);
  for (size_t setting = 0; setting < fuzz::setting_count; ++setting) {
    add_messages(seeds, setting);
    add_flights(seeds, setting);
    add_scripts(seeds, setting);
  }
  add_other_messages(seeds);
  add_certificates(seeds);
  add_sealed(seeds);
  add_records(seeds);
  add_tool_input(seeds);
}

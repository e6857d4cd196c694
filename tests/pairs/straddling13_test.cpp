// Handshake messages may be joined in records and split over them, but not over a change of keys, and nothing may stand
// between the parts of one (RFC 8446 section 5.1).
#include <algorithm>
#include <functional>

#include "middle13.hpp"

namespace handfast {
namespace {

using namespace support;

constexpr auto handshake = ContentType::handshake;
const Piece change_cipher_spec{ContentType::change_cipher_spec, {1}};
const Piece user_canceled{ContentType::alert, {1, 90}};
const Piece some_data{ContentType::application_data, {'x'}};

using Pieces = std::vector<Piece>;
/// Makes other records out of the protected ones of a flight.
using Rewrite = std::function<Pieces(Pieces)>;

struct Table {
  Secrets secrets;
  ClientOptions client = client_options();
  ServerOptions server = server_options();

  Table() {
    client.versions = server.versions = {Version::tls13};
    client.suites = server.suites = {Suite::TLS_AES_128_GCM_SHA256};
    client.groups = server.groups = {Group::x25519};
    client.identities = {client_identity()};
    server.client_auth = ClientAuth::require;
    server.client_trust = trust();
    server.tickets = false;  // they would come between
    server.key_log = std::shared_ptr<KeyLog>(&secrets, [](KeyLog*) {});
  }

  /// The handshake with the protected handshake records of one side rewritten.
  Pair with_protected(bool of_client, const Rewrite& rewrite) {
    secrets.found.clear();
    auto pair = make_pair(client, server);
    bool done = false;
    pair.mutate = [&, of_client](bool from_client, Buffer& bytes) {
      auto label = of_client ? "CLIENT_HANDSHAKE_TRAFFIC_SECRET" : "SERVER_HANDSHAKE_TRAFFIC_SECRET";
      if (from_client != of_client || done || !secrets.found.contains(label)) return;
      done = true;
      Middle13 middle(secrets.found[label]);
      Buffer plain, sealed, after;
      Pieces pieces;
      for (const auto& record : records_of(bytes)) {
        if (record[0] != 23)
          plain.insert(plain.end(), record.begin(), record.end());
        else if (pieces.empty() || pieces.back().content[0] != 20)
          pieces.push_back(middle.open(record));
        else
          after.insert(after.end(), record.begin(), record.end());  // under the next keys
      }
      bytes = plain;
      for (const auto& piece : rewrite(pieces)) {
        auto record = piece.type == ContentType::change_cipher_spec ? plain_record(piece) : middle.seal(piece);
        bytes.insert(bytes.end(), record.begin(), record.end());
      }
      bytes.insert(bytes.end(), after.begin(), after.end());
    };
    pair.pump();
    EXPECT_TRUE(done);
    pair.mutate = {};
    return pair;
  }

  /// The handshake with the first plain handshake record of one side rewritten.
  Pair with_plain(bool of_client, const Rewrite& rewrite) {
    auto pair = make_pair(client, server);
    bool done = false;
    pair.mutate = [&, of_client](bool from_client, Buffer& bytes) {
      if (from_client != of_client || std::exchange(done, true)) return;
      auto records = records_of(bytes);
      Piece first{handshake, Buffer(records[0].begin() + 5, records[0].end())};
      Buffer out;
      for (const auto& piece : rewrite({first})) {
        auto record = plain_record(piece);
        out.insert(out.end(), record.begin(), record.end());
      }
      for (size_t i = 1; i < records.size(); ++i) out.insert(out.end(), records[i].begin(), records[i].end());
      bytes = out;
    };
    pair.pump();
    pair.mutate = {};
    return pair;
  }
};

Rewrite with_behind(Buffer extra) {
  return [extra](Pieces pieces) {
    pieces.back().content.insert(pieces.back().content.end(), extra.begin(), extra.end());
    return pieces;
  };
}

Pieces joined(Pieces pieces) {
  Piece all{handshake, {}};
  for (const auto& piece : pieces) all.content.insert(all.content.end(), piece.content.begin(), piece.content.end());
  return {all};
}

/// Every record cut into parts of this many bytes.
Rewrite cut(size_t size) {
  return [size](Pieces pieces) {
    Pieces parts;
    for (const auto& piece : pieces)
      for (Bytes rest = piece.content; !rest.empty();) {
        auto n = std::min(size, rest.size());
        parts.push_back({piece.type, Buffer(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(n))});
        rest = rest.subspan(n);
      }
    return parts;
  };
}

/// The last message in two halves, with this between them.
Rewrite between_halves(const Piece& intruder) {
  return [intruder](Pieces pieces) {
    auto last = pieces.back();
    auto half = last.content.begin() + static_cast<std::ptrdiff_t>(last.content.size() / 2);
    pieces.back() = {last.type, Buffer(last.content.begin(), half)};
    pieces.push_back(intruder);
    pieces.push_back({last.type, Buffer(half, last.content.end())});
    return pieces;
  };
}

const Error* error_of(const Pair& pair, bool client) { return client ? pair.client.error() : pair.server.error(); }

void expect_refused(const Pair& pair, bool by_client, Fault fault, const char* what) {
  auto error = error_of(pair, by_client);
  ASSERT_TRUE(error) << what << " was accepted by the " << (by_client ? "client" : "server");
  auto found = error->fault == Fault::early_application_data ? Fault::unexpected_message : error->fault;
  EXPECT_EQ(found, fault) << what << ": " << error->message();
  EXPECT_EQ(error->who, Who::local) << what;
}

TEST(Straddling13, JoinedAndSplitMessagesAreTaken) {
  for (bool of_client : {true, false}) {
    auto side = of_client ? "client" : "server";
    Table table;
    auto one = table.with_protected(of_client, joined);
    EXPECT_TRUE(one.connected()) << side << " joined " << fault_id(one.client) << " " << fault_id(one.server);
    for (size_t size : {1, 3, 100}) {
      auto split = table.with_protected(of_client, cut(size));
      EXPECT_TRUE(split.connected()) << side << " " << size << " " << fault_id(split.client) << " "
                                     << fault_id(split.server);
      auto hello = table.with_plain(of_client, cut(size));
      EXPECT_TRUE(hello.connected()) << side << " " << size << " " << fault_id(hello.client) << " "
                                     << fault_id(hello.server);
    }
    auto both = table.with_protected(of_client, [](Pieces pieces) { return cut(7)(joined(std::move(pieces))); });
    EXPECT_TRUE(both.connected()) << side << " joined and split " << fault_id(both.client) << " "
                                  << fault_id(both.server);
  }
}

TEST(Straddling13, NothingStandsBehindTheLastMessageOfAKey) {
  const Buffer start = {8, 0}, whole = {4, 0, 0, 0}, many(300, 0);
  Table table;
  for (bool of_client : {true, false})
    for (const auto& extra : {start, whole, many}) {
      expect_refused(table.with_plain(of_client, with_behind(extra)), !of_client,
                     of_client ? Fault::unexpected_message : Fault::key_change_inside_message, "a hello with bytes behind");
      expect_refused(table.with_protected(of_client, with_behind(extra)), !of_client, Fault::key_change_inside_message,
                     "Finished with bytes behind");
    }
}

TEST(Straddling13, NothingStandsInsideAMessage) {
  Table table;
  for (bool of_client : {true, false}) {
    expect_refused(table.with_protected(of_client, between_halves(change_cipher_spec)), !of_client,
                   Fault::key_change_inside_message, "ChangeCipherSpec inside Finished");
    expect_refused(table.with_protected(of_client, between_halves(user_canceled)), !of_client,
                   Fault::unexpected_message, "an alert inside Finished");
    expect_refused(table.with_protected(of_client, between_halves(some_data)), !of_client, Fault::unexpected_message,
                   "data inside Finished");
    expect_refused(table.with_plain(of_client, between_halves(change_cipher_spec)), !of_client,
                   Fault::key_change_inside_message, "ChangeCipherSpec inside a hello");
    expect_refused(table.with_plain(of_client, between_halves(some_data)), !of_client, Fault::unexpected_message,
                   "data inside a hello");
  }
}

TEST(Straddling13, NothingStandsBehindAHelloRetryRequest) {
  Table table;
  table.client.groups = {Group::x25519, Group::secp256r1};
  table.client.key_shares = {Group::x25519};
  table.server.groups = {Group::secp256r1};
  EXPECT_TRUE(table.with_plain(false, [](Pieces pieces) { return pieces; }).connected());
  for (const auto& extra : {Buffer{2, 0}, Buffer{2, 0, 0, 0}, Buffer(300, 2)}) {
    expect_refused(table.with_plain(false, with_behind(extra)), true, Fault::unexpected_message, "bytes behind a HelloRetryRequest");
  }
}

/// A KeyUpdate of one side, rewritten.
void rewrite_update(bool of_client, const Rewrite& rewrite, Fault fault, const char* what) {
  Table table;
  auto pair = make_pair(table.client, table.server);
  pair.pump();
  ASSERT_TRUE(pair.connected());
  auto label = of_client ? "CLIENT_TRAFFIC_SECRET_0" : "SERVER_TRAFFIC_SECRET_0";
  auto& from = of_client ? pair.client : pair.server;
  auto& to = of_client ? pair.server : pair.client;
  Middle13 middle(table.secrets.found[label]);
  ASSERT_TRUE(from.write(as_bytes("before")));
  ASSERT_TRUE(from.update_keys(false));
  pair.mutate = [&](bool from_client, Buffer& bytes) {
    if (from_client != of_client) return;
    Buffer out;
    auto records = records_of(bytes);
    ASSERT_EQ(records.size(), 2u);
    out = middle.seal(middle.open(records[0]));
    for (const auto& piece : rewrite({middle.open(records[1])})) {
      auto record = middle.seal(piece);
      out.insert(out.end(), record.begin(), record.end());
    }
    bytes = out;
  };
  for (int i = 0; i < 3; ++i) {
    pair.pump();
    static_cast<void>(read_all(to));
  }
  expect_refused(pair, !of_client, fault, what);
}

TEST(Straddling13, KeyUpdateIsAloneAtTheEndOfItsRecord) {
  for (bool of_client : {true, false}) {
    rewrite_update(of_client, with_behind({24, 0}), Fault::key_change_inside_message, "the start of another KeyUpdate");
    rewrite_update(of_client, with_behind({24, 0, 0, 1, 0}), Fault::key_change_inside_message, "another KeyUpdate");
    rewrite_update(of_client, between_halves(some_data), Fault::unexpected_message, "data inside a KeyUpdate");
    rewrite_update(of_client, between_halves(user_canceled), Fault::unexpected_message, "an alert inside a KeyUpdate");
  }
}

TEST(Straddling13, ChangeCipherSpecIsRefusedBeforeAndAfterTheHandshake) {
  Table table;
  for (bool of_client : {true, false}) {
    auto before = [](Pieces pieces) {
      pieces.insert(pieces.begin(), change_cipher_spec);
      return pieces;
    };
    if (of_client)
      expect_refused(table.with_plain(of_client, before), !of_client, Fault::unexpected_message,
                     "ChangeCipherSpec before a hello");

    auto pair = make_pair(table.client, table.server);
    pair.pump();
    ASSERT_TRUE(pair.connected());
    pair.mutate = [&](bool, Buffer& bytes) { bytes = plain_record(change_cipher_spec); };
    ASSERT_TRUE((of_client ? pair.client : pair.server).write(as_bytes("x")));
    pair.pump();
    expect_refused(pair, !of_client, Fault::unexpected_message, "ChangeCipherSpec after the handshake");
  }
}

}  // namespace
}  // namespace handfast

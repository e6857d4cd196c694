// record_reader.cpp: any bytes, split anywhere, before and after protection. What a peer without our keys sends is never
// opened; what it seals with them comes out as it went in, and whatever it seals leaves the reader within its limits.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <record/protections.hpp>
#include <record/reader.hpp>
#include <record/writer.hpp>

namespace {

using namespace handfast;
using namespace handfast::record;

void require(bool holds) {
  if (!holds) std::abort();
}

// A way to protect records.
struct Way {
  const catalog::SuiteRow* row;
  Version version;
  bool encrypt_then_mac = false;

  bool is_like(const Way& other) const {
    return row->cipher == other.row->cipher && row->mac == other.row->mac && version == other.version;
  }
};

// One for each that the suites have.
std::vector<Way> all_ways() {
  std::vector<Way> ways;
  for (const auto& row : catalog::suites())
    for (auto version : {Version::tls10, Version::tls11, Version::tls12, Version::tls13}) {
      const Way way{&row, version};
      if (is_for(row, version) && std::ranges::none_of(ways, [&](const Way& known) { return known.is_like(way); })) ways.push_back(way);
    }
  return ways;
}

std::unique_ptr<Protection> protection(const Way& way) {
  auto sizes = catalog::key_sizes(*way.row, way.version);
  Buffer mac_key(sizes.mac, 1), key(sizes.key, 2), iv(sizes.iv, 3);
  if (way.version == Version::tls13) return std::move(*make_protection13(*way.row, key, iv));
  return std::move(*make_protection12(*way.row, way.version, {mac_key, key, iv}, way.encrypt_then_mac));
}

// Feeds pieces of `step` bytes; the content of all records, until one fails.
Buffer read_all(Reader& reader, Bytes bytes, size_t step, bool& failed) {
  Buffer content;
  while (!bytes.empty()) {
    auto room = reader.input();
    require(!room.empty());
    auto n = std::min({room.size(), bytes.size(), step});
    std::copy_n(bytes.begin(), n, room.begin());
    reader.received(n);
    bytes = bytes.subspan(n);
    for (;;) {
      auto record = reader.next();
      failed = !record.has_value();
      if (failed || !*record) break;
      if (!(*record)->was_protected && reader.is_protected()) {   // what TLS 1.3 shows although it is plain
        require((*record)->type == ContentType::change_cipher_spec || (*record)->type == ContentType::alert);
        continue;
      }
      auto fragment = (*record)->fragment;
      require(fragment.size() <= max_plaintext);
      content.insert(content.end(), fragment.begin(), fragment.end());
    }
    if (failed) break;
  }
  return content;
}

void read_unprotected(BufferPool& pool, const Limits& limits, Bytes bytes, size_t step) {
  Reader reader(pool, limits);
  bool failed = false;
  read_all(reader, bytes, step, failed);
}

// What the peer can seal: any TLSInnerPlaintext of this many bytes, in records whose headers it chooses.
void read_crafted(BufferPool& pool, const Limits& limits, Bytes bytes, const Way& way, size_t limit) {
  auto peer = protection(way);
  Reader reader(pool, limits);
  reader.change_protection(protection(way));
  reader.limit_plaintext(limit);
  reader.skip_early_data(limit);
  for (uint64_t sequence = 0; bytes.size() >= 2; ++sequence) {
    auto inner = bytes.subspan(1).first(std::min<size_t>(bytes.size() - 1, bytes[0]));
    // The last byte is the type of an inner plaintext without padding, the others are its content.
    auto content = inner.first(inner.empty() ? 0 : inner.size() - 1);
    Buffer record = {23, 3, 3, 0, 0};
    record.resize(header_size + peer->sealed_size(content.size()));
    auto length = record.size() - header_size;
    record[3] = static_cast<uint8_t>(length >> 8);
    record[4] = static_cast<uint8_t>(length);
    auto type = inner.empty() ? uint8_t{0} : inner.back();
    require(peer->seal(record.data() + header_size, ContentType(type), Version::tls12, sequence, content).has_value());
    bool failed = false;
    auto seen = read_all(reader, record, record.size(), failed);
    if (failed) return;
    require(type != 0 || std::any_of(content.begin(), content.end(), [](auto byte) { return byte != 0; }));
    require(content.size() + 1 <= limit);
    require(type == 0 || std::ranges::equal(seen, content));
    bytes = bytes.subspan(1 + inner.size());
  }
}

// Early data that was refused, then what opens: nothing of the first is seen, and never more than the limit is dropped.
void skip_early_data(BufferPool& pool, const Limits& limits, Bytes bytes, size_t step, const Way& way) {
  Reader reader(pool, limits);
  reader.change_protection(protection(way));
  reader.skip_early_data(5000);
  bool failed = false;
  require(read_all(reader, bytes, step, failed).empty());
  require(reader.early_data_skipped() <= 5000 || failed);
  if (failed || reader.buffered() != 0) return;
  Writer writer(pool);
  writer.change_protection(protection(way));
  require(writer.write(ContentType::handshake, as_bytes("Finished")).has_value());
  auto content = read_all(reader, writer.output(), step, failed);
  require(!failed && as_text(content) == "Finished");
}

void read_forged(BufferPool& pool, const Limits& limits, Bytes bytes, size_t step, const Way& way) {
  Reader forged(pool, limits);
  forged.change_protection(protection(way));
  bool failed = false;
  require(read_all(forged, bytes, step, failed).empty());
}

void read_honest(BufferPool& pool, const Limits& limits, Bytes bytes, size_t step, const Way& way) {
  Writer writer(pool);
  writer.use_version(way.version);
  writer.change_protection(protection(way));
  require(writer.write(ContentType::application_data, bytes).has_value());
  Reader honest(pool, limits);
  honest.require_version(way.version);
  honest.change_protection(protection(way));
  bool failed = false;
  auto content = read_all(honest, writer.output(), step, failed);
  require(!failed && std::ranges::equal(content, bytes) && honest.buffered() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  static BufferPool pool;
  static const Limits limits;
  auto step = static_cast<size_t>(data[0] << 8 | data[1]) + 1;
  Bytes bytes(data + 3, size - 3);
  read_unprotected(pool, limits, bytes, step);
  static const auto ways = all_ways();
  auto way = ways[(data[2] & 0x7f) % ways.size()];
  way.encrypt_then_mac = data[2] & 0x80;
  read_forged(pool, limits, bytes, step, way);
  read_honest(pool, limits, bytes, step, way);
  if (way.version != Version::tls13) return 0;
  read_crafted(pool, limits, bytes, way, way.encrypt_then_mac ? 100 : max_inner_plaintext);
  skip_early_data(pool, limits, bytes, step, way);
  return 0;
}

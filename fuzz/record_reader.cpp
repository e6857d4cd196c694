// record_reader.cpp: any bytes, split anywhere, before and after protection. What a peer without our keys sends is never
// opened; what it seals with them comes out as it went in.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include <record/protections.hpp>
#include <record/reader.hpp>
#include <record/writer.hpp>

namespace {

using namespace handfast;
using namespace handfast::record;

void require(bool holds) {
  if (!holds) std::abort();
}

std::unique_ptr<Protection> protection(const catalog::SuiteRow& row, bool encrypt_then_mac) {
  auto sizes = catalog::key_sizes(row);
  Buffer mac_key(sizes.mac, 1), key(sizes.key, 2), iv(sizes.iv, 3);
  return std::move(*make_protection12(row, {mac_key, key, iv}, encrypt_then_mac));
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

void read_protected(BufferPool& pool, const Limits& limits, Bytes bytes, size_t step, uint8_t choice) {
  std::vector<catalog::SuiteRow> rows;
  for (const auto& each : catalog::suites())
    if (catalog::version_of(each) == Version::tls12) rows.push_back(each);
  const auto& row = rows[choice % rows.size()];
  bool encrypt_then_mac = choice & 0x80;
  bool failed = false;

  Reader forged(pool, limits);
  forged.change_protection(protection(row, encrypt_then_mac));
  require(read_all(forged, bytes, step, failed).empty());

  Writer writer(pool);
  writer.use_version(Version::tls12);
  writer.change_protection(protection(row, encrypt_then_mac));
  require(writer.write(ContentType::application_data, bytes).has_value());
  Reader honest(pool, limits);
  honest.require_version(Version::tls12);
  honest.change_protection(protection(row, encrypt_then_mac));
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
  read_protected(pool, limits, bytes, step, data[2]);
  return 0;
}

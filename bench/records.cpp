// records.cpp: one record sealed and opened, by the raw AEAD, the record layer, the public API and libssl.
#include <fmt/format.h>

#include <array>
#include <cstring>
#include <stdexcept>

#include <crypto/aead.hpp>
#include <handfast_pair.hpp>
#include <libssl_pair.hpp>
#include <record/protections.hpp>
#include <record/reader.hpp>
#include <record/writer.hpp>
#include <sections.hpp>
#include <value.hpp>

namespace bench {
namespace {

using handfast::Buffer;
using handfast::Bytes;
using handfast::ContentType;
using handfast::crypto::Aead;
using handfast::crypto::AeadAlgorithm;
using handfast::crypto::AeadBackend;

struct Cipher {
  const char* name;
  const char* id;
  AeadAlgorithm algorithm;
  handfast::Suite suite;

  bool is_tls13() const { return row().last == handfast::Version::tls13; }
  const handfast::catalog::SuiteRow& row() const { return *handfast::catalog::find(suite); }
};

constexpr Cipher ciphers[] = {
    {"AES-128-GCM", "aes_128_gcm", AeadAlgorithm::aes_128_gcm, handfast::Suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
    {"AES-256-GCM", "aes_256_gcm", AeadAlgorithm::aes_256_gcm, handfast::Suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384},
    {"ChaCha20-Poly1305", "chacha20_poly1305", AeadAlgorithm::chacha20_poly1305,
     handfast::Suite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256},
    {"1.3 AES-128-GCM", "tls13_aes_128_gcm", AeadAlgorithm::aes_128_gcm, handfast::Suite::TLS_AES_128_GCM_SHA256},
    {"1.3 AES-256-GCM", "tls13_aes_256_gcm", AeadAlgorithm::aes_256_gcm, handfast::Suite::TLS_AES_256_GCM_SHA384},
    {"1.3 ChaCha20-Poly1305", "tls13_chacha20_poly1305", AeadAlgorithm::chacha20_poly1305,
     handfast::Suite::TLS_CHACHA20_POLY1305_SHA256},
    {"1.3 AES-128-CCM", "tls13_aes_128_ccm", AeadAlgorithm::aes_128_ccm, handfast::Suite::TLS_AES_128_CCM_SHA256},
};

/// A batch stays within the processor's second cache.
constexpr size_t records_in_batch(size_t size) { return size <= 100 ? 256 : size <= 1024 ? 64 : 8; }

Bytes plaintext(size_t size) {
  static const Buffer bytes(16384, 0x61);
  return Bytes(bytes).first(size);
}

/// A way to seal and to open batches of records; the watches take the work alone.
class Candidate {
 public:
  virtual ~Candidate() = default;
  virtual void seal(size_t records, size_t size, Stopwatch& watch) = 0;
  virtual void open(size_t records, size_t size, Stopwatch& watch) = 0;
};

/// The AEAD alone. Opening includes the copy of a whole record to where it is opened, as receiving does: behind the header
/// and the explicit nonce, as in a record of AES-GCM.
class Raw : public Candidate {
 public:
  Raw(AeadAlgorithm algorithm, AeadBackend backend) {
    constexpr uint8_t key[32] = {1, 2, 3};
    tag_size_ = handfast::crypto::tag_size(algorithm);
    aead_ = value(Aead::make(algorithm, Bytes(key).first(key_size(algorithm)), backend));
  }

  void seal(size_t records, size_t size, Stopwatch& watch) override {
    auto text = plaintext(size);
    watch.lap([&] {
      for (size_t i = 0; i < records; ++i) aead_->seal(buffer_.data() + header_size, next_nonce(), aad_, text);
    });
  }

  void open(size_t records, size_t size, Stopwatch& watch) override {
    auto sealed_size = size + tag_size_, each = header_size + sealed_size;
    Buffer wire(records * each);
    nonce_ = {};
    for (size_t i = 0; i < records; ++i)
      aead_->seal(wire.data() + i * each + header_size, next_nonce(), aad_, plaintext(size));
    nonce_ = {};
    bool good = true;
    watch.lap([&] {
      for (size_t i = 0; i < records; ++i) {
        std::memcpy(buffer_.data(), wire.data() + i * each, each);
        good &= aead_->open({buffer_.data() + header_size, sealed_size}, next_nonce(), aad_);
      }
    });
    if (!good) throw std::runtime_error("a record did not open");
  }

 private:
  Bytes next_nonce() {
    for (size_t i = nonce_.size(); i-- > 0;)
      if (++nonce_[i] != 0) break;
    return nonce_;
  }
  std::unique_ptr<Aead> aead_;
  size_t tag_size_;
  std::array<uint8_t, 12> nonce_{};
  static constexpr size_t header_size = handfast::record::header_size + 8;
  std::array<uint8_t, 13> aad_{};
  alignas(64) std::array<uint8_t, 64 + 16384 + 64> memory_{};
  std::span<uint8_t> buffer_{memory_.begin() + 64 - header_size, memory_.end()};   // the text lies on a boundary
};

/// record::Writer and record::Reader, without the connection around them.
class RecordLayer : public Candidate {
 public:
  explicit RecordLayer(const handfast::catalog::SuiteRow& row)
      : sealing_(pool_), writing_(pool_), reading_(pool_, limits_) {
    auto version = row.last;
    auto sizes = handfast::catalog::key_sizes(row, version);
    constexpr uint8_t some[64] = {1, 2, 3};
    handfast::record::DirectionKeys keys{Bytes(some).first(sizes.mac), Bytes(some).first(sizes.key),
                                         Bytes(some).first(sizes.iv)};
    auto protection = [&] {
      return value(version == handfast::Version::tls13
                       ? handfast::record::make_protection13(row, keys.key, keys.iv)
                       : handfast::record::make_protection12(row, version, keys, false));
    };
    for (auto writer : {&sealing_, &writing_}) {
      writer->change_protection(protection());
      writer->use_version(version);
    }
    reading_.change_protection(protection());
    reading_.require_version(version);
  }

  void seal(size_t records, size_t size, Stopwatch& watch) override {
    auto text = plaintext(size);
    watch.lap([&] {
      for (size_t i = 0; i < records; ++i) {
        require(sealing_.write(ContentType::application_data, text));
        sealing_.sent(sealing_.output().size());
      }
    });
  }

  void open(size_t records, size_t size, Stopwatch& watch) override {
    Buffer wire;
    for (size_t i = 0; i < records; ++i) require(writing_.write(ContentType::application_data, plaintext(size)));
    auto output = writing_.output();
    wire.assign(output.begin(), output.end());
    writing_.sent(wire.size());
    auto each = wire.size() / records;
    watch.lap([&] {
      for (size_t i = 0; i < records; ++i) {
        auto room = reading_.input();
        std::memcpy(room.data(), wire.data() + i * each, each);
        reading_.received(each);
        auto record = value(reading_.next());
        if (!record || record->fragment.size() != size) throw std::runtime_error("a record did not open");
        if (value(reading_.next())) throw std::runtime_error("a record too many");   // none: the buffer goes back
      }
    });
  }

 private:
  handfast::BufferPool pool_;
  handfast::Limits limits_;
  handfast::record::Writer sealing_, writing_;
  handfast::record::Reader reading_;
};

/// write, output, sent; input, received, read.
class PublicApi : public Candidate {
 public:
  PublicApi(const Scenario& scenario, const Credentials& credentials)
      : config_(scenario, credentials), sealing_(config_), opening_(config_) {
    Stopwatch ignored;
    sealing_.handshake(ignored, ignored);
    opening_.handshake(ignored, ignored);
  }

  void seal(size_t records, size_t size, Stopwatch& watch) override {
    auto& connection = sealing_.client();
    auto text = plaintext(size);
    watch.lap([&] {
      for (size_t i = 0; i < records; ++i) {
        require(connection.write(text));
        connection.sent(connection.output().size());
      }
    });
  }

  void open(size_t records, size_t size, Stopwatch& watch) override {
    Buffer wire;
    for (size_t i = 0; i < records; ++i) {
      require(opening_.client().write(plaintext(size)));
      send(opening_.client(), wire);
    }
    auto& connection = opening_.server();
    auto each = wire.size() / records;
    watch.lap([&] {
      for (size_t i = 0; i < records; ++i) {
        auto room = connection.input();
        std::memcpy(room.data(), wire.data() + i * each, each);
        require(connection.received(each));
        auto data = connection.read();
        if (!data || data->size() != size) throw std::runtime_error("a record did not open");
      }
    });
  }

 private:
  HandfastConfig config_;
  HandfastPair sealing_, opening_;
};

/// SSL_write and SSL_read over memory BIOs. What is written is drained, and what is read is laid ready, outside the watch.
class Libssl : public Candidate {
 public:
  Libssl(const Scenario& scenario, const Credentials& credentials) : config_(scenario, credentials), pair_(config_) {
    Stopwatch ignored;
    pair_.handshake(ignored, ignored);
  }

  void seal(size_t records, size_t size, Stopwatch& watch) override {
    watch.lap([&] { write(records, size); });
    read(records, size);
  }

  void open(size_t records, size_t size, Stopwatch& watch) override {
    write(records, size);
    watch.lap([&] { read(records, size); });
  }

 private:
  void write(size_t records, size_t size) {
    auto text = plaintext(size);
    for (size_t i = 0; i < records; ++i)
      if (SSL_write(pair_.client(), text.data(), static_cast<int>(size)) != static_cast<int>(size))
        throw std::runtime_error("SSL_write failed");
  }
  void read(size_t records, size_t size) {
    for (size_t i = 0; i < records; ++i)
      if (SSL_read(pair_.server(), buffer_.data(), static_cast<int>(size)) != static_cast<int>(size))
        throw std::runtime_error("SSL_read failed");
  }
  LibsslConfig config_;
  LibsslPair pair_;
  Buffer buffer_ = Buffer(16384);
};

/// Nanoseconds a record, a value a round.
struct Costs {
  std::vector<double> seal, open;
};

std::vector<Costs> run(const Effort& effort, size_t size, std::vector<std::unique_ptr<Candidate>>& candidates) {
  auto records = records_in_batch(size);
  auto count = static_cast<double>(records * effort.batches);
  std::vector<Costs> all(candidates.size());
  for (size_t round = 0; round < effort.rounds + 1; ++round) {
    for (size_t i = 0; i < candidates.size(); ++i) {
      Stopwatch seal, open;
      for (size_t batch = 0; batch < effort.batches; ++batch) {
        candidates[i]->seal(records, size, seal);
        candidates[i]->open(records, size, open);
      }
      if (round == 0) continue;   // to warm up
      all[i].seal.push_back(seal.take() / count);
      all[i].open.push_back(open.take() / count);
    }
  }
  return all;
}

enum : size_t { raw, layer, api, libssl, raw_libcrypto, candidate_count };

struct Speeds {
  double times_raw, over_raw, times_libssl;
};

/// Of TLS 1.3 the rate of short writes alone is asked for. Its text is copied and a byte longer than what the raw AEAD gets, for
/// ChaCha20 a whole block at 1 KiB: what it costs beside the AEAD says little about the record layer.
void set_targets13(Report& report, const Cipher& cipher, size_t size, std::string_view verb, double times_libssl) {
  if (cipher.algorithm != AeadAlgorithm::aes_128_gcm || size != 100 || verb != "seal") return;
  const auto what = fmt::format("{}, 100-byte writes through the public API", cipher.name);
  if (Aead::available(cipher.algorithm, AeadBackend::ipsec_mb))
    report.target(what, times_libssl, Bound::at_least, 4.0, "x libssl's rate");
  else
    report.note(fmt::format("{}, without Intel IPsec MB: {:.2f} x libssl's rate", what, times_libssl));
}

void set_targets(Report& report, const Cipher& cipher, size_t size, const char* verb, const Speeds& speeds) {
  if (cipher.is_tls13()) return set_targets13(report, cipher, size, verb, speeds.times_libssl);
  auto what = fmt::format("{}, {} bytes, {} through the public API", cipher.name, size, verb);
  if (size == 16384)
    report.target(what, speeds.times_raw, Bound::at_least, 0.90, "x the raw AEAD's speed");
  else
    report.target(what, speeds.over_raw, Bound::at_most, 40, "ns over the raw AEAD");
  if (cipher.algorithm == AeadAlgorithm::aes_128_gcm && Aead::available(cipher.algorithm, AeadBackend::ipsec_mb))
    report.target(what, speeds.times_libssl, Bound::at_least, size == 16384 ? 2.0 : size == 1024 ? 3.0 : 4.0, "x libssl's speed");
}

void add_row(Report& report, std::vector<std::vector<std::string>>& rows, const Cipher& cipher, size_t size,
             const char* verb, const std::vector<const std::vector<double>*>& costs) {
  const auto& ours = *costs[api];
  auto times_libssl = median_ratio(*costs[libssl], ours);
  auto times_raw = median_ratio(*costs[raw], ours);
  auto over_raw = median(ours) - median(*costs[raw]);
  std::vector<std::string> row = {fmt::format("{} {} {}", cipher.name, size, verb)};
  constexpr const char* ids[] = {"raw", "record_layer", "api", "libssl", "raw_libcrypto"};
  for (size_t i = 0; i < candidate_count; ++i) {
    row.push_back(number(median(*costs[i]), 0));
    report.figure(fmt::format("records.{}.{}.{}.{}_ns", cipher.id, size, verb, ids[i]), median(*costs[i]));
  }
  row.push_back(number(times_libssl, 2));
  row.push_back(number(times_raw, 2));
  row.push_back(number(over_raw, 0));
  row.push_back(number(static_cast<double>(size) * 1000 / median(ours), 0));
  rows.push_back(std::move(row));
  set_targets(report, cipher, size, verb, {times_raw, over_raw, times_libssl});
}

}  // namespace

void measure_records(Report& report, const Effort& effort) {
  report.heading("Records: CPU nanoseconds each");
  const auto credentials = make_credentials(Key::ecdsa_p256);
  std::vector<std::vector<std::string>> rows = {{"", "raw AEAD", "record layer", "public API", "libssl", "raw libcrypto",
                                                 "x libssl", "x raw", "over raw", "MB/s"}};
  for (const auto& cipher : ciphers) {
    Scenario scenario;
    scenario.suite = cipher.suite;
    std::vector<std::unique_ptr<Candidate>> candidates;
    candidates.push_back(std::make_unique<Raw>(cipher.algorithm, AeadBackend::best));
    candidates.push_back(std::make_unique<RecordLayer>(cipher.row()));
    candidates.push_back(std::make_unique<PublicApi>(scenario, credentials));
    candidates.push_back(std::make_unique<Libssl>(scenario, credentials));
    candidates.push_back(std::make_unique<Raw>(cipher.algorithm, AeadBackend::libcrypto));
    for (size_t size : {size_t{100}, size_t{1024}, size_t{16384}}) {
      auto costs = run(effort, size, candidates);
      std::vector<const std::vector<double>*> seal, open;
      for (const auto& cost : costs) {
        seal.push_back(&cost.seal);
        open.push_back(&cost.open);
      }
      add_row(report, rows, cipher, size, "seal", seal);
      add_row(report, rows, cipher, size, "open", open);
    }
  }
  report.table(rows);
}

}  // namespace bench

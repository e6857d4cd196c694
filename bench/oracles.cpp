// oracles.cpp: how long we take over what an attacker has made, right and wrong, drawn at random in one run. Nothing is asserted on
// time: what memcheck sees (tests/constant_time) is the verdict, and this is how it looks from outside.
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>

#include <crypto/public_key.hpp>
#include <keys/prf12.hpp>
#include <record/protections.hpp>
#include <sections.hpp>

namespace bench {
namespace {

using namespace handfast;

void require(bool done) {
  if (!done) throw std::runtime_error("an operation failed");
}

/// One kind of what an attacker sends.
struct Input {
  std::string name;
  std::function<void()> prepare;   ///< not measured
};

struct Figures {
  double least, median, p90, p99, mean, deviation;
  size_t count;
};

double at(const std::vector<double>& sorted, double part) {
  return sorted[std::min(sorted.size() - 1, static_cast<size_t>(part * static_cast<double>(sorted.size())))];
}

/// Mean and deviation of all but the slowest tenth, which is interrupts.
Figures figures_of(std::vector<double> values) {
  std::ranges::sort(values);
  Figures figures{values.front(), at(values, 0.5), at(values, 0.9), at(values, 0.99), 0, 0, values.size() * 9 / 10};
  values.resize(figures.count);
  for (auto value : values) figures.mean += value / static_cast<double>(figures.count);
  for (auto value : values) figures.deviation += (value - figures.mean) * (value - figures.mean) / static_cast<double>(figures.count - 1);
  figures.deviation = std::sqrt(figures.deviation);
  return figures;
}

/// Welch's t: how many standard errors the two means are apart. Below 4.5 in either direction is taken for no difference (dudect).
double welch(const Figures& a, const Figures& b) {
  const auto error = [](const Figures& f) { return f.deviation * f.deviation / static_cast<double>(f.count); };
  return (a.mean - b.mean) / std::sqrt(error(a) + error(b));
}

/// The greatest distance of the two distributions (Kolmogorov and Smirnov): 0 the same, 1 apart.
double distance(std::vector<double> a, std::vector<double> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  double most = 0;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const auto value = std::min(a[i], b[j]);
    while (i < a.size() && a[i] <= value) ++i;
    while (j < b.size() && b[j] <= value) ++j;
    most = std::max(most, std::abs(static_cast<double>(i) / static_cast<double>(a.size()) - static_cast<double>(j) / static_cast<double>(b.size())));
  }
  return most;
}

/// Each input so often, in random order; the first one is what the others are held against.
void measure(Report& report, const std::string& id, const std::vector<Input>& inputs, const std::function<void()>& work, size_t times) {
  std::vector<size_t> order;
  for (size_t i = 0; i < inputs.size(); ++i) order.insert(order.end(), times, i);
  std::mt19937 generator(1);
  std::ranges::shuffle(order, generator);
  std::vector<std::vector<double>> took(inputs.size());
  for (auto kind : order) {
    inputs[kind].prepare();
    const auto begin = std::chrono::steady_clock::now();
    work();
    const auto end = std::chrono::steady_clock::now();
    took[kind].push_back(std::chrono::duration<double, std::micro>(end - begin).count());
  }
  std::vector<std::vector<std::string>> rows = {{"microseconds", "least", "median", "p90", "p99", "Welch's t", "KS"}};
  const auto first = figures_of(took.front());
  for (size_t i = 0; i < inputs.size(); ++i) {
    const auto figures = figures_of(took[i]);
    const auto t = i == 0 ? 0 : welch(figures, first);
    rows.push_back({inputs[i].name, number(figures.least, 2), number(figures.median, 2), number(figures.p90, 2), number(figures.p99, 2),
                    i == 0 ? "-" : number(t, 1), i == 0 ? "-" : number(distance(took[i], took.front()), 3)});
    report.figure(fmt::format("oracles.{}.{}.median_us", id, i), figures.median);
    report.figure(fmt::format("oracles.{}.{}.welch_t", id, i), t);
  }
  report.table(rows);
}

/// A record of TLS 1.2 with AES-128-CBC and HMAC-SHA1, MAC-then-encrypt, whose text we choose.
class CbcRecord {
 public:
  explicit CbcRecord(size_t size) : text_(size), sealed_(block + size) {}

  /// `padding` bytes, 1 to 256, of which the first is wrong when it says so, behind content and a MAC that is wrong anyhow.
  void make(size_t padding, bool is_consistent) {
    std::ranges::fill(text_, uint8_t{0x61});
    std::fill(text_.end() - static_cast<std::ptrdiff_t>(padding), text_.end(), static_cast<uint8_t>(padding - 1));
    if (!is_consistent) text_[text_.size() - padding] ^= 0x80;
    int written = 0;
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    require(EVP_EncryptInit_ex(context.get(), EVP_aes_128_cbc(), nullptr, key_.data(), sealed_.data()) == 1 &&
            EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
            EVP_EncryptUpdate(context.get(), sealed_.data() + block, &written, text_.data(), static_cast<int>(text_.size())) == 1);
  }
  void open() {
    record::Opened record{ContentType::application_data, sealed_, 0};
    require(protection_->open(Version::tls12, 1, record) == Fault::bad_record_mac);
  }

 private:
  static constexpr size_t block = 16;
  Buffer key_ = Buffer(16, 2), mac_key_ = Buffer(20, 1), text_, sealed_;
  std::unique_ptr<record::Protection> protection_ = *record::make_protection12(
      *catalog::find(Suite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA), Version::tls12, {mac_key_, key_, {}}, false);
};

void measure_lucky13(Report& report, size_t times) {
  CbcRecord record(320);
  report.note("\nLucky13: a CBC record of 320 bytes that does not open");
  measure(report, "lucky13",
          {{"padding of 1, wrong MAC", [&] { record.make(1, true); }},
           {"padding of 256, wrong MAC", [&] { record.make(256, true); }},
           {"padding of 16 that is wrong", [&] { record.make(16, false); }},
           {"padding of 256 that is wrong", [&] { record.make(256, false); }}},
          [&] { record.open(); }, times);
}

using RsaBlock = std::vector<uint8_t>;

void measure_bleichenbacher(Report& report, size_t times) {
  constexpr size_t size = 256, premaster = 48;
  const std::shared_ptr<EVP_PKEY> key(EVP_RSA_gen(8 * size), EVP_PKEY_free);
  require(key != nullptr);
  RsaBlock right(size, 0x77);
  right[0] = 0;
  right[1] = 2;
  right[size - premaster - 1] = 0;
  right[size - premaster] = right[size - premaster + 1] = 3;
  const auto changed = [&](size_t where, uint8_t value) {
    auto block = right;
    block[where] = value;
    return block;
  };
  const auto encrypted = [&](const RsaBlock& block) {
    Buffer out(size);
    size_t written = out.size();
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr),
                                                                              EVP_PKEY_CTX_free);
    require(EVP_PKEY_encrypt_init(context.get()) == 1 && EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_NO_PADDING) == 1 &&
            EVP_PKEY_encrypt(context.get(), out.data(), &written, block.data(), block.size()) == 1);
    return out;
  };
  const crypto::PrivateKey own{std::shared_ptr<void>(key)};
  const Buffer substitute(premaster, 0xee), random(32, 1);
  const auto& suite = *catalog::find(Suite::TLS_RSA_WITH_AES_128_GCM_SHA256);
  Buffer sent;
  std::vector<Input> inputs;
  const auto add = [&](const std::string& name, const RsaBlock& block) {
    inputs.push_back({name, [&sent, bytes = encrypted(block)] { sent = bytes; }});
  };
  add("right", right);
  add("first bytes 0 and 1", changed(1, 1));
  add("a wrong version", changed(size - premaster, 2));
  add("no zero behind the padding", changed(size - premaster - 1, 0x77));
  add("a zero in the first eight bytes", changed(5, 0));
  report.note("\nBleichenbacher, ROBOT: a premaster under RSA-2048, up to the master secret");
  measure(report, "bleichenbacher", inputs,
          [&] {
            const auto secret = own.decrypt_premaster(sent, Version::tls12, substitute);
            require(secret.has_value());
            require(!keys::master_secret(suite.prf, secret->view(), random, random).empty());
          },
          times);
}

// RFC 5246 section 8.1.2: the leading zeros of the secret of a finite field are stripped.
void measure_raccoon(Report& report, size_t times) {
  const auto& suite = *catalog::find(Suite::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256);
  const Buffer random(32, 1);
  Buffer premaster;
  std::vector<Input> inputs;
  for (size_t zeros : {0, 1, 9})
    inputs.push_back({fmt::format("{} leading zeros", zeros), [&premaster, zeros] { premaster.assign(256 - zeros, 0x5a); }});
  report.note("\nRaccoon: from the secret of ffdhe2048 to the master secret of TLS 1.2. By rule its leading zeros are stripped, and\n"
              "that can be seen; no key is used twice, so that there is nothing to ask a second time");
  measure(report, "raccoon", inputs, [&] { require(!keys::master_secret(suite.prf, premaster, random, random).empty()); }, times);
}

}  // namespace

void measure_oracles(Report& report, const Effort& effort) {
  report.heading("Padding oracles: what an attacker could measure, in random order; t of less than 4.5 is taken for no difference");
  const auto times = effort.rounds * effort.handshakes;
  measure_lucky13(report, 25 * times);
  measure_bleichenbacher(report, times);
  measure_raccoon(report, 25 * times);
}

}  // namespace bench

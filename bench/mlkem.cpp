// mlkem.cpp: ML-KEM-768 beside an X25519 key pair, which a client without post-quantum key exchange makes alone.
#include <fmt/format.h>
#include <openssl/evp.h>

#include <functional>
#include <memory>
#include <stdexcept>

#include <crypto/mlkem.hpp>
#include <sections.hpp>

namespace bench {
namespace {

using namespace handfast::crypto;
using handfast::Buffer;

void require(bool done) {
  if (!done) throw std::runtime_error("an operation failed");
}

/// Something measured: what it is called in the table and in the JSON, and its work.
struct Operation {
  std::string name, id;
  std::function<void()> work;
};

Operation x25519_key_pair() {
  struct Free {
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  };
  std::shared_ptr<EVP_PKEY_CTX> generator(EVP_PKEY_CTX_new_from_name(nullptr, "X25519", nullptr), Free());
  require(generator && EVP_PKEY_keygen_init(generator.get()) == 1);
  return {"X25519 key pair, libcrypto", "x25519_keygen", [generator] {
            EVP_PKEY* key = nullptr;
            require(EVP_PKEY_generate(generator.get(), &key) == 1);
            EVP_PKEY_free(key);
          }};
}

void add_operations(std::vector<Operation>& all, MlkemBackend backend, const std::string& name, const std::string& id) {
  if (!MlkemKey::available(backend)) return;
  const Buffer seed(mlkem768_seed_size, 1), randomness(mlkem768_randomness_size, 2);
  std::shared_ptr<MlkemKey> key = *MlkemKey::from_seed(seed, backend);
  auto ciphertext = mlkem_encapsulate(key->encapsulation_key(), randomness, backend)->ciphertext;
  all.push_back({"ML-KEM-768 key pair, " + name, id + ".keygen",
                 [=] { require(MlkemKey::from_seed(seed, backend).has_value()); }});
  all.push_back({"ML-KEM-768 encapsulation, " + name, id + ".encapsulate", [=] {
                   require(mlkem_encapsulate(key->encapsulation_key(), randomness, backend).has_value());
                 }});
  all.push_back({"ML-KEM-768 decapsulation, " + name, id + ".decapsulate",
                 [=] { require(key->decapsulate(ciphertext).has_value()); }});
}

}  // namespace

void measure_mlkem(Report& report, const Effort& effort) {
  report.heading("ML-KEM-768: CPU microseconds each");
  std::vector<Operation> operations = {x25519_key_pair()};
  add_operations(operations, MlkemBackend::avx2, "ours with AVX2", "avx2");
  add_operations(operations, MlkemBackend::portable, "ours, portable", "portable");
  add_operations(operations, MlkemBackend::libcrypto, "libcrypto", "libcrypto");

  const auto repetitions = 4 * effort.handshakes;
  std::vector<std::vector<double>> costs(operations.size());
  for (size_t round = 0; round < effort.rounds + 1; ++round)
    for (size_t i = 0; i < operations.size(); ++i) {
      Stopwatch watch;
      watch.lap([&] {
        for (size_t j = 0; j < repetitions; ++j) operations[i].work();
      });
      if (round > 0) costs[i].push_back(watch.take() / 1000 / static_cast<double>(repetitions));   // the first warms up
    }

  std::vector<std::vector<std::string>> rows = {{"", "us", "x the X25519 key pair"}};
  for (size_t i = 0; i < operations.size(); ++i) {
    rows.push_back({operations[i].name, number(median(costs[i])), number(median_ratio(costs[i], costs[0]), 2)});
    report.figure("mlkem." + operations[i].id + "_us", median(costs[i]));
  }
  report.table(rows);
  constexpr size_t best_encapsulation = 2;   // with AVX2 where there is AVX2, else portable
  report.target(operations[best_encapsulation].name, median_ratio(costs[best_encapsulation], costs[0]), Bound::at_most, 1.2,
                "x libcrypto's X25519 key pair");
}

}  // namespace bench

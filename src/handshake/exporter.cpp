#include <handshake/exporter.hpp>

namespace handfast {
namespace {

// RFC 5705 section 4: an empty context differs from none.
void expand(const ExporterSecret12& secret, std::string_view label, std::optional<Bytes> context, std::span<uint8_t> out) {
  Buffer seed(secret.client_random.begin(), secret.client_random.end());
  seed.insert(seed.end(), secret.server_random.begin(), secret.server_random.end());
  if (context) {
    seed.push_back(static_cast<uint8_t>(context->size() >> 8));
    seed.push_back(static_cast<uint8_t>(context->size()));
    seed.insert(seed.end(), context->begin(), context->end());
  }
  keys::prf12(secret.prf, secret.master.view(), label, seed, {}, out);
}

void expand(const keys::ExporterSecret13& secret, std::string_view label, std::optional<Bytes> context, std::span<uint8_t> out) {
  secret.expand(label, context.value_or(Bytes{}), out);
}

}  // namespace

void export_material(const Exporter& exporter, std::string_view label, std::optional<Bytes> context, std::span<uint8_t> out) {
  std::visit([&](const auto& secret) { expand(secret, label, context, out); }, exporter);
}

}  // namespace handfast

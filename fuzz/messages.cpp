// Reads any bytes as each handshake message in turn. What is accepted must print, write, and read back the same.
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <messages/certificate.hpp>
#include <messages/certificate13.hpp>
#include <messages/certificate_status.hpp>
#include <messages/encrypted_extensions.hpp>
#include <messages/finished.hpp>
#include <messages/finished13.hpp>
#include <messages/hello.hpp>
#include <messages/key_exchange.hpp>
#include <wire/codec.hpp>
#include <wire/printer.hpp>

namespace handfast {
namespace {

void require(bool holds, std::string_view message, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%.*s: %s\n", static_cast<int>(message.size()), message.data(), what);
  std::abort();
}

/// Looks at every byte that it is shown, for the sanitizers, and counts what is opened and closed.
class Looker : public FieldVisitor {
 public:
  void number(std::string_view field, uint64_t value, size_t width, std::string_view meaning) override {
    look(field);
    look(meaning);
    seen_ = seen_ + value + width;
  }
  void bytes(std::string_view field, Bytes value) override {
    look(field);
    look(as_text(value));
  }
  void text(std::string_view field, std::string_view value) override {
    look(field);
    look(value);
  }
  void enter(std::string_view field, bool) override {
    look(field);
    ++depth_;
  }
  void leave() override { --depth_; }
  int depth() const { return depth_; }

 private:
  void look(std::string_view text) {
    for (const char c : text) seen_ = seen_ + static_cast<uint8_t>(c);
  }
  volatile uint64_t seen_ = 0;
  int depth_ = 0;
};

using messages::Values;

// A byte of the input says what suite and version would have said.
void choose(uint8_t byte, messages::ServerKeyExchange::Shape& shape) {
  shape = {(byte & 1) != 0, static_cast<Values>((byte >> 1) % 3), (byte & 8) != 0, (byte & 16) != 0};
}
void choose(uint8_t byte, messages::ClientKeyExchange::Shape& shape) {
  shape = {(byte & 1) != 0, (byte & 2) != 0, static_cast<Values>((byte >> 2) % 3)};
}
void choose(uint8_t byte, messages::CertificateRequest::Shape& shape) { shape = {(byte & 1) != 0}; }
void choose(uint8_t byte, messages::CertificateVerify::Shape& shape) { shape = {(byte & 1) != 0}; }

template <class M>
void read_as(Bytes in) {
  typename wire::ShapeOf<M>::type shape;
  if constexpr (requires { typename M::Shape; }) {
    if (in.empty()) return;
    choose(in[0], shape);
    in = in.subspan(1);
  }
  const auto message = wire::decode<M>(in, shape);
  if (!message) return;
  Looker looker;
  wire::fields_of(*message).visit(looker);
  require(looker.depth() == 0, M::name, "prints with unequal enter and leave");
  Buffer written;
  require(wire::encode(*message, written).has_value(), M::name, "was read but cannot be written");
  require(written.size() <= in.size(), M::name, "grows when written");
  const auto again = wire::decode<M>(written, shape);
  require(again.has_value(), M::name, "is written so that it cannot be read");
  Buffer rewritten;
  require(wire::encode(*again, rewritten).has_value(), M::name, "cannot be written twice");
  require(rewritten == written, M::name, "changes each time it is written");
}

/// The extensions of one place alone, such as those of a certificate, which stand inside a message as bytes.
template <extensions::Place place>
struct Extensions {
  static constexpr std::string_view name = "extensions";
  extensions::Block<place> extensions;
  static void visit(auto& m, auto& v) { v("extensions", m.extensions); }
};

template <class... M>
void read_as_one_of(size_t which, Bytes in) {
  constexpr void (*readers[])(Bytes) = {read_as<M>...};
  readers[which % std::size(readers)](in);
}

}  // namespace
}  // namespace handfast

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace handfast;
  using namespace handfast::messages;
  using extensions::Place;
  if (size == 0) return 0;
  read_as_one_of<HelloRequest, ClientHello, ServerHello, Certificate, ServerKeyExchange, CertificateRequest,
                 ServerHelloDone, CertificateVerify, ClientKeyExchange, Finished,
                 NewSessionTicket, ChangeCipherSpec, HelloRetryRequest, EncryptedExtensions, Certificate13,
                 CompressedCertificate, CertificateRequest13, CertificateVerify13, Finished13, EndOfEarlyData,
                 NewSessionTicket13, KeyUpdate, Extensions<Place::client_hello>, Extensions<Place::server_hello>,
                 Extensions<Place::hello_retry_request>, Extensions<Place::encrypted_extensions>,
                 Extensions<Place::certificate_entry>, Extensions<Place::certificate_request>,
                 Extensions<Place::new_session_ticket>, CertificateStatus>(data[0], Bytes(data + 1, size - 1));
  return 0;
}

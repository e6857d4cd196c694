// What the tool reads beside TLS: HTTP requests of whoever connects, files of keys and sessions, addresses and names of the command line.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <base/host.hpp>
#include <handfast/names.hpp>
#include <net/endpoint.hpp>

#include "http.hpp"
#include "psk_options.hpp"
#include "session_file.hpp"

using namespace handfast;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// Requests come in order: a head, pieces of its body, an end. All that they say, for comparing.
class Heard : public app::http::RequestHandler {
 public:
  void head(const app::http::Request& request) override {
    require(!is_open_ && !is_over_);
    is_open_ = true;
    left_ = request.length;
    require(!request.method.empty() && !request.target.empty());
    text.append(request.method).append(" ").append(request.target).append("\n");
    text += app::http::escape_html(request.target);
    require(app::http::escape_html(request.target).find('<') == std::string::npos);
  }
  void body(std::string_view piece) override {
    require(is_open_ && !is_over_);
    if (left_) require(piece.size() <= *left_);
    if (left_) *left_ -= piece.size();
    text += piece;
  }
  void end() override {
    require(is_open_ && !is_over_ && left_.value_or(0) == 0);
    is_open_ = false;
    text += "\n";
  }
  void refused(const app::http::Refusal& refusal) override {
    require(!is_over_ && refusal.status >= 400 && refusal.status < 600 && !refusal.reason.empty());
    is_over_ = true;
    text += std::to_string(refusal.status);
  }
  std::string text;

 private:
  bool is_open_ = false, is_over_ = false;
  std::optional<uint64_t> left_;
};

/// However the bytes are split, the same is heard.
void read_http(std::string_view bytes, size_t step) {
  Heard whole, parts;
  app::http::RequestReader one, other;
  one.feed(bytes, whole);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(step, bytes.size()))) other.feed(bytes.substr(0, step), parts);
  require(whole.text == parts.text && one.is_idle() == other.is_idle());
}

/// A file in memory that holds these bytes.
class File {
 public:
  explicit File(Bytes bytes) : descriptor_(memfd_create("file", MFD_CLOEXEC)) {
    require(::write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  ~File() { close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

void read_files(Bytes bytes) {
  const File file(bytes);
  const auto keys = app::read_psks({.files = {file.path()}});
  if (keys) require(!keys->empty());
  static_cast<void>(app::read_session(file.path()));
  static_cast<void>(app::read_psks({.keys = {std::string(as_text(bytes))}}));
}

/// What is read is written so that it reads the same.
void read_address(std::string_view text) {
  for (auto* read : {net::parse_host_port, net::parse_listen_address}) {
    const auto address = read(text, 443);
    if (!address) {
      require(!address.error().empty());
      continue;
    }
    const auto again = read(net::printable(*address), 1);
    require(!again || *again == *address);
    require(again || address->host.empty() || !is_ip_address(address->host));
  }
  require(!is_ip_address(text) || !text.empty());
  require(!is_dns_name(text) || text.size() <= 253);
}

template <class T>
void check_name(std::optional<T> value, std::optional<T> (*read)(std::string_view)) {
  if (value) require(read(printable(*value)) == value);
}

void read_names(std::string_view text) {
  check_name(version_from(text), version_from);
  check_name(suite_from(text), suite_from);
  check_name(group_from(text), group_from);
  check_name(scheme_from(text), scheme_from);
  check_name(certificate_compression_from(text), certificate_compression_from);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const Bytes bytes(data + 2, size - 2);
  const auto text = as_text(bytes);
  switch (data[0] % 4) {
    case 0: read_http(text, size_t{1} + data[1]); break;
    case 1: read_files(bytes); break;
    case 2: read_address(text); break;
    case 3: read_names(text); break;
  }
  return 0;
}

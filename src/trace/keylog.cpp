#include <trace/keylog.hpp>

#include <base/secret.hpp>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace handfast::trace {
namespace {

void append_hex(std::string& line, Bytes bytes) {
  for (auto byte : bytes) {
    line += "0123456789abcdef"[byte >> 4];
    line += "0123456789abcdef"[byte & 15];
  }
}

}  // namespace

Result<std::shared_ptr<KeyLogFile>> KeyLogFile::open(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
  if (descriptor < 0) return fail(Fault::file_not_writable, {file + ": " + std::generic_category().message(errno)});
  return std::shared_ptr<KeyLogFile>(new KeyLogFile(descriptor));
}

KeyLogFile::~KeyLogFile() { ::close(descriptor_); }

void KeyLogFile::secret(std::string_view label, Bytes client_random, Bytes secret) {
  std::string line;
  line.reserve(label.size() + 2 * (client_random.size() + secret.size()) + 3);  // no copy left behind by growing
  ((line += label) += ' ');
  append_hex(line, client_random);
  line += ' ';
  append_hex(line, secret);
  line += '\n';
  // A key log is a help for looking into captures: a full disk must not end the connection.
  while (::write(descriptor_, line.data(), line.size()) < 0 && errno == EINTR) {
  }
  erase({reinterpret_cast<uint8_t*>(line.data()), line.size()});
}

}  // namespace handfast::trace

#include "session_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <base/file.hpp>
#include <fmt/format.h>
#include <unistd.h>

namespace handfast::app {

Outcome<std::shared_ptr<const Session>> read_session(const std::string& file) {
  if (access(file.c_str(), F_OK) != 0 && errno == ENOENT) return nullptr;
  auto bytes = read_file(file);
  if (!bytes) return std::unexpected(fmt::format("cannot read the session file: {}", bytes.error().message()));
  auto session = Session::parse(bytes->view());
  if (!session) {
    return std::unexpected(fmt::format("'{}' holds no session that this version can use ({}); remove it", file,
                                       session.error().message()));
  }
  return *std::move(session);
}

Outcome<> write_session(const std::string& file, const Session& session) {
  const auto failed = [&file](int code) {
    return std::unexpected(fmt::format("cannot write the session file '{}': {}", file, std::strerror(code)));
  };
  std::string temporary = file + ".XXXXXX";
  const int descriptor = ::mkstemp(temporary.data());  // mode 0600
  if (descriptor < 0) return failed(errno);
  const SecretBuffer bytes(session.serialize());
  const auto size = bytes.view().size();
  const bool is_written = ::write(descriptor, bytes.view().data(), size) == static_cast<ssize_t>(size);
  const int write_error = errno;
  ::close(descriptor);
  if (is_written && std::rename(temporary.c_str(), file.c_str()) == 0) return {};
  const int code = is_written ? errno : write_error;
  ::unlink(temporary.c_str());
  return failed(code);
}

}  // namespace handfast::app

#include "file_sessions.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <handshake/session_shelf.hpp>

#include "output_files.hpp"

namespace handfast::app {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

std::unexpected<std::string> unusable(const std::string& path, std::string_view why) {
  return std::unexpected(fmt::format("the file of sessions '{}' {}", path, why));
}

std::unexpected<std::string> failed(const std::string& path, std::string_view what) {
  return unusable(path, fmt::format("cannot be {}: {}", what, std::strerror(errno)));
}

/// Belongs to us, and is for nobody else. Asked of the open file: what is behind its name may change.
Outcome<> check_privacy(const std::string& path, int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return failed(path, "looked at");
  if (!S_ISREG(status.st_mode)) return unusable(path, "is no ordinary file");
  if (status.st_uid != ::geteuid())
    return unusable(path, "belongs to another user: who owns it can read the connections that it resumes. Use a file of your own");
  if ((status.st_mode & 077) != 0)
    return unusable(path, fmt::format("can be read or written by others (mode {:03o}): they could read the connections that it resumes. "
                                      "Remove it, or chmod 600 if nobody has", status.st_mode & 0777));
  return {};
}

/// Held as long as it lives: one process at a time, and one thread of it.
Outcome<Descriptor> lock(const std::string& path) {
  const std::string name = path + ".lock";
  Descriptor file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!file) return failed(name, "opened");
  TRY(check_privacy(name, file.get()));
  constexpr int step_ms = 10, most_ms = 2000;   // who holds it only reads and writes a small file
  for (int waited = 0; ::flock(file.get(), LOCK_EX | LOCK_NB) != 0; waited += step_ms) {
    if (errno != EINTR && errno != EWOULDBLOCK) return failed(name, "locked");
    if (waited >= most_ms) return unusable(name, "is held by another process that does not go on; end that one");
    ::poll(nullptr, 0, step_ms);
  }
  return file;
}

Outcome<SecretBuffer> read_all(const std::string& path, int descriptor, size_t most) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return failed(path, "looked at");
  if (static_cast<size_t>(status.st_size) > most) return unusable(path, "is larger than any that was written here; remove it");
  SecretBuffer content(static_cast<size_t>(status.st_size));
  for (size_t size = 0; size < content.view().size();) {
    const auto got = ::read(descriptor, content.writable().data() + size, content.view().size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, "read");
    if (got == 0) return unusable(path, "has become shorter while it was read");
    size += static_cast<size_t>(got);
  }
  return content;
}

Outcome<SessionShelf> load(const FileSessions::Options& options) {
  const auto& path = options.path;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file && errno == ENOENT) return SessionShelf(options.servers);
  if (!file) return failed(path, "opened");
  TRY(check_privacy(path, file.get()));
  auto content = TRY(read_all(path, file.get(), options.bytes));
  auto shelf = SessionShelf::parse(content.view(), options.servers);
  if (!shelf) return unusable(path, fmt::format("is damaged, or of another version ({}); remove it", shelf.error().message()));
  return *std::move(shelf);
}

Outcome<> save(const FileSessions::Options& options, const SessionShelf& shelf) {
  const auto content = shelf.serialize(options.bytes);
  auto written = write_files({{options.path, content.view(), true}}, true);
  if (!written) return std::unexpected("the file of sessions cannot be written: " + written.error().message());
  return {};
}

}  // namespace

Outcome<std::shared_ptr<FileSessions>> FileSessions::open(Options options) {
  auto held = TRY(lock(options.path));
  auto shelf = TRY(load(options));
  return std::shared_ptr<FileSessions>(new FileSessions(std::move(options)));
}

template <class Step>
bool FileSessions::change(Step step) {
  const auto changed = [&]() -> Outcome<> {
    auto held = TRY(lock(options_.path));
    auto shelf = TRY(load(options_));
    if (!step(shelf)) return {};
    return save(options_, shelf);
  }();
  if (!changed && options_.report) options_.report(changed.error());
  return changed.has_value();
}

void FileSessions::put(const std::string& key, std::shared_ptr<const Session> session) {
  change([&](SessionShelf& shelf) {
    shelf.put(key, std::move(session));
    return true;
  });
}

std::shared_ptr<const Session> FileSessions::take(const std::string& key) {
  std::shared_ptr<const Session> taken;
  const bool is_done = change([&](SessionShelf& shelf) {
    taken = shelf.take(key);
    return taken && taken->version() >= Version::tls13;
  });
  return is_done ? taken : nullptr;
}

void FileSessions::remove(const std::string& key) {
  change([&](SessionShelf& shelf) { return shelf.remove(key); });
}

}  // namespace handfast::app

#include <sys/stat.h>

#include <base/file.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace handfast {
namespace {

constexpr size_t max_size = 64 << 20;

std::unexpected<Error> unreadable(const std::string& path, std::string why) {
  return fail(Fault::file_unreadable, {path + ": " + std::move(why)});
}

}  // namespace

Result<SecretBuffer> read_file(const std::string& path) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "rbe"), &std::fclose);
  if (!file) return unreadable(path, std::strerror(errno));
  struct stat status {};
  if (fstat(fileno(file.get()), &status) == 0 && S_ISDIR(status.st_mode)) return unreadable(path, "is a directory");
  std::setbuf(file.get(), nullptr);  // no second copy that nobody erases

  SecretBuffer content(4096);
  for (size_t size = 0;;) {
    const auto room = content.writable().subspan(size);
    const auto got = std::fread(room.data(), 1, room.size(), file.get());
    size += got;
    if (got < room.size()) {
      if (std::ferror(file.get())) return unreadable(path, std::strerror(errno));
      content.truncate(size);
      return content;
    }
    if (size >= max_size) return unreadable(path, "is larger than 64 MiB");
    SecretBuffer larger(2 * size);
    std::copy_n(content.view().data(), size, larger.writable().data());
    content = std::move(larger);
  }
}

}  // namespace handfast

#include "output_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace handfast::app {
namespace {

std::unexpected<Error> not_writable(const std::string& path, std::string why) {
  return fail(Fault::file_not_writable, {path + ": " + std::move(why)});
}

/// A file beside its place, removed again unless it was put there.
class Draft {
 public:
  explicit Draft(const OutputFile& file) : file_(file), path_(file.path + ".XXXXXX") {}
  Draft(Draft&& other) noexcept
      : file_(other.file_), path_(std::exchange(other.path_, {})), placed_(std::exchange(other.placed_, false)) {}
  Draft& operator=(Draft&&) = delete;
  ~Draft() {
    if (!path_.empty()) unlink(path_.c_str());
    if (placed_) unlink(file_.path.c_str());
  }

  Result<> write() {
    const int descriptor = mkstemp(path_.data());  // for its owner alone, and new
    if (descriptor < 0) {
      path_.clear();
      return not_writable(file_.path, std::strerror(errno));
    }
    const bool written =
        write_all(descriptor) && (file_.is_private || fchmod(descriptor, shared_mode()) == 0) && fsync(descriptor) == 0;
    const int error = errno;
    close(descriptor);
    if (!written) return not_writable(file_.path, std::strerror(error));
    return {};
  }

  /// A link fails where something is already; a rename replaces it.
  Result<> place(bool replace) {
    const int done = replace ? rename(path_.c_str(), file_.path.c_str()) : link(path_.c_str(), file_.path.c_str());
    if (done != 0 && errno == EEXIST) return not_writable(file_.path, "exists already; --force replaces it");
    if (done != 0) return not_writable(file_.path, std::strerror(errno));
    if (replace) path_.clear();
    placed_ = !replace;
    return {};
  }

  void keep() { placed_ = false; }

 private:
  bool write_all(int descriptor) const {
    for (auto rest = file_.content; !rest.empty();) {
      const auto written = ::write(descriptor, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return false;
      rest = rest.subspan(static_cast<size_t>(written));
    }
    return true;
  }

  static mode_t shared_mode() {
    const auto mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
  }

  const OutputFile& file_;
  std::string path_;
  bool placed_ = false;
};

}  // namespace

Result<> write_files(const std::vector<OutputFile>& files, bool replace) {
  std::vector<Draft> drafts;
  drafts.reserve(files.size());
  for (const auto& file : files) {
    drafts.emplace_back(file);
    TRY(drafts.back().write());
  }
  for (auto& draft : drafts) TRY(draft.place(replace));
  for (auto& draft : drafts) draft.keep();
  return {};
}

}  // namespace handfast::app

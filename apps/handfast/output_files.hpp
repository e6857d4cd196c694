// output_files.hpp: files that are written whole or not at all.
#pragma once

#include <handfast/result.hpp>
#include <string>
#include <vector>

namespace handfast::app {

struct OutputFile {
  std::string path;
  Bytes content;            ///< must outlive the call it is given to
  bool is_private = false;  ///< readable by its owner alone
};

/// Writes all of them, or none: each into a new file beside its place first, then all into place.
/// Fault::file_not_writable names the file and the reason; without `replace` that is also a file that exists already.
Result<> write_files(const std::vector<OutputFile>& files, bool replace);

}  // namespace handfast::app

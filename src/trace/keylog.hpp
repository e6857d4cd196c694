// keylog.hpp: secrets for Wireshark, in the NSS key log format.
#pragma once

#include <memory>
#include <string>

#include <handfast/trace.hpp>

namespace handfast::trace {

/// Appends "LABEL client_random secret" lines to a file. Thread-safe. Each line is one write, so that several processes
/// may share the file. Who can read the file can read the connections.
class KeyLogFile : public KeyLog {
 public:
  /// Opens the file, making it with mode 0600. An error names the file.
  static Result<std::shared_ptr<KeyLogFile>> open(const std::string& file);
  ~KeyLogFile() override;
  KeyLogFile(const KeyLogFile&) = delete;
  KeyLogFile& operator=(const KeyLogFile&) = delete;

  void secret(std::string_view label, Bytes client_random, Bytes secret) override;

 private:
  explicit KeyLogFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace handfast::trace

// socket.hpp: the shim's one connection to the runner.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace handfast::bogo {

/// Connected to a port of this machine. Blocks.
class Socket {
 public:
  /// To [::1] or, unless `only_ipv6`, else 127.0.0.1.
  static std::optional<Socket> connect(int port, bool only_ipv6);
  Socket(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  /// Says that nothing more will come and waits for the other side to say so too: a reset would take away alerts that the
  /// other side has not read yet.
  ~Socket();

  /// How many bytes came; 0: the end, or an error.
  size_t receive(std::span<uint8_t> room);
  bool send(std::span<const uint8_t> bytes);

 private:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace handfast::bogo

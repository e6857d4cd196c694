#include "socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace handfast::bogo {
namespace {

int connect_to(const sockaddr* address, socklen_t size) {
  const int descriptor = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(descriptor, address, size) == 0) return descriptor;
  ::close(descriptor);
  return -1;
}

}  // namespace

std::optional<Socket> Socket::connect(int port, bool only_ipv6) {
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(static_cast<uint16_t>(port));
  six.sin6_addr = in6addr_loopback;
  int descriptor = connect_to(reinterpret_cast<const sockaddr*>(&six), sizeof six);
  if (descriptor < 0 && !only_ipv6) {
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = six.sin6_port;
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    descriptor = connect_to(reinterpret_cast<const sockaddr*>(&four), sizeof four);
  }
  if (descriptor < 0) return {};
  return Socket(descriptor);
}

Socket::Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Socket::~Socket() {
  if (descriptor_ < 0) return;
  ::shutdown(descriptor_, SHUT_WR);
  uint8_t rest[4096];
  while (receive(rest) > 0) {
  }
  ::close(descriptor_);
}

size_t Socket::receive(std::span<uint8_t> room) {
  const auto got = ::recv(descriptor_, room.data(), room.size(), 0);
  return got > 0 ? static_cast<size_t>(got) : 0;
}

bool Socket::send(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(sent));
  }
  return true;
}

}  // namespace handfast::bogo

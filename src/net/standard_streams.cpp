#include "net/standard_streams.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace handfast::net {

namespace {

using Stream = asio::posix::stream_descriptor;

constexpr size_t piece = 16 * 1024;
constexpr size_t never_blocks = 4096;  // a pipe that polls as writable takes PIPE_BUF bytes

Stream duplicate(asio::io_context& io, int descriptor) {
  Stream stream(io);
  asio::error_code ignored;
  const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  if (copy >= 0) stream.assign(copy, ignored);
  return stream;
}

}  // namespace

InputStream::InputStream(asio::io_context& io, int descriptor, Arrived arrived)
    : stream_(duplicate(io, descriptor)), arrived_(std::move(arrived)) {
  if (!stream_.is_open()) has_ended_ = true;
}

void InputStream::resume() {
  is_wanted_ = true;
  if (!is_waiting_ && !has_ended_) await();
}

void InputStream::stop() {
  has_ended_ = true;
  is_wanted_ = false;
  asio::error_code ignored;
  stream_.close(ignored);
}

// Files are always ready and cannot be waited for: epoll refuses them, and the wait ends with that error.
void InputStream::await() {
  is_waiting_ = true;
  stream_.async_wait(Stream::wait_read, [this](const asio::error_code& failed) {
    if (failed == asio::error::operation_aborted) return;
    is_waiting_ = false;
    if (is_wanted_) read();
  });
}

void InputStream::read() {
  buffer_.resize(piece);
  const ssize_t size = ::read(stream_.native_handle(), buffer_.data(), buffer_.size());
  if (size < 0 && (errno == EINTR || errno == EAGAIN)) return await();
  has_ended_ = size <= 0;
  arrived_(std::span(buffer_).first(size > 0 ? static_cast<size_t>(size) : 0));
  if (is_wanted_ && !has_ended_ && !is_waiting_) await();
}

OutputStream::OutputStream(asio::io_context& io, int descriptor, std::function<void()> drained)
    : stream_(duplicate(io, descriptor)), drained_(std::move(drained)) {
  is_broken_ = !stream_.is_open();
}

void OutputStream::write(std::span<const uint8_t> data) {
  if (is_broken_) return;
  pending_.insert(pending_.end(), data.begin(), data.end());
  if (!is_waiting_) write_ready();
}

bool OutputStream::finish() {
  while (waiting() > 0 && !is_broken_) {
    pollfd ready{stream_.native_handle(), POLLOUT, 0};
    ::poll(&ready, 1, -1);
    write_some();
  }
  return !is_broken_;
}

void OutputStream::write_ready() {
  while (waiting() > 0 && !is_broken_) {
    pollfd ready{stream_.native_handle(), POLLOUT, 0};
    if (::poll(&ready, 1, 0) == 0) return await();
    write_some();
  }
}

void OutputStream::write_some() {
  const ssize_t size =
      ::write(stream_.native_handle(), pending_.data() + begin_, std::min(waiting(), never_blocks));
  if (size < 0) {
    is_broken_ = errno != EINTR && errno != EAGAIN;
    return;
  }
  begin_ += static_cast<size_t>(size);
  if (begin_ == pending_.size() || begin_ >= 64 * 1024) {
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
  }
}

void OutputStream::await() {
  is_waiting_ = true;
  stream_.async_wait(Stream::wait_write, [this](const asio::error_code& failed) {
    if (failed == asio::error::operation_aborted) return;
    is_waiting_ = false;
    write_ready();
    if (waiting() == 0) drained_();
  });
}

}  // namespace handfast::net

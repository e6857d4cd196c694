// standard_streams.hpp: standard input and output in the event loop, without making them non-blocking: they are shared with the
// programs around us.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

namespace handfast::net {

/// Reads a descriptor when it has something. Terminals, pipes, sockets and files.
class InputStream {
 public:
  /// Data as they come; empty: the end. The view lives during the call.
  using Arrived = std::function<void(std::span<const uint8_t>)>;

  /// Reads `descriptor` (a duplicate of it: closing it stays with its owner). Nothing is read before resume().
  InputStream(asio::io_context& io, int descriptor, Arrived arrived);

  void resume();
  void pause() { is_wanted_ = false; }
  /// Reads nothing more, ever.
  void stop();

 private:
  void await();
  void read();

  asio::posix::stream_descriptor stream_;
  Arrived arrived_;
  std::vector<uint8_t> buffer_;
  bool is_wanted_ = false;
  bool is_waiting_ = false;
  bool has_ended_ = false;
};

/// Writes to a descriptor as fast as its reader takes it.
class OutputStream {
 public:
  /// `drained` is called when what waited has been written.
  OutputStream(asio::io_context& io, int descriptor, std::function<void()> drained);

  void write(std::span<const uint8_t> data);
  /// Bytes that wait.
  size_t waiting() const { return pending_.size() - begin_; }
  /// Writes all that waits, however long the reader takes. False when it has gone away.
  bool finish();
  /// The reader has gone away: what is written is dropped.
  bool is_broken() const { return is_broken_; }

 private:
  void write_ready();
  void write_some();
  void await();

  asio::posix::stream_descriptor stream_;
  std::function<void()> drained_;
  std::vector<uint8_t> pending_;
  size_t begin_ = 0;
  bool is_waiting_ = false;
  bool is_broken_ = false;
};

}  // namespace handfast::net

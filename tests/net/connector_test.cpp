#include "net/connector.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "net/descriptors.hpp"
#include "net/listener.hpp"

#include <sys/resource.h>
#include <sys/socket.h>

namespace handfast::net {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;
using Outcome = std::optional<std::expected<tcp::socket, std::string>>;

Outcome connected(const HostPort& address, std::chrono::milliseconds limit = 10s) {
  asio::io_context io;
  Outcome outcome;
  connect(io, address, limit, [&](auto result) {
    EXPECT_FALSE(outcome) << "said twice";
    outcome.emplace(std::move(result));
  });
  io.run();
  if (outcome && *outcome) {  // what belongs to `io` ends with it
    asio::error_code ignored;
    (*outcome)->close(ignored);
    return std::unexpected(std::string("connected"));
  }
  return outcome;
}

TEST(Connector, SaysWhyItDoesNotConnect) {
  asio::io_context io;
  tcp::acceptor free(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const HostPort address{"127.0.0.1", free.local_endpoint().port()};
  EXPECT_EQ(connected(address)->error(), "connected");
  free.close();
  EXPECT_EQ(connected(address)->error(), "cannot connect to " + printable(address) + ": Connection refused (nobody listens there)");
}

TEST(Connector, GivesUpAfterItsLimit) {
  // A queue of one that is full: what comes next gets no answer at all.
  asio::io_context io;
  tcp::acceptor full(io);
  full.open(tcp::v4());
  full.bind({asio::ip::address_v4::loopback(), 0});
  full.listen(0);
  std::vector<tcp::socket> queued;
  const auto endpoint = full.local_endpoint();
  for (int i = 0; i < 3; ++i) {
    queued.emplace_back(io, tcp::v4()).native_non_blocking(true);
    (void)::connect(queued.back().native_handle(), endpoint.data(), static_cast<socklen_t>(endpoint.size()));
  }
  const HostPort address{"127.0.0.1", endpoint.port()};
  EXPECT_EQ(connected(address, 50ms)->error(), "cannot connect to " + printable(address) + ": no answer within 0.05 s");
}

TEST(Listener, FindsTheAddressOfAName) {
  asio::io_context io;
  const auto listener = Listener::open(io, {"localhost", 0});
  ASSERT_TRUE(listener) << listener.error();
  EXPECT_TRUE((*listener)->address().address().is_loopback());
  EXPECT_NE((*listener)->address().port(), 0);
}

TEST(Listener, SaysWhatToDoWhereItCannotListen) {
  asio::io_context io;
  const auto first = Listener::open(io, {"127.0.0.1", 0});
  ASSERT_TRUE(first);
  const HostPort taken{"127.0.0.1", (*first)->address().port()};
  EXPECT_EQ(Listener::open(io, taken).error(), "cannot listen on " + printable(taken) +
                                                   ": Address already in use; another program listens there: choose another port, or 0 for any");
  EXPECT_EQ(Listener::open(io, {"192.0.2.1", 1}).error(), "cannot listen on 192.0.2.1:1: Cannot assign requested address");
}

// Without descriptors the listener says so once, and goes on when there are some again: nobody who waited is lost.
TEST(Listener, WaitsWhereThereAreNoMoreDescriptors) {
#ifdef __has_feature
#if __has_feature(undefined_behavior_sanitizer)
  GTEST_SKIP() << "the sanitizer needs descriptors itself: it looks at objects through a pipe";
#endif
#endif
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  asio::io_context io;
  const auto listener = *Listener::open(io, {"127.0.0.1", 0});
  tcp::socket client(io);
  client.connect(listener->address());

  std::string notes;
  int accepted = 0;
  rlimit none{3, before.rlim_max};
  listener->start(
      [&](tcp::socket, const tcp::endpoint&) {
        ++accepted;
        listener->close();
      },
      [&](std::string_view note) {
        notes += note;
        ::setrlimit(RLIMIT_NOFILE, &before);
      });
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  io.run();
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(accepted, 1);
  EXPECT_EQ(notes.find("cannot accept more connections now: Too many open files (this process may have 3 open files"), 0u) << notes;
}

TEST(Descriptors, AreAsManyAsTheSystemLetsUsHave) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few{64, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  EXPECT_EQ(descriptor_limit(), 64u);
  EXPECT_EQ(raise_descriptor_limit(), static_cast<size_t>(before.rlim_max));
  ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace handfast::net

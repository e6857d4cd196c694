#include "connection_log.hpp"

#include <base/printable.hpp>
#include <explain/explain.hpp>
#include <fmt/format.h>

#include "connection_report.hpp"

namespace handfast::app {
namespace {

constexpr size_t longest_line = 4096;   // bytes; a client chooses the names in its certificate

}  // namespace

void ConnectionLog::note(std::string_view text) {
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start_;
  write_(fmt::format("[{:9.3f}] {}\n", since.count(), shortened(printable_line(text), longest_line)));
}

void ConnectionLog::connected(const net::Newcomer& client, const net::Session& session, std::string_view more) {
  note(fmt::format("#{} {} {}{}{}", client.id, net::printable(client.peer), one_line(session.summary()),
                   more.empty() ? "" : "; ", more));
}

void ConnectionLog::failed(const net::Newcomer& client, const net::Ending& ending) {
  if (!ending.error) return;
  note(fmt::format("#{} {} {}: {}", client.id, net::printable(client.peer), ending.handshake_done ? "broken" : "failed",
                   explain::one_line(*ending.error, Side::server)));
}

}  // namespace handfast::app

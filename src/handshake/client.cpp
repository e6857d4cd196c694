// client.cpp: ClientHello and ServerHello; then the handshake of the version that the server chose.
#include <handshake/client.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace handfast {
namespace {

Result<Version> accept_version(const CommonOptions& options, const messages::ServerHello& hello) {
  if (std::ranges::find(options.versions, hello.server_version) != options.versions.end()) return hello.server_version;
  std::string ours;
  for (auto version : options.versions) ours += (ours.empty() ? "" : ", ") + printable(version);
  return fail(Fault::version_not_offered,
              {fmt::format("it chose {}", printable(hello.server_version)), fmt::format("we have {}", ours)});
}

}  // namespace

Handshake client(Link& link, std::shared_ptr<const ClientConfig> config, Target target) {
  auto offer = co_await make_offer(link, *config, target);
  co_await link.send(offer.hello);

  auto hello = co_await expect<messages::ServerHello>();
  auto version = co_await accept_version(config->options(), hello);
  link.use_version(version);
  co_return client12(link, std::move(config), std::move(target), std::move(offer), std::move(hello));
}

}  // namespace handfast

// client.cpp: ClientHello, the retry that the server may ask for, and ServerHello; then the handshake of the version that the
// server chose.
#include <handshake/client.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <handshake/downgrade.hpp>

namespace handfast {
namespace {

using messages::HelloRetryRequest;
using messages::ServerHello;

bool offers(const CommonOptions& options, Version version) {
  return std::ranges::find(options.versions, version) != options.versions.end();
}

std::unexpected<Error> refuse(const CommonOptions& options, Version chosen) {
  std::string ours;
  for (auto version : options.versions) ours += (ours.empty() ? "" : ", ") + printable(version);
  return fail(Fault::version_not_offered, {fmt::format("it chose {}", printable(chosen)), fmt::format("we have {}", ours)});
}

Result<Version> accept_version(const CommonOptions& options, const Offer& offer, const ServerHello& hello) {
  auto selected = hello.extensions.find<extensions::SelectedVersion>();
  if (selected && !offer.hello.extensions.has(extensions::ExtensionType::supported_versions))
    return not_offered(extensions::ExtensionType::supported_versions);
  if (selected) {
    if (selected->selected_version == Version::tls13 && offers(options, Version::tls13)) return Version::tls13;
    auto error = refuse(options, selected->selected_version);
    error.error().alert = Alert::illegal_parameter;   // RFC 8446 section 4.2.1
    return error;
  }
  if (hello.server_version == Version::tls13 || !offers(options, hello.server_version))
    return refuse(options, hello.server_version);
  if (offer.retry_suite) return fail(Fault::retry_contradicted, {fmt::format("{} after a HelloRetryRequest", printable(hello.server_version))});
  if (offer.hello.extensions.find<extensions::EarlyData>())   // RFC 8446 section D.3
    return fail(Fault::version_not_offered, {fmt::format("it chose {} after early data of a TLS 1.3 session", printable(hello.server_version))});
  return hello.server_version;
}

}  // namespace

Handshake client(Link& link, std::shared_ptr<const ClientConfig> config, Target target) {
  auto offer = co_await make_offer(link, *config, target);
  co_await link.send(offer.hello);
  co_await start_early_data(link, config->options(), offer);

  if (offers(config->options(), Version::tls13)) {
    auto retry = co_await maybe<HelloRetryRequest>();
    if (retry) co_await answer_retry(link, config->options(), offer, *retry);
  }
  auto hello = co_await expect<ServerHello>();
  auto version = co_await accept_version(config->options(), offer, hello);
  link.use_version(version);
  co_await check_downgrade(hello.random, config->options(), version);
  if (version == Version::tls13)
    co_return client13(link, std::move(config), std::move(target), std::move(offer), std::move(hello));
  co_return client12(link, std::move(config), std::move(target), std::move(offer), std::move(hello));
}

}  // namespace handfast

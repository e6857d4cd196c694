// demo_certificates.hpp: throw-away certificates for `handfast demo`, in memory only.
#pragma once

#include <memory>

#include <handfast/config.hpp>

namespace handfast::app {

/// One authority, a server for localhost and two members.
struct DemoConfigs {
  std::shared_ptr<const ServerConfig> server;
  std::shared_ptr<const ClientConfig> alice;
  std::shared_ptr<const ClientConfig> bob;
};

/// Makes everything anew; valid for a day.
Result<DemoConfigs> make_demo_configs();

}  // namespace handfast::app

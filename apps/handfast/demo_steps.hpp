// demo_steps.hpp: `handfast demo --classic`, `--tls`, `--suite`: one handshake, step by step.
#pragma once

#include "tls_options.hpp"

namespace handfast::app {

/// Which handshake. What is named is used, whatever it costs: nothing leaves the process.
struct DemoFlow {
  bool is_classic = false;   ///< TLS 1.2, static RSA, AES-CBC, unless `tls` names others
  TlsOptions tls{};          ///< versions, suites, groups, verbosity
};

/// Draws a handshake, with certificates on both sides where the suite has any, and what is said behind it; the exit code.
int run_demo_steps(DemoFlow flow);

}  // namespace handfast::app

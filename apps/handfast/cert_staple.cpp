// cert_staple.cpp: `handfast cert staple`: an authority's word on one of its certificates, for a server to staple
// (OCSP).
#include <fmt/core.h>

#include <base/file.hpp>
#include <crypto/issue.hpp>
#include <crypto/pem.hpp>
#include <map>

#include "cert.hpp"
#include "exit_codes.hpp"
#include "output_files.hpp"

namespace handfast::app {
namespace {

using namespace crypto;
using Clock = std::chrono::system_clock;

const std::map<std::string, StapleStatus> statuses = {
    {"good", StapleStatus::good}, {"revoked", StapleStatus::revoked}, {"unknown", StapleStatus::unknown}};
constexpr auto clock_difference = std::chrono::minutes(5);  // between us and who looks at it

struct StapleOptions {
  std::string authority, certificate, out;
  StapleStatus status = StapleStatus::good;
  int days = 7;
  bool expired = false;
  bool force = false;
};

Validity validity(const StapleOptions& options) {
  const auto life = std::chrono::days(options.days);
  if (options.expired) return {Clock::now() - clock_difference - life, Clock::now() - clock_difference};
  return {Clock::now() - clock_difference, Clock::now() + life};
}

Result<> make(const StapleOptions& options) {
  auto authority = TRY(read_file(options.authority + ".pem"));
  auto key = TRY(read_file(options.authority + ".key"));
  auto issuer = TRY(issuer_from_pem(as_text(authority.view()), as_text(key.view()), options.authority + ".pem"));
  auto text = TRY(read_file(options.certificate));
  auto certificates = TRY(certificates_from_pem(as_text(text.view()), options.certificate));
  const auto& certificate = certificates[0];
  if (certificate.issuer_der() != issuer.certificate.subject_der())
    return fail(Fault::config_conflict, {fmt::format("{} was issued by {}, not by {}", options.certificate,
                                                     certificate.issuer(), issuer.certificate.subject())});
  auto staple = TRY(make_staple(issuer, certificate, {.status = options.status, .valid = validity(options)}));
  const auto path = options.out + ".ocsp";
  TRY(write_files({{path, staple}}, options.force));
  fmt::print("{}  OCSP response about {}, {}\n", path, certificate.subject(),
             options.expired ? std::string("out of date already") : fmt::format("good for {} days", options.days));
  fmt::print("\nNext: handfast serve --cert {} --key KEY --staple {}\n", options.certificate, path);
  return {};
}

}  // namespace

void add_cert_staple_command(CLI::App& cert, Run& run) {
  auto* command = cert.add_subcommand("staple", "an OCSP response about a certificate, for its server to staple");
  auto options = std::make_shared<StapleOptions>();
  command->add_option("--ca", options->authority, "the authority's files without .pem and .key")
      ->type_name("NAME")
      ->required();
  command->add_option("--cert", options->certificate, "the certificate that it is about")
      ->type_name("FILE")
      ->required();
  command->add_option("--out", options->out, "writes NAME.ocsp")->type_name("NAME")->required();
  add_choice(*command, "--status", options->status, statuses, "good (the default), revoked, unknown")->type_name("STATUS");
  command->add_option("--days", options->days, "how long it is good")->check(CLI::Range(1, 365))->capture_default_str();
  command->add_flag("--expired", options->expired, "make one that is out of date, to see it refused");
  command->add_flag("--force", options->force, "replace a file that exists");
  command->footer("\nExample:\n  handfast cert staple --ca ca --cert server.pem --out server");
  command->callback([options, &run] {
    run = [options] {
      const auto made = make(*options);
      return made ? static_cast<int>(exit_done) : report_cert_error(made.error());
    };
  });
}

}  // namespace handfast::app

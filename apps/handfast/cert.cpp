// cert.cpp: `handfast cert`: a small certificate authority for tests, laboratories and private networks.
#include "cert.hpp"

#include <fmt/core.h>

#include <base/file.hpp>
#include <crypto/issue.hpp>
#include <crypto/pem.hpp>
#include <cstdio>
#include <map>

#include "exit_codes.hpp"
#include "output_files.hpp"

namespace handfast::app {
namespace {

using namespace crypto;
using Clock = std::chrono::system_clock;

const std::map<std::string, NewKey> key_kinds = {{"p256", NewKey::p256},
                                                 {"p384", NewKey::p384},
                                                 {"rsa2048", NewKey::rsa_2048},
                                                 {"rsa3072", NewKey::rsa_3072},
                                                 {"ed25519", NewKey::ed25519}};
constexpr auto clock_difference = std::chrono::minutes(5);  // between us and who looks at the certificate

struct CertOptions {
  std::string name, out, authority;
  std::vector<std::string> dns_names, addresses, revoked;
  NewKey key = NewKey::p256;
  int days = 365;
  bool must_staple = false;
  bool force = false;
};

Validity validity(int days) { return {Clock::now() - clock_difference, Clock::now() + std::chrono::days(days)}; }

struct LoadedAuthority {
  Issuer issuer;
  std::string chain;  ///< PEM of what goes behind a certificate it issues: itself and those above, but for a root
};

/// Reads NAME.pem and NAME.key.
Result<LoadedAuthority> load_authority(const std::string& name) {
  auto certificates = TRY(read_file(name + ".pem"));
  auto key = TRY(read_file(name + ".key"));
  auto issuer = TRY(issuer_from_pem(as_text(certificates.view()), as_text(key.view()), name + ".pem"));
  if (!issuer.certificate.is_authority())
    return fail(Fault::issuer_not_ca,
                {name + ".pem may not issue certificates; make an authority with `handfast cert ca`"});
  auto all = TRY(certificates_from_pem(as_text(certificates.view()), name + ".pem"));
  LoadedAuthority loaded{std::move(issuer), {}};
  for (const auto& certificate : all)
    if (!certificate.is_self_issued()) loaded.chain += certificate_to_pem(certificate);
  return loaded;
}

/// Makes a key and its certificate, signed by `above` or by itself, and writes both.
Result<> make_signed(const CertOptions& options, const CertificateSpec& spec, const LoadedAuthority* above) {
  auto key = TRY(make_key(options.key));
  auto certificate = TRY(issue_certificate(spec, key, above ? &above->issuer : nullptr));
  auto secret = TRY(key_to_pem(key));
  const auto chain = certificate_to_pem(certificate) + (above ? above->chain : "");
  TRY(write_files({{options.out + ".key", secret.view(), true}, {options.out + ".pem", as_bytes(chain)}},
                  options.force));

  const auto facts = certificate.summary();
  fmt::print("{}.pem  certificate of {}, {}, valid to {}{}\n", options.out, facts.subject, facts.key, facts.not_after,
             above && !above->chain.empty() ? ", with its intermediates" : "");
  fmt::print("{}.key  its private key: keep it secret\n", options.out);
  return {};
}

Result<> make(const CertOptions& options, const CertificateSpec& spec) {
  if (options.authority.empty()) return make_signed(options, spec, nullptr);
  auto above = TRY(load_authority(options.authority));
  return make_signed(options, spec, &above);
}

Result<> make_authority(const CertOptions& options) {
  TRY(make(options, {.common_name = options.name, .purpose = Purpose::authority, .valid = validity(options.days)}));
  fmt::print(
      "\nNext: handfast cert server --ca {0} --dns localhost --out server\n"
      "      handfast cert client --ca {0} --name alice --out alice\n",
      options.out);
  return {};
}

Result<> make_server(const CertOptions& options) {
  if (options.dns_names.empty() && options.addresses.empty())
    return fail(Fault::server_name_invalid,
                {"a server needs the names that clients connect by: --dns NAME or --ip ADDRESS"});
  const auto& first = options.dns_names.empty() ? options.addresses.front() : options.dns_names.front();
  TRY(make(options, {.common_name = options.name.empty() && first.size() <= 64 ? first : options.name,
                     .purpose = Purpose::server,
                     .valid = validity(options.days),
                     .dns_names = options.dns_names,
                     .addresses = options.addresses,
                     .must_staple = options.must_staple}));
  fmt::print(
      "\nNext: handfast serve --cert {0}.pem --key {0}.key\n"
      "      handfast connect {1}:8443 --ca {2}.pem\n",
      options.out, first.starts_with("*.") ? "www" + first.substr(1) : first, options.authority);
  return {};
}

Result<> make_client(const CertOptions& options) {
  TRY(make(options, {.common_name = options.name,
                     .purpose = Purpose::client,
                     .valid = validity(options.days),
                     .dns_names = options.dns_names,
                     .addresses = options.addresses}));
  fmt::print("\nNext: handfast connect HOST --ca {1}.pem --cert {0}.pem --key {0}.key\n", options.out,
             options.authority);
  return {};
}

Result<> make_revocation_list(const CertOptions& options) {
  auto authority = TRY(load_authority(options.authority));
  std::vector<Certificate> revoked;
  for (const auto& path : options.revoked) {
    auto text = TRY(read_file(path));
    auto certificates = TRY(certificates_from_pem(as_text(text.view()), path));
    if (certificates[0].issuer_der() != authority.issuer.certificate.subject_der())
      return fail(Fault::config_conflict, {fmt::format("{} was issued by {}, not by {}", path, certificates[0].issuer(),
                                                       authority.issuer.certificate.subject())});
    revoked.push_back(certificates[0]);
  }
  auto list = TRY(make_crl(authority.issuer, revoked, validity(options.days)));
  const auto path = options.out + ".crl";
  TRY(write_files({{path, as_bytes(list)}}, options.force));
  fmt::print("{}  revocation list of {}: {} revoked, good for {} days\n", path, authority.issuer.certificate.subject(),
             revoked.size(), options.days);
  return {};
}

std::string not_empty(const std::string& text) { return text.empty() ? "it must say who this is" : std::string(); }

using Make = Result<> (*)(const CertOptions&);

/// A subcommand with the options that all have.
CLI::App* add_maker(CLI::App& cert, Run& run, const std::string& name, const std::string& text, int days,
                    Make make_it) {
  auto* command = cert.add_subcommand(name, text);
  auto options = std::make_shared<CertOptions>();
  options->days = days;
  const bool is_list = name == "crl", is_authority = name == "ca";
  auto* authority =
      command->add_option("--ca", options->authority, "the authority's files without .pem and .key")->type_name("NAME");
  if (!is_authority) authority->required();
  command->add_option("--out", options->out, is_list ? "writes NAME.crl" : "writes NAME.pem and NAME.key")
      ->type_name("NAME")
      ->required();
  command->add_option("--days", options->days, "how long it is valid")
      ->check(CLI::Range(1, 36500))
      ->capture_default_str();
  command->add_flag("--force", options->force, "replace files that exist");
  if (is_list)
    command
        ->add_option("--revoke", options->revoked, "a certificate that is revoked; the list holds all that are named")
        ->type_name("FILE");
  if (!is_list) {
    auto* common_name = command->add_option("--name", options->name, "the common name")->type_name("TEXT");
    if (name != "server") common_name->required()->check(CLI::Validator(not_empty, ""));
    add_choice(*command, "--key", options->key, key_kinds, "p256 (the default), p384, rsa2048, rsa3072, ed25519")
        ->type_name("KIND");
  }
  if (!is_list && !is_authority) {
    command->add_option("--dns", options->dns_names, "a host name; may be repeated")->type_name("HOST");
    command->add_option("--ip", options->addresses, "an IP address; may be repeated")->type_name("ADDRESS");
  }
  if (name == "server")
    command->add_flag("--must-staple", options->must_staple, "clients refuse it without an OCSP response (RFC 7633)");
  command->callback([options, make_it, &run] {
    run = [options, make_it] {
      const auto made = make_it(*options);
      return made ? static_cast<int>(exit_done) : report_cert_error(made.error());
    };
  });
  return command;
}

}  // namespace

int report_cert_error(const Error& error) {
  fmt::print(stderr, "handfast cert: {}\n", error.message());
  return exit_wrong_usage;
}

void add_cert_command(CLI::App& tool, Run& run) {
  auto* cert = tool.add_subcommand("cert", "make certificates for tests and private networks, and look at them");
  cert->require_subcommand(1);
  add_maker(*cert, run, "ca", "a certificate authority; with --ca, one below another", 3650, make_authority)
      ->footer("\nExample:\n  handfast cert ca --name \"My CA\" --out ca");
  add_maker(*cert, run, "server", "a server's certificate", 365, make_server)
      ->footer("\nExample:\n  handfast cert server --ca ca --dns localhost --ip 127.0.0.1 --out server");
  add_maker(*cert, run, "client", "a client's certificate", 365, make_client)
      ->footer("\nExample:\n  handfast cert client --ca ca --name alice --out alice");
  add_maker(*cert, run, "crl", "a revocation list", 30, make_revocation_list)
      ->footer("\nExample:\n  handfast cert crl --ca ca --revoke alice.pem --out ca");
  add_cert_staple_command(*cert, run);
  add_cert_show_command(*cert, run);
}

}  // namespace handfast::app

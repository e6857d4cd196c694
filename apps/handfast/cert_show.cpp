// cert_show.cpp: `handfast cert show`: a file's certificates, and what peers will dislike about them.
#include <fmt/core.h>
#include <fmt/format.h>

#include <base/file.hpp>
#include <crypto/pem.hpp>

#include "cert.hpp"
#include "exit_codes.hpp"

namespace handfast::app {
namespace {

using namespace crypto;
using Clock = std::chrono::system_clock;

std::string use_of(const Certificate& certificate) {
  const auto purposes = certificate.purposes();
  const auto usage = purposes.empty() ? std::string("any") : fmt::format("{}", fmt::join(purposes, ", "));
  if (!certificate.is_authority()) return usage;
  return purposes.empty() ? "issuing certificates" : "issuing certificates for " + usage;
}

std::string validity_note(const Certificate& certificate, Clock::time_point now) {
  const auto days = [](auto span) { return std::chrono::duration_cast<std::chrono::days>(span).count(); };
  if (now > certificate.not_after()) return fmt::format("EXPIRED {} days ago", days(now - certificate.not_after()));
  if (now < certificate.not_before()) return "NOT YET VALID";
  return fmt::format("{} days left", days(certificate.not_after() - now));
}

/// What peers refuse, or some of them.
std::vector<std::string> complaints(const std::vector<Certificate>& chain, size_t at) {
  std::vector<std::string> found;
  const auto& certificate = chain[at];
  const auto& key = certificate.key();
  const bool rsa = key.type() == KeyType::rsa || key.type() == KeyType::rsa_pss;
  if (rsa && key.bits() < 2048) found.push_back("peers refuse RSA keys below 2048 bits");
  if (key.type() == KeyType::other) found.push_back("TLS cannot use such a key");
  if (!certificate.is_authority() && certificate.names().empty())
    found.push_back("it names no host in subjectAltName: clients refuse a server that shows it");
  if (!certificate.allows_digital_signature() && !certificate.is_authority())
    found.push_back("its keyUsage has no digitalSignature: TLS 1.3 and (EC)DHE need it");
  if (at + 1 < chain.size() && certificate.issuer_der() != chain[at + 1].subject_der() && !certificate.is_authority())
    found.push_back("the next certificate in the file is not its issuer: peers may not find their way");
  return found;
}

void print(const std::vector<Certificate>& chain, size_t at) {
  const auto facts = chain[at].summary();
  fmt::print("\n{}  {}\n", at + 1, facts.subject);
  fmt::print("   issued by  {}{}\n", facts.issuer, chain[at].is_self_issued() ? " (itself)" : "");
  fmt::print("   key        {}\n", facts.key);
  fmt::print("   for        {}\n", use_of(chain[at]));
  if (!facts.names.empty()) fmt::print("   names      {}\n", fmt::join(facts.names, ", "));
  fmt::print("   valid      {} to {}, {}\n", facts.not_before, facts.not_after, validity_note(chain[at], Clock::now()));
  fmt::print("   SHA-256    {}\n", facts.sha256);
  for (const auto& complaint : complaints(chain, at)) fmt::print("   note       {}\n", complaint);
}

Result<> show(const std::string& path) {
  auto text = TRY(read_file(path));
  auto certificates = TRY(certificates_from_pem(as_text(text.view()), path));
  fmt::print("{}: {} certificate{}\n", path, certificates.size(), certificates.size() == 1 ? "" : "s");
  for (size_t i = 0; i < certificates.size(); ++i) print(certificates, i);
  return {};
}

}  // namespace

void add_cert_show_command(CLI::App& cert, Run& run) {
  auto* command = cert.add_subcommand("show", "what is in a file of certificates, and what peers will dislike");
  auto path = std::make_shared<std::string>();
  command->add_option("file", *path, "PEM text")->type_name("FILE")->required();
  command->footer("\nExample:\n  handfast cert show server.pem");
  command->callback([path, &run] {
    run = [path] {
      const auto shown = show(*path);
      return shown ? static_cast<int>(exit_done) : report_cert_error(shown.error());
    };
  });
}

}  // namespace handfast::app

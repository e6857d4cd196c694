#include <trace/steps.hpp>

#include <utility>

#include <fmt/format.h>

namespace handfast::trace {
namespace {

/// "ServerKeyExchange" as textbooks write it: "Server Key Exchange".
std::string spaced(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z' && !text.empty()) text += ' ';
    text += c;
  }
  return text;
}

std::string numbered(size_t number, std::string_view name) { return fmt::format("{} {}", number, spaced(name)); }

/// Why a server with this suite sends no ServerKeyExchange (RFC 5246 section 7.4.3, RFC 4279 section 2); empty where it must.
std::string_view why_no_key_exchange(const catalog::SuiteRow& suite) {
  if (suite.key_exchange == catalog::KeyExchange::rsa)
    return "not sent, the premaster secret goes under the server's RSA key";
  if (suite.key_exchange == catalog::KeyExchange::psk) return "not sent, the server has no hint to which key it takes";
  return {};
}

}  // namespace

std::string Steps::next(std::string_view message) {
  if (message == "HelloRequest" || (message == "ClientHello" && finished_ == 2)) *this = {};
  if (message == "Finished") ++finished_;
  if (message == "ServerKeyExchange") has_key_exchange_ = true;
  return numbered(++count_, message);
}

std::string Steps::next_data() {
  const bool is_first = !std::exchange(has_data_, true);
  const bool is_encrypted = !suite_ || suite_->cipher != catalog::Cipher::null;
  const auto name = is_encrypted ? "EncryptedData" : "ApplicationData";
  return is_first ? numbered(++count_, name) : spaced(name);
}

std::optional<SkippedStep> Steps::skipped_before(std::string_view message) {
  if (message != "ServerHelloDone" || has_key_exchange_ || !suite_) return {};
  const auto reason = why_no_key_exchange(*suite_);
  if (reason.empty()) return {};
  return SkippedStep{numbered(++count_, "ServerKeyExchange"), std::string(reason)};
}

void Steps::look_at(std::string_view message, const Field& fields) {
  if (message != "ServerHello") return;
  if (const auto* suite = fields.find("cipher_suite")) suite_ = catalog::find(static_cast<Suite>(suite->value));
  const auto* selected = fields.find("selected_version");
  is_tls13_ = selected && static_cast<Version>(selected->value) == Version::tls13;
}

}  // namespace handfast::trace

// steps.hpp: the messages of a handshake, numbered as textbooks number them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <catalog/suites.hpp>
#include <trace/fields.hpp>

namespace handfast::trace {

/// A message that this flow leaves out, though textbooks count it.
struct SkippedStep {
  std::string label;   ///< "5 Server Key Exchange"
  std::string reason;
};

/// Numbers the messages of one connection, in the order in which they come: "1 Client Hello" to "14 Encrypted Data" for the
/// handshake of TLS 1.2 with certificates on both sides. Counts anew where a connection shakes hands again.
class Steps {
 public:
  /// "7 Certificate" for the next message, by its name in the RFC.
  std::string next(std::string_view message);
  /// "14 Encrypted Data" for the first application data behind a handshake, "Application Data" where the suite does not
  /// encrypt; later on without a number.
  std::string next_data();
  /// What should have stood before this message; it takes a number of its own.
  std::optional<SkippedStep> skipped_before(std::string_view message);
  /// Takes the suite and the version from a ServerHello.
  void look_at(std::string_view message, const Field& fields);

  bool is_tls13() const { return is_tls13_; }

 private:
  size_t count_ = 0;
  size_t finished_ = 0;      ///< Finished messages of this handshake
  bool has_data_ = false;
  bool has_key_exchange_ = false;
  bool is_tls13_ = false;
  const catalog::SuiteRow* suite_ = nullptr;
};

/// What matters in a message, for a reader who wants to see each step: all fields of hellos and key exchanges, long ones cut,
/// and in a few words what was made of what. Printable.
std::vector<std::string> step_details(std::string_view message, const Field& fields, const Steps& steps, bool ascii);

}  // namespace handfast::trace

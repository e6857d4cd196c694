// The table of limits in SECURITY.md is written from here: the values are the code's, and each limit names a test of this program.
// HANDFAST_UPDATE=1 writes it anew.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <handfast/config.hpp>
#include <handshake/premaster12.hpp>
#include <handshake/server_psk.hpp>
#include <handshake/session_state.hpp>
#include <support/vectors.hpp>

namespace handfast {
namespace {

struct Row {
  std::string_view name;
  size_t value;
  std::string_view of;
  std::optional<Fault> fault;   ///< what comes of more
  std::string_view instead;     ///< where the connection goes on
  std::string_view test;
};

// Whoever adds a limit adds its row here, and a test of it.
static_assert(sizeof(Limits) == 14 * sizeof(size_t));

const std::vector<Row>& rows() {
  static const Limits limits{};
  static const std::vector<Row> all = {
      {"Limits::client_hello", limits.client_hello, "bytes of a ClientHello, and of all else that a client says who was not asked for a certificate",
       Fault::handshake_message_too_long, "", "LongMessages.HelloOfAClient"},
      {"Limits::handshake_message", limits.handshake_message, "bytes of any message, and so of a chain, as it comes",
       Fault::handshake_message_too_long, "", "LongFlights.OneMessage"},
      {"Limits::handshake_message", limits.handshake_message, "bytes of a decompressed certificate message", Fault::handshake_message_too_long, "",
       "LongMessages.CertificatesThatGrowWhenDecompressed"},
      {"Limits::handshake", limits.handshake, "bytes of all messages of a peer in one handshake", Fault::handshake_message_too_long, "",
       "LongFlights.AllMessages"},
      {"Limits::chain_length", limits.chain_length, "certificates in a chain", Fault::chain_too_long, "", "LongMessages.ChainsOfCertificates"},
      {"most_extensions", extensions::most_extensions, "extensions in a message", Fault::too_many_extensions, "", "LongMessages.Extensions"},
      {"Limits::pre_shared_keys", limits.pre_shared_keys, "keys and tickets in a hello that are looked at", {}, "the others are not",
       "Floods.OfPreSharedKeys"},
      {"Limits::tickets", limits.tickets, "tickets that a client takes on a connection; it keeps one", Fault::ticket_flood, "", "Floods.OfTickets"},
      {"longest_ticket", longest_ticket, "bytes of a ticket that a client keeps", {}, "it is not kept", "LongTickets.AreNotKept"},
      {"longest_given_ticket", longest_given_ticket(limits), "bytes of a ticket that a server gives", {}, "none is given", "LongMessages.Tickets"},
      {"most_skipped_early_data", most_skipped_early_data, "bytes of refused early data that are skipped", Fault::early_data_too_long, "",
       "Floods.OfEarlyDataThatIsSkipped"},
      {"Limits::warning_alerts", limits.warning_alerts, "warning alerts in a row", Fault::warning_alert_flood, "", "Floods.OfWarningAlerts"},
      {"Limits::empty_records", limits.empty_records, "empty records in a row", Fault::empty_record_flood, "", "Floods.OfEmptyRecords"},
      {"Limits::change_cipher_specs", limits.change_cipher_specs, "ChangeCipherSpecs in a handshake of TLS 1.3", Fault::unexpected_message, "",
       "Floods.OfChangeCipherSpecs"},
      {"Limits::key_updates", limits.key_updates, "KeyUpdates without data between them", Fault::key_update_flood, "", "Floods.OfKeyUpdates"},
      {"Limits::certificate_requests", limits.certificate_requests, "requests for a certificate after the handshake", Fault::unexpected_message, "",
       "Floods.OfCertificateRequests"},
      {"Limits::renegotiation_requests", limits.renegotiation_requests, "refused requests to renegotiate", Fault::unexpected_message, "",
       "Floods.OfRequestsToRenegotiate"},
      {"Limits::renegotiations", limits.renegotiations, "renegotiations by the peer, where it may at all", {}, "the next is refused",
       "Floods.OfRenegotiations"},
      {"Limits::handshake_time", static_cast<size_t>(limits.handshake_time.count()), "milliseconds of a handshake", Fault::handshake_timeout, "",
       "Floods.OfTime"},
      {"most_finite_field_bits", most_finite_field_bits, "bits of a group that a server of TLS 1.2 names by its numbers",
       Fault::finite_field_group_unsafe, "", "LongMessages.GroupsOfFiniteFields"},
  };
  return all;
}

constexpr std::string_view begin = "<!-- limits: written by tests/limits/document_test.cpp; do not edit -->\n";
constexpr std::string_view end = "<!-- end of limits -->\n";

std::string document() {
  std::string text(begin);
  text += "| Limit | Value | Of what | One more | Shown by |\n|---|---|---|---|---|\n";
  for (const auto& row : rows()) {
    const auto outcome = row.fault ? fmt::format("`{}`, alert {}", info(*row.fault).id, name(info(*row.fault).alert)) : std::string(row.instead);
    text += fmt::format("| `{}` | {} | {} | {} | `{}` |\n", row.name, row.value, row.of, outcome, row.test);
  }
  return text + std::string(end);
}

bool is_here(std::string_view wanted) {
  const auto& unit = *testing::UnitTest::GetInstance();
  for (int i = 0; i < unit.total_test_suite_count(); ++i) {
    const auto& suite = *unit.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      std::string full = fmt::format("{}.{}", suite.name(), suite.GetTestInfo(j)->name());
      if (auto slash = full.rfind('/'); slash != std::string::npos && slash > full.find('.')) full.resize(slash);   // of its parameter
      if (full == wanted || full.ends_with("/" + std::string(wanted))) return true;
    }
  }
  return false;
}

TEST(LimitsDocument, SaysWhatTheCodeSays) {
  const std::string file = test::source_folder() / "SECURITY.md";
  std::ifstream in(file);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto from = text.find(begin), to = text.find(end);
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos) << file << " has no place for the limits";
  const auto size = to + end.size() - from;
  if (std::getenv("HANDFAST_UPDATE") != nullptr) {
    text.replace(from, size, document());
    std::ofstream(file) << text;
    return;
  }
  EXPECT_TRUE(text.substr(from, size) == document()) << file << " is not what the code says. Write it anew:\n"
                                                     << "  HANDFAST_UPDATE=1 build/release/bin/test_limits --gtest_filter='LimitsDocument.*'";
}

TEST(LimitsDocument, NamesTestsThatAreHere) {
  for (const auto& row : rows()) EXPECT_TRUE(is_here(row.test)) << row.test;
}

std::string read_all_of(const std::filesystem::path& folder) {
  std::string text;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream in(entry.path());
    text.append(std::istreambuf_iterator<char>(in), {});
  }
  return text;
}

/// `Suite.Name` of each row of the table of known attacks is a test in tests/attacks.
TEST(AttacksDocument, NamesTestsThatAreThere) {
  std::ifstream in(test::source_folder() / "SECURITY.md");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto sources = read_all_of(test::source_folder() / "tests/attacks");
  const auto from = text.find("## Known attacks");
  ASSERT_NE(from, std::string::npos);
  const auto section = text.substr(from, text.find("\n## ", from + 1) - from);
  size_t named = 0;
  for (auto at = section.find('`'); at != std::string::npos; at = section.find('`', at + 1)) {
    const auto close = section.find('`', at + 1);
    ASSERT_NE(close, std::string::npos);
    const auto name = section.substr(at + 1, close - at - 1);
    at = close;
    const auto dot = name.find('.');
    if (dot == std::string::npos || name.find(' ') != std::string::npos) continue;
    ++named;
    const auto arguments = fmt::format("({}, {})", name.substr(0, dot), name.substr(dot + 1));
    EXPECT_NE(sources.find(arguments), std::string::npos) << name;
  }
  EXPECT_GE(named, 20u);
}

}  // namespace
}  // namespace handfast

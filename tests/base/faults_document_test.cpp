// docs/faults.md is written from the fault table. HANDFAST_UPDATE=1 writes it anew.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <handfast/result.hpp>
#include <support/vectors.hpp>

namespace handfast {
namespace {

constexpr std::string_view head =
    "# Faults\n\n"
    "Everything that can go wrong with a connection or a configuration. The id is stable: scripts may rely on it. The alert\n"
    "is what the peer is told when we find the fault; for a fault of the configuration nothing is sent. Written from\n"
    "`src/base/fault.cpp` by the test `base/FaultsDocument`; do not edit.\n\n"
    "| id | what is wrong | alert | rule |\n|---|---|---|---|\n";

std::string document() {
  std::string text(head);
  for (auto n = 0; n <= static_cast<int>(Fault::last_); ++n) {
    const auto& row = info(static_cast<Fault>(n));
    text += fmt::format("| `{}` | {} | {} | {} |\n", row.id, row.text, name(row.alert), row.rule);
  }
  return text;
}

TEST(FaultsDocument, SaysWhatTheTableSays) {
  const std::string file = test::source_folder() / "docs/faults.md";
  if (std::getenv("HANDFAST_UPDATE") != nullptr) std::ofstream(file) << document();
  std::ifstream in(file);
  const std::string written{std::istreambuf_iterator<char>(in), {}};
  EXPECT_TRUE(written == document()) << file << " is not what the fault table says. Write it anew:\n"
                                     << "  HANDFAST_UPDATE=1 build/release/bin/test_base --gtest_filter='FaultsDocument.*'";
}

TEST(FaultsDocument, IdsAreUnique) {
  std::set<std::string_view> ids;
  for (auto n = 0; n <= static_cast<int>(Fault::last_); ++n) {
    const auto id = info(static_cast<Fault>(n)).id;
    EXPECT_TRUE(ids.insert(id).second) << id;
  }
}

}  // namespace
}  // namespace handfast

// suites.cpp: `handfast suites`: every cipher suite, and why it is used or not.
#include <algorithm>
#include <cctype>
#include <cstdio>

#include <catalog/suite_names.hpp>
#include <catalog/suites.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <trace/json_writer.hpp>

#include "commands.hpp"
#include "exit_codes.hpp"
#include "legacy_options.hpp"
#include "tls_options.hpp"

namespace handfast::app {

namespace {

enum class Use : uint8_t { by_default, when_named, never };

/// What the tool says about a suite.
struct Line {
  Suite suite;
  std::string_view name, openssl_name;
  Version first, last;
  std::string key_exchange, protection;
  Use use;
  std::string_view why_not;
  std::vector<std::string> needs;   ///< options, beside --suite
};

Line implemented(const catalog::SuiteRow& row) {
  auto facts = catalog::facts_of(row.name);
  return {row.suite, row.name, row.openssl_name, row.first, row.last, std::move(facts.key_exchange),
          std::move(facts.protection), row.on_by_default ? Use::by_default : Use::when_named, row.why_not, unsafe_options_of(row.suite)};
}

Line known_by_name(const catalog::SuiteName& suite) {
  auto facts = catalog::facts_of(suite.name);
  return {suite.suite, suite.name, "", facts.first, facts.last, std::move(facts.key_exchange), std::move(facts.protection),
          Use::never, facts.why_not, {}};
}

/// Those of the catalog in our order of preference, then all others by their numbers.
std::vector<Line> all_lines() {
  std::vector<Line> lines;
  for (const auto& row : catalog::suites()) lines.push_back(implemented(row));
  for (const auto& suite : catalog::suite_names())
    if (!catalog::find(suite.suite)) lines.push_back(known_by_name(suite));
  return lines;
}

struct Wanted {
  std::string text{};        ///< in the name or the number; empty: any
  std::string version{};
  bool only_default = false;
  bool all = false;          ///< those too that are never negotiated
  bool json = false;
};

std::string number_of(const Line& line) { return fmt::format("{:#06x}", static_cast<uint16_t>(line.suite)); }

bool holds(std::string_view whole, std::string_view part) {
  const auto lower = [](unsigned char c) { return std::tolower(c); };
  return part.empty() || !std::ranges::search(whole, part, {}, lower, lower).empty();
}

bool is_wanted(const Line& line, const Wanted& wanted, std::optional<Version> version) {
  if (version && (*version < line.first || line.last < *version)) return false;
  if (wanted.only_default) return line.use == Use::by_default && holds(line.name, wanted.text);
  if (!wanted.text.empty())
    return holds(line.name, wanted.text) || holds(line.openssl_name, wanted.text) || holds(number_of(line), wanted.text);
  return wanted.all || line.use != Use::never;
}

std::string_view digits(Version version) { return name(version).substr(4); }   // "TLS 1.2"

std::string versions_of(const Line& line) {
  return line.first == line.last ? std::string(digits(line.first)) : fmt::format("{}-{}", digits(line.first), digits(line.last));
}

std::string heading(const Line& line) {
  if (line.use == Use::by_default) return "On by default, best first";
  const auto when = line.use == Use::never ? "Never negotiated" : "Only when named";
  return fmt::format("{}: {}{}", when, line.why_not, line.needs.empty() ? "" : fmt::format("; needs {}", fmt::join(line.needs, " and ")));
}

void print_table(const std::vector<Line>& lines) {
  size_t name_width = 0, keys_width = 0;
  for (const auto& line : lines) {
    name_width = std::max(name_width, line.name.size());
    keys_width = std::max(keys_width, line.key_exchange.size());
  }
  std::vector<std::string> headings;   // in the order in which they come
  for (const auto& line : lines)
    if (auto text = heading(line); std::ranges::find(headings, text) == headings.end()) headings.push_back(std::move(text));
  for (const auto& wanted : headings) {
    fmt::print("{}\n", wanted);
    for (const auto& line : lines) {
      if (heading(line) != wanted) continue;
      auto text = fmt::format("  {}  {:{}}  {:7}  {:{}}  {}", number_of(line), line.name, name_width, versions_of(line),
                              line.key_exchange, keys_width, line.protection);
      text.erase(text.find_last_not_of(' ') + 1);
      fmt::print("{}\n", text);
    }
    fmt::print("\n");
  }
}

void print_count(const std::vector<Line>& lines) {
  const auto count = [&](Use use) { return std::ranges::count(lines, use, &Line::use); };
  fmt::print("{} suites are on by default, {} more are there when --suite names them, {} are known by name only.\n",
             count(Use::by_default), count(Use::when_named), count(Use::never));
}

void print_json(const std::vector<Line>& lines) {
  for (const auto& line : lines) {
    trace::JsonWriter json;
    json.open_object().add("number", static_cast<unsigned>(line.suite)).add("name", line.name);
    if (line.openssl_name.empty())
      json.add_null("openssl_name");
    else
      json.add("openssl_name", line.openssl_name);
    json.open_list("versions");
    for (auto version : {Version::tls10, Version::tls11, Version::tls12, Version::tls13})
      if (line.first <= version && version <= line.last) json.add("", name(version));
    json.close().add("key_exchange", line.key_exchange).add("protection", line.protection);
    json.add("implemented", line.use != Use::never).add("on_by_default", line.use == Use::by_default);
    json.add("why_not", line.why_not).add("needs", line.needs).close();
    fmt::print("{}\n", json.text());
  }
}

int run_suites(const Wanted& wanted) {
  const auto version = version_from(wanted.version);
  if (!wanted.version.empty() && !version)
    return refuse_usage("suites", fmt::format("there is no TLS version '{}'; known are: 1.0, 1.1, 1.2, 1.3", wanted.version));
  const auto all = all_lines();
  std::vector<Line> lines;
  std::ranges::copy_if(all, std::back_inserter(lines), [&](const Line& line) { return is_wanted(line, wanted, version); });
  if (wanted.json) {
    print_json(lines);
    return exit_done;
  }
  print_table(lines);
  if (lines.empty()) fmt::print("No suite is like that.\n\n");
  print_count(all);
  return exit_done;
}

}  // namespace

void add_suites_command(CLI::App& tool, Run& run) {
  auto wanted = std::make_shared<Wanted>();
  CLI::App& command = *tool.add_subcommand("suites", "Every cipher suite: versions, key exchange, protection, and why it is off");
  command.add_option("text", wanted->text, "Only those that have this in their name or number, of all that are known")->type_name("TEXT");
  command.add_option("--tls", wanted->version, "Only those for this version")->type_name("VERSION");
  auto* all = command.add_flag("--all", wanted->all, "Those too that are never negotiated: the whole IANA registry");
  command.add_flag("--default", wanted->only_default, "Only those that are on by default")->excludes(all);
  command.add_flag("--json", wanted->json, "One JSON object a line");
  command.footer("\nExamples:\n"
                 "  handfast suites                 what can be negotiated, and why most of it is off\n"
                 "  handfast suites --tls 1.3\n"
                 "  handfast suites RC4             why not?\n"
                 "  handfast suites 0xc02f          which is it?\n"
                 "  handfast suites --all --json");
  command.callback([&run, wanted] { run = [wanted] { return run_suites(*wanted); }; });
}

}  // namespace handfast::app

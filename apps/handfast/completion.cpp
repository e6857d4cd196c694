// completion.cpp: `handfast completion`.
#include "completion.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <handfast/names.hpp>

#include "commands.hpp"
#include "exit_codes.hpp"
#include "tls_options.hpp"

namespace handfast::app {

namespace {

template <class T>
std::string names_of(const std::vector<T>& values) {
  std::vector<std::string> names;
  for (const auto value : values) names.emplace_back(name(value));
  return fmt::format("{}", fmt::join(names, " "));
}

/// The words that may follow an option, "@file" for files, empty where nothing is known; by the type the help shows.
std::string values_of(const CLI::Option& option) {
  const std::string whole = option.get_type_name();
  const std::string type = whole.substr(0, whole.find(':'));   // behind it CLI11 puts what it checks
  if (type == "FILE") return "@file";
  if (type == "SUITE") return names_of(implemented_suites());
  if (type == "GROUP") return names_of(implemented_groups());
  if (type == "SCHEME") return names_of(implemented_schemes());
  if (type == "VERSION") return "1.3 1.2 1.1 1.0";
  if (type == "MODE") return "echo http discard";
  if (type == "KIND") return "p256 p384 rsa2048 rsa3072 ed25519";
  if (type == "SECONDS|forever") return "forever";
  std::string words = type;
  if (type.find('|') == std::string::npos) return "";
  std::ranges::replace(words, '|', ' ');
  return words;
}

/// One command of the tree, by its whole name ("handfast chat serve").
struct Node {
  std::string path;
  std::vector<std::string> subcommands{};
  std::vector<std::string> flags{};                              ///< options without a value
  std::vector<std::pair<std::string, std::string>> options{};    ///< those with one, and its words
  std::string positional{};                                      ///< words of the first positional
};

void collect(const CLI::App& command, const std::string& path, std::vector<Node>& nodes) {
  Node node{path};
  for (const CLI::Option* option : command.get_options()) {
    const bool takes_value = option->get_items_expected_max() > 0;
    std::vector<std::string> names;
    for (const auto& letter : option->get_snames()) names.push_back("-" + letter);
    for (const auto& word : option->get_lnames()) names.push_back("--" + word);
    for (const auto& name : names) {
      if (takes_value) {
        node.options.emplace_back(name, values_of(*option));
      } else {
        node.flags.push_back(name);
      }
    }
    if (names.empty() && node.positional.empty()) node.positional = values_of(*option);
  }
  for (const CLI::App* sub : command.get_subcommands(nullptr)) node.subcommands.push_back(sub->get_name());
  nodes.push_back(std::move(node));
  for (const CLI::App* sub : command.get_subcommands(nullptr)) collect(*sub, path + ' ' + sub->get_name(), nodes);
}

// The tables that both scripts use: what may come at a place ("PATH"), and what may follow an option ("PATH OPTION").
struct Tables {
  std::vector<std::pair<std::string, std::string>> words{}, positional{}, values{};
};

Tables tables_of(const CLI::App& tool) {
  std::vector<Node> nodes;
  collect(tool, "handfast", nodes);
  Tables tables;
  for (const Node& node : nodes) {
    std::vector<std::string> words = node.subcommands;
    words.insert(words.end(), node.flags.begin(), node.flags.end());
    for (const auto& [name, values] : node.options) {
      words.push_back(name);
      tables.values.emplace_back(node.path + ' ' + name, values.empty() ? "@none" : values);
    }
    tables.words.emplace_back(node.path, fmt::format("{}", fmt::join(words, " ")));
    if (!node.positional.empty()) tables.positional.emplace_back(node.path, node.positional);
  }
  return tables;
}

// `form` writes one entry: ['KEY']='VALUE' for bash, 'KEY' 'VALUE' for zsh.
std::string assignments(const Tables& tables, fmt::string_view form) {
  std::string text;
  for (const auto& [name, table] : {std::pair("words", &tables.words), std::pair("positional", &tables.positional),
                                    std::pair("values", &tables.values)}) {
    text += fmt::format("_handfast_{}=(\n", name);
    for (const auto& [key, value] : *table) text += fmt::format(fmt::runtime(form), key, value);
    text += ")\n";
  }
  return text;
}

constexpr auto bash_form = R"(# bash completion for handfast; made by `handfast completion bash`
declare -gA _handfast_words=() _handfast_values=() _handfast_positional=()
{}
_handfast() {{
  local IFS=$' \t\n' line="${{COMP_LINE:0:COMP_POINT}}" word path=handfast i words key current choices
  COMPREPLY=()
  # Words as the shell would pass them, but for quotes: COMP_WORDS is broken at '=' and ':'.
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current=${{words[-1]}}
  for ((i = 1; i < ${{#words[@]}} - 1; i++)); do
    word=${{words[i]}}
    if [[ $word == -* ]]; then
      [[ $word != *=* && -n ${{_handfast_values["$path $word"]:-}} ]] && ((i++))
    elif [[ -n ${{_handfast_words["$path $word"]+x}} ]]; then
      path+=" $word"
    fi
  done
  key="$path ${{words[${{#words[@]}}-2]}}"
  local prefix=
  if [[ $current == --*=* ]]; then
    key="$path ${{current%%=*}}"
    prefix="${{current%%=*}}="
    current=${{current#*=}}
  fi
  choices=${{_handfast_values["$key"]:-}}
  if [[ -z $choices && $current == -* || -z $choices && -z ${{_handfast_positional["$path"]:-}} ]]; then
    choices=${{_handfast_words["$path"]}}
  elif [[ -z $choices ]]; then
    choices=${{_handfast_positional["$path"]}}
  fi
  case $choices in
    @none) return ;;
    @file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    *) # lists with commas: the last element is completed
      local done=
      [[ $current == *,* ]] && done="${{current%,*}},"
      mapfile -t COMPREPLY < <(compgen -P "$done" -W "$choices" -- "${{current##*,}}") ;;
  esac
  # The line's last word begins behind '=' for readline where that breaks words.
  if [[ -n $prefix && $COMP_WORDBREAKS != *=* ]]; then COMPREPLY=("${{COMPREPLY[@]/#/$prefix}}"); fi
}}
complete -F _handfast handfast
)";

constexpr auto zsh_form = R"(#compdef handfast
# zsh completion for handfast; made by `handfast completion zsh`
typeset -gA _handfast_words _handfast_values _handfast_positional
{}
_handfast() {{
  local current="${{words[CURRENT]}}" command=handfast word key choices i
  for ((i = 2; i < CURRENT; i++)); do
    word="${{words[i]}}"
    if [[ $word == -* ]]; then
      key="$command $word"
      [[ $word != *=* && -n ${{_handfast_values[$key]}} ]] && ((i++))
    elif key="$command $word" && (( ${{+_handfast_words[$key]}} )); then
      command+=" $word"
    fi
  done
  key="$command ${{words[CURRENT-1]}}"
  if [[ $current == --*=* ]]; then
    key="$command ${{current%%=*}}"
    compset -P '*='
    current="${{current#*=}}"
  fi
  choices="${{_handfast_values[$key]}}"
  if [[ -z $choices && ( $current == -* || -z ${{_handfast_positional[$command]}} ) ]]; then
    choices="${{_handfast_words[$command]}}"
  elif [[ -z $choices ]]; then
    choices="${{_handfast_positional[$command]}}"
  fi
  case $choices in
    @none) _message 'a value' ;;
    @file) _files ;;
    *) compset -P '*,'; compadd -- ${{=choices}} ;;
  esac
}}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _handfast "$@"; else compdef _handfast handfast; fi
)";

}  // namespace

std::string bash_completion(const CLI::App& tool) {
  return fmt::format(fmt::runtime(bash_form), assignments(tables_of(tool), "  ['{}']='{}'\n"));
}

std::string zsh_completion(const CLI::App& tool) {
  return fmt::format(fmt::runtime(zsh_form), assignments(tables_of(tool), "  '{}' '{}'\n"));
}

void add_completion_command(CLI::App& tool, Run& run) {
  CLI::App& command = *tool.add_subcommand("completion", "A script that lets your shell complete handfast's commands");
  command.footer("\nExamples:\n  source <(handfast completion bash)\n"
                 "  handfast completion bash > ~/.local/share/bash-completion/completions/handfast\n"
                 "  handfast completion zsh > ~/.zfunc/_handfast      (with ~/.zfunc in $fpath)");
  auto shell = std::make_shared<std::string>();
  command.add_option("SHELL", *shell, "bash or zsh")
      ->type_name("bash|zsh")->required()->check(CLI::IsMember({"bash", "zsh"}).description(""));
  command.callback([&tool, &run, shell] {
    run = [&tool, shell] {
      fmt::print("{}", *shell == "zsh" ? zsh_completion(tool) : bash_completion(tool));
      return static_cast<int>(exit_done);
    };
  });
}

}  // namespace handfast::app

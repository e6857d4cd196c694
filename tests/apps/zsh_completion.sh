# What zsh offers for a line: zsh -f zsh_completion.sh SCRIPT WORD... (the last word is being typed). The completion system's
# own functions are replaced by ones that print.
script=$1
shift
compadd() { [[ $1 == -- ]] && shift; print -l -- "$@" }
compset() { }
compdef() { }
_files() { print @file }
_message() { print @none }
source $script
words=("$@")
CURRENT=$#
_handfast

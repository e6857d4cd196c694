# What bash offers for a line: bash bash_completion.sh SCRIPT LINE. One choice a line.
source "$1"
COMP_LINE=$2
COMP_POINT=${#COMP_LINE}
_handfast
printf '%s\n' "${COMPREPLY[@]}"

#!/bin/sh
# Shows which hosts of a cluster would have one store where there is none yet: each makes a directory with a name of its own where the store
# is going to be, and when all have, looks for those of the others. It is gone again at the end, also when the connection ends before.
# $1 is the store's root, absolute; $2 the host's own name for this. The client sends all names when all are made.
set -u
export LC_ALL=C

place=$1
until [ -e "$place" ] || [ -L "$place" ]; do place=${place%/*}; [ "$place" ] || place=/; done
mark=${place%/}/clustrix-preflight
trap 'rmdir "$mark.$2" 2>/dev/null' EXIT
trap 'exit 1' HUP INT TERM PIPE
message=$(mkdir "$mark.$2" 2>&1) || { printf '\nclustrix mark refused %s\n' "$message"; exit; }
# Below one directory there may be two roots.
printf '\nclustrix mark made %s\n' "${1#"$place"}"
read -r names || exit
for name in $names; do [ ! -d "$mark.$name" ] || printf 'clustrix mark seen %s\n' "$name"; done
printf 'clustrix mark ends\n'
# Until all have looked.
read -r _

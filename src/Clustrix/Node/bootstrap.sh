#!/bin/sh
# Starts the node program, which the store keeps under the name of its digest; asks for it once where it isn't there yet.
# $1 the store's root, or nothing for the default; $2 the program's digest; $3 its length in bytes.
r=$1; [ "$r" ] || r=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/clustrix
p=$r/node/$2.sh
[ -r "$p" ] || {
	# The client sends its first request before it can know that the program is missing.
	read -r _
	(umask 077; mkdir -p "$r/node") 2>/dev/null || { printf 'clustrix 1 error store-not-writable %s\n' "$r"; exit 0; }
	printf 'clustrix 1 program\n'
	if ! { dd bs="$3" count=1 iflag=fullblock >"$r/node/$$.tmp" 2>/dev/null && mv "$r/node/$$.tmp" "$p"; } then
		rm -f "$r/node/$$.tmp"
		printf 'clustrix 1 error store-full %s\n' "$r"
		exit 0
	fi
}
exec sh "$p" serve "$r"

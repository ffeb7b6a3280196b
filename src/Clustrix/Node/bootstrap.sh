#!/bin/sh
# Starts the node program, which the store keeps under the name of its digest; asks for it once where it isn't there yet.
# $1 the store's root, or nothing for the default; $2 the program's digest; $3 its length in bytes; $4 'visit' for who changes nothing:
# where there is no store yet, a directory that goes with the session takes its place.
r=$1; [ "$r" ] || r=${XDG_CACHE_HOME:-${HOME:-$(eval "echo ~$(id -un)")}/.cache}/clustrix
visited=
refuse() { printf 'clustrix 1 error %s\n' "$*"; exit 0; }
make() { m=$(umask 077; LC_ALL=C mkdir "$@" 2>&1) || case $m in *'No space left'* | *uota*) refuse store-full "$r: $m" ;; *) refuse store-not-writable "$r: $m" ;; esac; }
# What somebody else can write isn't run.
[ ! -e "$r" ] || [ -O "$r" ] || refuse store-foreign "$r"
if [ "$4" = visit ] && [ ! -e "$r/format" ]; then
	visited=$r
	r=${TMPDIR:-/tmp}/clustrix-visit.$$
	make "$r"
	trap 'rm -rf "$r"' EXIT
	trap 'exit 1' HUP INT TERM PIPE
fi
p=$r/node/$2.sh
[ -s "$p" ] || {
	# The client sends its first request before it can know that the program is missing.
	read -r _
	m=
	for t in dd mkdir mv rm wc; do command -v $t >/dev/null || m="$m $t"; done
	[ -z "$m" ] || refuse "tool-missing$m"
	make -p "$r/node"
	t=$r/node/$(uname -n).$$.tmp
	# On a full disk the store has something in reserve.
	dd if=/dev/zero bs="$3" count=1 >"$t" 2>/dev/null || [ -L "$r/reserve" ] || rm -rf "$r/reserve"
	printf 'clustrix 1 program\n'
	dd bs="$3" count=1 iflag=fullblock >"$t" 2>/dev/null || { rm -f "$t"; refuse store-full "$r"; }
	# What a connection that ended leaves must not get the program's name.
	[ "$(($(wc -c <"$t")))" -eq "$3" ] || { rm -f "$t"; exit 0; }
	mv "$t" "$p"
}
[ "$visited" ] || exec sh "$p" serve "$r"
CLUSTRIX_VISITED=$visited sh "$p" serve "$r"

#!/bin/sh
# Clustrix, the part that runs on a node. POSIX sh with tar, gzip, dd, setsid and a SHA-256 tool; nothing is installed, nothing
# listens, and nothing outside the store's root is written. Started as
#   sh node.sh serve ROOT            answers a client's requests on stdin, until stdin ends
#   sh node.sh unpack ROOT SID       unpacks a tar on stdin for a session that waits for it
#   sh node.sh pool ROOT RUN M PLAN… runs a run's items with workers on this host; detached from any client
#
# The store:
#   cas/ab/cdef…[x]      file contents by SHA-256, read-only; x behind those that are executable (hard links share a mode)
#   ws/ROOT.SID/         workspaces: read-only trees of hard links into cas; ws/ROOT.ready says which one is whole
#   run/ID.SID/          runs; run/ID.ready says which directory is the run's
#   res/ab/cdef…         records of passed items by item key: what need not run again
#   intent/KEY           the newest run of a workload
#   tmp/SID/             what a session is doing; never looked at by anybody else while the session lives
#   epoch                has the modification time of everything in cas and ws: what is newer was written to
#   trash/ quarantine/   on their way out; taken out of use because the content was wrong
#   reserve/             what a session that cleans up needs on a disk that is full
#   words/ID             what hosts that were away are to be told of a run that was removed here: over, or cancelled
#   collected grown      kilobytes of the store when garbage was last collected, and those that came since
# Everything is made under tmp/ and published by link(2), which fails when the name is taken: so there are no locks, no name ever
# stands for something half made, and of two that publish one name the first one wins.

# A && B || C is meant as it reads: C also when B fails. Functions named in the items' files and traps look unreachable.
# shellcheck disable=SC2015,SC2317

set -u
umask 022
caller_lc=${LC_ALL-} # what an item gets back; the program and its tools compare bytes
export LC_ALL=C
unset TAR_OPTIONS GZIP # a profile may ask tar and gzip for what is wrong here
format=1
grace=3               # seconds between asking a process to end and ending it
alone=alone-          # before the class of an item that runs with nothing beside it
beside=beside-        # before the class of a second attempt at a straggler

restore_locale() { if [ "$caller_lc" ]; then LC_ALL=$caller_lc; else unset LC_ALL; fi; }

# --- answers ---------------------------------------------------------------------------------------------------------------------

ok() { printf 'ok%s\n' "${1:+ $1}"; }

# An answer is one line: a tool's several lines are joined.
fail() { # WORD TEXT
	printf 'error %s ' "$1"
	printf '%s' "$2" | tr '\n' ' ' | cut -c1-500
	[ "$2" ] || printf '\n'
}

# Less than a second, where sleep knows that; a whole one, and failure, where it says that it doesn't.
sleep_briefly() { sleep "$1" 2>/dev/null || { sleep 1; return 1; }; } # SECONDS

# --- the store -------------------------------------------------------------------------------------------------------------------

make_hex_directories() { # PARENT
	parent=$1
	set --
	for high in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do
		for low in 0 1 2 3 4 5 6 7 8 9 a b c d e f; do set -- "$@" "$parent/$high$low"; done
	done
	mkdir -p "$@"
}

make_store() { # ROOT
	(umask 077; mkdir -p "$1") &&
		mkdir -p "$1/cas" "$1/ws" "$1/run" "$1/intent" "$1/tmp" "$1/trash" "$1/quarantine" "$1/node" &&
		make_hex_directories "$1/res" &&
		TZ=UTC0 touch -t 198001010000.00 "$1/epoch" || return
	draft=$1/format.$(uname -n).$$
	printf '%s %s\n' $format "$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')" >"$draft" && { ln "$draft" "$1/format" || [ -s "$1/format" ]; } && rm "$draft"
}

# Prints the banner: "clustrix 1 ready ROOT" or "clustrix 1 error WORD TEXT".
open_store() { # ROOT
	missing=
	for tool in tar gzip dd sed find grep sort uniq od xargs mkdir mv cp ln rm cat cut tr head tail wc ls du touch chmod date sleep setsid; do
		command -v "$tool" >/dev/null || missing="$missing, $tool"
	done
	if command -v sha256sum >/dev/null; then sha256='sha256sum'; elif command -v shasum >/dev/null; then sha256='shasum -a 256'; else sha256=; fi
	# OpenSSL hashes several times faster but starts slower: for many files at once.
	if command -v openssl >/dev/null; then sha256_bulk='openssl dgst -sha256 -r'; else sha256_bulk=$sha256; fi
	[ "$sha256" ] || sha256=$sha256_bulk
	[ "$sha256" ] || missing="$missing, sha256sum"
	[ -z "$missing" ] || { printf 'clustrix 1 error tool-missing %s\n' "${missing#, }"; return 1; }
	if [ ! -e "$1/format" ]; then
		message=$(make_store "$1" 2>&1) || {
			printf 'clustrix 1 error %s %s: %s\n' "$(word_for "$message" store-not-writable)" "$1" "$(printf '%s\n' "$message" | head -n 1)"
			return 1
		}
	fi
	cd -P "$1" 2>/dev/null && read -r found token <format || { printf 'clustrix 1 error store-not-writable %s\n' "$1"; return 1; }
	[ "$found" = $format ] || { printf 'clustrix 1 error store-too-new %s %s\n' "$found" "$1"; return 1; }
	[ -O . ] || { printf 'clustrix 1 error store-foreign %s\n' "$1"; return 1; }
	root=$PWD
	this_host
	sid=
	leased=' '
	pushes=0
	copier=
	is_opened=
}

# A session's own directory under tmp/.
session() {
	uptime_now
	sid=$$.${now%.*}${now#*.}
	until mkdir "tmp/$sid" 2>/dev/null; do
		[ -w tmp ] && [ -d "tmp/$sid" ] || { sid=; return 1; }
		sid=$sid.1
	done
	identity >"tmp/$sid/owner" || { rm -rf "tmp/${sid:?}"; sid=; return 1; }
}

# Directories of a workspace are read-only; files are hard links, whose mode must never be touched.
remove_tree() { # PATH…
	for tree; do
		[ -e "$tree" ] || [ -L "$tree" ] || continue
		find "$tree" -type d ! -perm -u+w -exec chmod u+w {} + 2>/dev/null
		rm -rf "$tree"
	done
}

# What has arrived of a push stays: the next one takes it over. Mostly there is nothing that is read-only.
end_session() {
	[ -z "$copier" ] || wait "$copier"
	[ -z "$sid" ] || [ -d "tmp/$sid/in" ] || rm -rf "tmp/$sid" 2>/dev/null || remove_tree "tmp/$sid"
	[ -z "$is_opened" ] || make_reserve
}

# A little of the disk, and a few of its files, that are taken while there are enough: so that a session can begin, and clean up, where
# nothing else is left.
make_reserve() {
	mkdir reserve 2>/dev/null || return 0
	dd if=/dev/urandom of=reserve/room bs=65536 count=2 2>/dev/null && touch reserve/file reserve/name 2>/dev/null
}
# A session for which it was given up needs it still. One of which there is room for a part alone would take the last there is.
keep_reserve() { [ "$is_opened" ] || [ -e reserve ] || { free_kilobytes; [ "$free" -lt 1024 ]; } || make_reserve || rm -rf reserve; }
open_reserve() { [ -d reserve ] && [ ! -L reserve ] && rm -rf reserve && is_opened=1; }

# Whether there is room for some more. Also a quota counts, of which df knows nothing; and of dd's words, that it failed.
has_space() { # DIRECTORY
	dd if=/dev/zero of="$1/room" bs=65536 count=4 2>/dev/null
	has_space=$?
	rm -f "$1/room"
	return $has_space
}
has_room() { has_space "tmp/$sid"; }

# Keeps a workspace or a run from being collected as garbage while the session lives. Whoever leases looks afterwards whether it is
# still published, and the collector looks for leases after it has taken it out of sight: so one of them sees the other.
lease() { # NAME
	case ${sid:+$leased} in '' | *" $1 "*) return 0 ;; esac
	printf '%s\n' "$1" >>"tmp/$sid/lease" && leased="$leased$1 "
}

# Copies just so many bytes of the client's stream. head and sed may read on, and what they have read is lost for the next reader.
take() { # LENGTH
	if [ "$1" -eq 0 ]; then
		:
	elif [ "$1" -lt 1048576 ]; then
		dd bs="$1" count=1 iflag=fullblock 2>/dev/null
	else
		dd bs=65536 count=$(($1 / 65536)) iflag=fullblock 2>/dev/null || return 1
		[ $(($1 % 65536)) -eq 0 ] || dd bs=$(($1 % 65536)) count=1 iflag=fullblock 2>/dev/null
	fi
}

# A tool that gives up, because the disk is full, must not leave its input to whoever reads requests. One that is done leaves
# nothing, or the padding of an archive, and to find that out costs no process.
drained() { # COMMAND…
	"$@"
	status=$?
	[ $status -eq 0 ] && ! read -r _ || cat >/dev/null
	return $status
}

# The list that comes behind a request.
take_list() { # LENGTH FILE
	take "$1" | { drained cat >"$2" || { cat >/dev/null; false; }; } 2>/dev/null || { fail store-full "$root/$2"; return 1; }
}

# Reads "LENGTH\n" and LENGTH bytes, again and again, until LENGTH is 0: a stream with an end inside a stream that goes on. A piece with
# "LENGTH gzip" is compressed by itself. Empties $1 only when the end was reached and all was whole: tar takes a stream that was cut
# between two entries for whole.
receive() { # FILE-THAT-SAYS-CUT
	whole=1
	while read -r length encoding; do
		case $length in '' | *[!0-9]*) return 1 ;; esac
		if [ "$length" -eq 0 ]; then
			# What becomes shorter says it: a disk may be too full for something longer.
			[ ! "$whole" ] || true >"$1"
			return
		elif [ "$encoding" ]; then
			take "$length" | drained gzip -dc 2>/dev/null || whole=
		else
			take "$length" || return 1
		fi
	done
	return 1
}

# A tool's message tells a full disk from anything else.
word_for() { # MESSAGE OTHERWISE
	case $1 in
	*'No space left'* | *'Wrote only'* | *'quota exceeded'* | *'Quota exceeded'* | *'File too large'*) echo store-full ;;
	*'Read-only file system'* | *'Permission denied'*) echo store-not-writable ;;
	*) echo "$2" ;;
	esac
}

# GNU tar reads and writes 10 KiB at a time unless it is told otherwise; other tars don't look there.
untar() { TAR_OPTIONS=--blocking-factor=128 tar -xof -; }

# Unpacks the client's tar below the root; every path in it starts with tmp/SID/.
unpack() {
	cut=tmp/$sid/cut
	echo cut 2>/dev/null >"$cut" || { receive "$cut" >/dev/null; unpack_problem=$(fail store-full "$root/$cut"); return 1; }
	message=$(receive "$cut" | drained untar 2>&1)
	unpacked=$?
	[ $unpacked -ne 0 ] || [ -s "$cut" ] || return 0
	# A link to a blob that was collected as garbage since the client asked: it has to ask again.
	word=$(word_for "$message" gone)
	if [ "$word" = gone ] && [ -s "$cut" ]; then
		unpack_problem='error corrupt the stream ended early'
	else
		unpack_problem=$(fail "$word" "$message")
	fi
	return 1
}

# The same when the tar is all of the input. A client that was cut off never asks to publish what then is missing.
unpack_input() {
	message=$(untar 2>&1) && return
	unpack_problem=$(fail "$(word_for "$message" gone)" "$message")
	return 1
}

# Prints the blobs, one a line, whose content is what their name says. Names look like ab/cdef…[x].
good_blobs() { sed -n 's/^\(..\)\([0-9a-f]\{62\}\) [ *]\(\1\/\2x\{0,1\}\)$/\3/p'; } # digests and names on stdin

# Prints the names of files in the current directory that aren't proved to be good: also when the digest tool can't read them, or fails.
wrong_blobs() { # DIRECTORY-PATTERN
	# shellcheck disable=SC2086 # the pattern is to be expanded, the tool's words are to be split
	{ find $1 -type f && find $1 -type f -exec $sha256_bulk {} + | good_blobs; } 2>/dev/null | sort | uniq -u
}

# The same of so few and small files that one process is enough.
few_wrong_blobs() { # BLOB…
	# shellcheck disable=SC2086 # the tool is a command and its options
	$sha256 "$@" 2>/dev/null | for blob; do
		digest=
		read -r digest _
		case $blob in "${digest%"${digest#??}"}/${digest#??}" | "${digest%"${digest#??}"}/${digest#??}x") [ ! -L "$blob" ] || digest= ;; *) digest= ;; esac
		[ "$digest" ] || printf '%s\n' "$blob"
	done
}

# The same over four quarters at once; coreutils hashes a quarter of what a disk reads. DIGITS are the names' first digits to look at.
# Fails when names may have been lost on the way, as they are when the disk is full.
verify_incoming() { # DIRECTORY DIGITS
	for quarter in 0-3 4-7 89ab c-f; do
		(cd "$1" && wrong_blobs "[$2][$quarter]") >"tmp/$sid/wrong.$quarter" &
		quarters="${quarters-} $!"
	done
	verified=0
	for quarter in $quarters; do
		wait "$quarter" || verified=1
	done
	quarters=
	cat "tmp/$sid"/wrong.* || verified=1
	rm -f "tmp/$sid"/wrong.*
	return $verified
}

# The same while the files arrive. They come sorted: those that begin with one digit are whole when one with a later digit is there, and
# all are when what comes behind them is. Half of what is left is looked at in one go: to start the tool costs as much as some megabytes.
verify_arriving() { # DIRECTORY WHAT-COMES-BEHIND FILE-THAT-SAYS-UNPACKING
	left=0123456789abcdef
	while [ "$left" ]; do
		case ${#left} in 16) now=01234567 ;; 8) now=89ab ;; 4) now='cd' ;; *) now=${left%"${left#?}"} ;; esac
		later=${left#"$now"}
		set -- "$1" "$2" "$3" "$1"/["$later"]?
		if [ -e "$2" ] || [ ! -e "$3" ]; then
			case $left in ? | ??) (cd "$1" && wrong_blobs "[$left]?") ;; *) verify_incoming "$1" "$left" ;; esac
			return
		elif [ "$later" ] && [ -e "$4" ]; then
			(cd "$1" && wrong_blobs "[$now]?") || return 1
			left=$later
		else
			sleep_briefly 0.05
		fi
		set -- "$1" "$2" "$3"
	done
}

# Links what isn't there yet into cas. The result is 2 when another session was first with a blob: the workspace then links to a copy
# that has no name in cas, and that nobody would ever verify.
publish_blobs() { # DIRECTORY
	# A link that was planted in what arrived would lead whoever reads the blob elsewhere.
	find "$1" ! -type f ! -type d -exec rm -f {} +
	cp -RPl "$1/." cas/ 2>"tmp/$sid/cp.err" && return
	beaten=0
	for blob in "$1"/*/*; do
		blob=${blob#"$1"/}
		# shellcheck disable=SC3013 # every shell in use knows -ef
		if [ -e "cas/$blob" ]; then
			[ "$1/$blob" -ef "cas/$blob" ] || beaten=2
		elif ! { mkdir -p "cas/${blob%/*}" && ln "$1/$blob" "cas/$blob"; } 2>"tmp/$sid/cp.err"; then
			[ -e "cas/$blob" ] || return 1
			beaten=2
		fi
	done
	return $beaten
}

# Publishes what is whole of a push that wasn't finished: the names say what the contents have to be.
rescue() { # DIRECTORY
	[ -d "$1" ] && [ ! -L "$1" ] || return
	wrong=$(verify_incoming "$1" 0-9a-f) || { remove_tree "$1"; return; }
	for blob in $wrong; do rm -f "$1/$blob"; done
	find "$1" -type f -newer epoch -exec touch -r epoch {} +
	find "$1" -type f \( -name '*x' -exec chmod 555 {} + -o -exec chmod 444 {} + \)
	publish_blobs "$1"
	remove_tree "$1"
}

# Takes over what sessions that were cut off or killed have left.
salvage() {
	for other in tmp/*; do
		[ -d "$other" ] && [ ! -L "$other" ] && [ "$other" != "tmp/$sid" ] && abandoned "$other" || continue
		# By rename, so that of two salvagers one does it.
		mv "$other" "tmp/$sid/salvage" 2>/dev/null || continue
		rescue "tmp/$sid/salvage/in"
		remove_tree "tmp/$sid/salvage"
	done
}


# --- reading: records, files and logs of a run, also from a full disk -------------------------------------------------------------------

# Item numbers, one a line; answers with "NUMBER RECORD" for those that have one, and with "attempt RECORD" for what else was tried of
# them: for what no journal told.
do_records() { # ID LENGTH
	numbers=$(take "$2")
	find_run "$1" reading || return
	printf '%s\n' "$numbers" | while IFS= read -r wanted; do
		IFS= read -r record 2>/dev/null <"$run/done/$wanted" || continue
		printf '%s %s\n' "$wanted" "$record"
		case $record in *'"attempt":1,'*) [ -d "$run/att/$wanted.2" ] || continue ;; esac
		for attempt in "$run/att/$wanted".*; do
			IFS= read -r record 2>/dev/null <"$attempt/record" && printf 'attempt %s\n' "$record"
		done
	done
	printf '.\n'
}

# The bytes of stdin as printf takes them, four characters each: no shell has a variable for them as they are.
# shellcheck disable=SC1003 # one backslash
in_octal() { od -An -v -to1 | tr -d '\n' | tr ' ' '\\'; }

# Writes what a command does in pieces, "LENGTH\n" and LENGTH bytes each, and a 0 behind the last: what receive reads. A piece goes
# through a file, because its length comes first. Where there is no room for one, the command does all of it again, which must be the
# same, and what hasn't been sent goes through memory: slowly, but a full disk is to be read.
send() { # SCRATCH-FILE COMMAND…
	scratch=$1
	shift
	"$@" | {
		sent=0
		while dd bs=1048576 count=4 iflag=fullblock >"$scratch"; status=$?; [ $status -eq 0 ] && [ -s "$scratch" ]; do
			length=$(($(wc -c <"$scratch")))
			printf '%s\n' $length
			cat "$scratch"
			sent=$((sent + length))
		done 2>/dev/null
		rm -f "$scratch"
		[ $status -eq 0 ] || { cat >/dev/null; "$@" | tail -c +$((sent + 1)) | send_from_memory; }
	}
	printf '0\n'
}

send_from_memory() {
	while piece=$(dd bs=65536 count=1 iflag=fullblock 2>/dev/null | in_octal); [ "$piece" ]; do
		printf '%s\n' $((${#piece} / 4))
		# shellcheck disable=SC2059 # nothing but \ooo
		printf "$piece"
	done
}

# A tar of files. What tar has to say goes to 3, and that it failed.
pack_files() { # plain|gzip PATH…
	encoding=$1
	shift
	{ tar -cf - "$@" 2>&3 || echo 'tar has failed' >&3; } | case $encoding in gzip) gzip -1c ;; *) cat ;; esac
}

# Paths below the root, one a line, as many as one command line holds; answers with a tar of them.
do_fetch() { # plain|gzip LENGTH
	paths=$(take "$2")
	# shellcheck disable=SC2086 # one word a path
	{ said=$(send "tmp/$sid/piece" pack_files "$1" $paths 3>&1 >&4); } 4>&1
	case $said in *'tar has failed'*) fail gone "$said" ;; *) ok ;; esac
}

# One file whose path no list can hold; what isn't plain in it is \0ooo.
do_fetch_one() { # ENCODED-PATH
	path=$(printf '%b_' "$1")
	path=${path%_}
	if [ ! -f "$path" ] || [ -L "$path" ]; then
		printf '0\n'
		fail gone "$1"
	else
		send "tmp/$sid/piece" cat "$path"
		ok
	fi
}

# What an item has written since the client has seen OUT and ERR bytes of the attempt in DIRECTORY; all of it when there is a newer one.
do_log() { # ID ITEM DIRECTORY OUT ERR
	find_run "$1" reading || return
	attempt=- progress=waiting newest=0
	if IFS= read -r record 2>/dev/null <"$run/done/$2"; then
		attempt=${record##*\"dir\":\"} progress='done'
		attempt=${attempt%%\"*}
	else
		for directory in "$run/att/$2".*; do
			number=${directory##*.}
			[ -e "$directory/stdout" ] && [ "$number" -gt "$newest" ] && newest=$number attempt=$directory progress=running
		done
	fi
	[ "$attempt" = "$3" ] || set -- "$1" "$2" "$attempt" 0 0
	log_piece stdout "$4"
	log_piece stderr "$5"
	ok "$progress $attempt"
}

# NAME.cut says how many bytes of the stream aren't in the file any more, how long a note the file begins with instead, and why, where that
# isn't LogLimit.
read_cut() { # NAME
	cut_before "$attempt/$1"
	gone=$left_out note_length=$noted
}
cut_before() { # LOG -> $left_out, $noted, $why
	left_out=0 noted=0 why=
	[ ! -r "$1.cut" ] || read -r left_out noted why <"$1.cut"
	why=${why:-LogLimit}
}

log_piece() { # NAME OFFSET: 4 MiB of it at most, and less where there is no room for them
	[ -f "$attempt/$1" ] || return 0
	while :; do
		read_cut "$1"
		was_gone=$gone from=$2 piece=
		[ "$from" -ge "$gone" ] || from=$gone
		skipped=$((from - gone + note_length))
		if tail -c +$((skipped + 1)) "$attempt/$1" | head -c 4194304 2>/dev/null >"tmp/$sid/piece"; then
			size=$(($(wc -c <"tmp/$sid/piece")))
		else
			rm -f "tmp/$sid/piece"
			piece=$(tail -c +$((skipped + 1)) "$attempt/$1" | head -c 65536 | in_octal)
			size=$((${#piece} / 4))
		fi
		read_cut "$1"
		# Otherwise the log was shortened meanwhile.
		[ "$gone" != "$was_gone" ] || break
	done
	note=
	[ "$from" -eq "$2" ] || note="clustrix: at least $((from - $2)) bytes were left out here ($why)
"
	[ $((size + ${#note})) -eq 0 ] || printf '%s %s %s\n%s' "$1" $((size + ${#note})) $((from + size)) "$note"
	# shellcheck disable=SC2059 # nothing but \ooo
	if [ "$piece" ]; then printf "$piece"; elif [ "$size" -gt 0 ]; then cat "tmp/$sid/piece"; fi
}


# --- garbage ---------------------------------------------------------------------------------------------------------------------

# Only one collects at a time; pushes and runs go on meanwhile: a push that loses a blob under its hands is told and asks again.
take_collector() {
	identity >"tmp/$sid/me"
	ln "tmp/$sid/me" collector 2>/dev/null || { ! alive collector && mv -f "tmp/$sid/me" collector; }
}

# A name that somebody planted in the store leads nowhere.
named_in() { # FILE -> $name
	name=
	[ ! -L "$1" ] && read -r name _ 2>/dev/null <"$1" || return 1
	case $name in '' | */* | .*) return 1 ;; esac
}

# Out of sight at once, and then away piece by piece; of a link the link alone.
throw_away() { # PATH
	if [ -d "$1" ] && [ ! -L "$1" ]; then
		chmod u+w "$1" && mv "$1" "trash/${1##*/}.$sid" && remove_tree "trash/${1##*/}.$sid"
	else
		rm -f "$1"
	fi
}

# Finds out what live sessions hold and what the runs that stay have a use for. Leases come first: a session that has ended since then
# has published its run.
note_uses() {
	in_use=' '
	for other in tmp/*; do
		[ -r "$other/lease" ] && { [ "$other" = "tmp/$sid" ] || ! abandoned "$other"; } || continue
		while read -r name; do in_use="$in_use$name "; done <"$other/lease"
	done
	for ready in run/*.ready; do
		named_in "$ready" && [ -d "run/$name" ] || continue
		case $aged in *" run/$name/ended "*) continue ;; esac
		in_use="$in_use$name "
		for list in spec needs; do
			[ ! -r "run/$name/$list" ] || while read -r words; do in_use="$in_use$words "; done <"run/$name/$list"
		done
	done
}

used() { case $in_use in *" $1 "*) ;; *) return 1 ;; esac; }

# Runs that are over and workspaces go when they are DAYS old and nobody has a use for them; then what is linked from nowhere goes.
# First a name is taken out of sight, and then it is looked once more whether somebody has begun to use what it names: see lease.
do_clean() { # DAYS dry|now
	take_collector || { fail busy "another session is collecting garbage"; return; }
	[ "$1" -eq 0 ] && old= || old="-mtime +$(($1 - 1))"
	# shellcheck disable=SC2086 # $old is two words or none
	aged=" $(find run ws \( -path 'ws/*' -o -path 'run/*/*' \) -type d -prune -o \( -path 'run/*/ended' -o -path 'ws/*.ready' \) -type f $old -print | tr '\n' ' ')"
	note_uses
	for ready in run/*.ready; do
		named_in "$ready" && ! used "$name" || continue
		printf 'run %s\n' "${name%%.*}"
		[ "$2" = dry ] || rm -f "$ready"
	done
	for ready in ws/*.ready; do
		named_in "$ready" && ! used "$name" || continue
		case $aged in *" $ready "*) ;; *) continue ;; esac
		printf 'workspace %s\n' "$name"
		[ "$2" = dry ] || rm -f "$ready"
	done
	[ "$2" = dry ] || remove_unused
	find cas -type f -links 1 -exec ls -ln {} + 2>/dev/null | while read -r _ _ _ _ size _ _ _ name; do printf 'blob %s %s\n' "$size" "$name"; done
	[ "$2" = dry ] || find cas -type f -links 1 -exec rm -f {} +
	rm -f collector
	printf '.\n'
}

remove_unused() {
	for path in trash/*; do
		remove_tree "$path"
	done
	for path in tmp/*; do
		[ "$path" = "tmp/$sid" ] || ! abandoned "$path" || throw_away "$path"
	done
	note_uses
	for path in run/* ws/*; do
		name=${path##*/}
		case $name in *.ready | '*') continue ;; esac
		used "${name%.blobs}" || published "$path" "${name%.blobs}" || throw_away "$path"
	done
	find res -type f -links 1 -exec rm -f {} +
	find quarantine -mindepth 1 -mtime +6 -type f -exec rm -f {} +
}

published() { # PATH NAME: whether the ready file of a run or a workspace names it
	named_in "${1%%/*}/${2%%.*}.ready" && [ "$name" = "$2" ]
}


# --- garbage ---------------------------------------------------------------------------------------------------------------------

# Only one collects at a time; pushes and runs go on meanwhile: a push that loses a blob under its hands is told and asks again. The result
# is 1 when another one collects, and 2 when there is no room to say who does.
take_collector() {
	[ ! -L collector ] || rm -f collector
	# Whatever the shell says of it, it is told as the want of room that it is.
	{ identity >"tmp/$sid/me" || { open_reserve && identity >"tmp/$sid/me"; }; } 2>/dev/null || return 2
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

# Runs that have ended and workspaces that wait for the next push, as run/NAME/ended and ws/ROOT.ready.
finished() { # FIND-EXPRESSION…
	find run ws \( -path 'ws/*' -o -path 'run/*/*' \) -type d -prune -o \( -path 'run/*/ended' -o -path 'ws/*.ready' \) -type f "$@"
}

# The same without what may go on on another host, all on one line.
out_of_use() { # FIND-EXPRESSION…
	finished "$@" -print | while IFS= read -r path; do
		case $path in run/*) standing_of "${path%/ended}"; [ "$standing" != ended ] || continue ;; esac
		printf '%s ' "$path"
	done
}

# --- what goes when there is too much of it ---------------------------------------------------------------------------------------------

# Kilobytes that a directory takes up.
measure() { # DIRECTORY -> $taken
	taken=$(du -sk "$1" 2>/dev/null)
	taken=${taken%%[!0-9]*}
	taken=${taken:-0}
}

# For each file that has a name in cas and no other one outside of some trees: the first of the trees' numbers, kilobytes, bytes, inode.
# Takes "INODE NUMBER KILOBYTES LINKS BYTES" for each of the names in the trees; those with -1 have no name in cas, but one in quarantine.
last_links() {
	sort -k1,1n -k2,2n | {
		last=
		while read -r inode number kilobytes names bytes; do
			[ "$inode" = "$last" ] || { last=$inode first=$number others=$names; }
			[ "$number" -ge 0 ] || others=0
			others=$((others - 1))
			[ $others -ne 1 ] || printf '%s %s %s %s\n' "$first" "$kilobytes" "$bytes" "$inode"
		done
	}
}

# The names in a tree, for last_links.
links_of() { # NUMBER TREE
	find "$2" -type f -links +1 -exec ls -lnis {} + 2>/dev/null |
		sed -n "s/^ *\\([0-9]*\\) *\\([0-9]*\\) [^ ]* *\\([0-9]*\\) *[0-9]* *[0-9]* *\\([0-9]*\\) .*/\\1 $1 \\2 \\3 \\4/p"
}

# One that may go, unless it is in use or has been named before: for something younger that needs it.
may_go() { # PATH DIRECTORY
	case ${2#*/} in '' | */* | .*) return 0 ;; esac
	[ -f "$1" ] && [ ! -L "$1" ] && [ -d "$2" ] && [ ! -L "$2" ] && ! used "${2#*/}" || return 0
	case $named in *" $1 "*) return 0 ;; esac
	named="$named$1 "
	place=$((place + 1))
	printf '%s %s\n' $place "$1"
	case $1 in
	run/*)
		measure "$2"
		printf '%s %s\n' $place "$taken"
		;;
	*) links_of $place "$2" >>"tmp/$sid/links" ;;
	esac
}

# The youngest first, each behind what it has a use for, with places from 1 on: "PLACE PATH", and "PLACE KILOBYTES" for what goes with it.
order_of_going() {
	named=' ' place=0
	links_of -1 quarantine >"tmp/$sid/links"
	finished -exec ls -1t {} + | while IFS= read -r path; do
		case $path in
		run/*/ended)
			path=${path%/ended}
			! read -r _ trees 2>/dev/null <"$path/spec" || for other in $trees; do may_go "ws/${other%%.*}.ready" "ws/$other"; done
			[ ! -r "$path/needs" ] || while read -r other; do may_go "run/$other/ended" "run/$other"; done <"$path/needs"
			may_go "$path/ended" "$path"
			;;
		*) ! named_in "$path" || may_go "$path" "ws/$name" ;;
		esac
	done
	last_links <"tmp/$sid/links" | cut -d ' ' -f 1,2
}

# Counts as aged what has been out of use longest, until what goes with it makes so much room; or nothing, when all of it wouldn't be
# enough and less is of no use.
age_for_room() { # KILOBYTES enough|some
	by_days=$aged
	aged=" $(out_of_use)"
	note_uses
	order_of_going >"tmp/$sid/order"
	aged=$by_days
	by_size=$(sort -k1,1rn -k2,2r "tmp/$sid/order" | {
		room=0
		while read -r _ what; do
			case $what in
			[0-9]*) room=$((room + what)) ;;
			*) [ $room -lt "$1" ] || break; printf '%s ' "$what" ;;
			esac
		done
		[ $room -ge "$1" ] || [ "$2" = some ]
	}) && aged=$aged$by_size
	rm -f "tmp/$sid/order" "tmp/$sid/links"
}

# --- collecting -------------------------------------------------------------------------------------------------------------------------

# Runs that are over and workspaces go when they are DAYS old and nobody has a use for them, and the oldest also while the store is larger
# than LIMIT, or its disk has less than ROOM free, both in kilobytes; then what is linked from nowhere goes.
do_clean() { # DAYS LIMIT ROOM dry|now
	take_collector
	case $? in
	0) collect "$@" ;;
	1) fail busy "another session is collecting garbage" ;;
	*) fail clean-full "$root/tmp" ;;
	esac
}

# Whether a run, of which all is done, has nobody left who would say that it is over. Of a pool on another host only its beat tells;
# a pool may end, with either file, while it is looked at, and has no beat before its first second is over.
is_deserted() { # RUN-DIRECTORY
	for pool in "$1"/pool-*; do
		alive "$pool" || continue
		[ "$o_host" != "$host" ] && [ -z "$(find "$pool" "$1/beat.${pool##*/pool-}" -mmin -2 2>/dev/null)" ] || return 1
	done
}

# Whoever kills a pool behind the last result leaves a run to which nobody says that it is over, since nobody has to go on with it.
end_orphans() {
	for ready in run/*.ready; do
		named_in "$ready" && [ -d "run/$name" ] && [ ! -L "run/$name" ] && [ ! -e "run/$name/ended" ] && ! alive "run/$name/hold" || continue
		is_deserted "run/$name" && (cd "run/$name" && all_done) || continue
		printf 'finished\n' >"tmp/$sid/ended" && touch -r "run/$name/done" "tmp/$sid/ended" && mv "tmp/$sid/ended" "run/$name/ended"
	done
}

# The runs that aren't over, here or perhaps on another host, at which nobody has worked and which no client has looked at for DAYS, or for a
# day: as run/NAME/ended. A look that fails, because something of the run went away meanwhile, gives nothing up.
given_up() { # DAYS
	for ready in run/*.ready; do
		named_in "$ready" && [ -d "run/$name" ] && [ ! -L "run/$name" ] || continue
		state_of "run/$name"
		standing_of "run/$name"
		case $state.$standing in stopped.* | ended.ended) ;; *) continue ;; esac
		young=$(find "run/$name" -maxdepth 1 ! -mtime +$(($1 > 1 ? $1 - 1 : 0)) 2>/dev/null) && [ -z "$young" ] || continue
		printf 'run/%s/ended ' "$name"
	done
}

# First a name is taken out of sight, and then it is looked once more whether somebody has begun to use what it names: see lease.
collect() { # DAYS LIMIT ROOM dry|now
	end_orphans
	[ "$1" -eq 0 ] && old= || old="-mtime +$(($1 - 1))"
	# shellcheck disable=SC2086 # $old is two words or none
	aged=" $(out_of_use $old)$(given_up "$1")"
	measure .
	[ $((taken - $2)) -le 0 ] || age_for_room $((taken - $2)) some
	[ "$3" -eq 0 ] || { free_kilobytes; lacking=$(($3 - free)); [ $lacking -le 0 ] || age_for_room $lacking enough; }
	note_uses
	for ready in run/*.ready; do
		named_in "$ready" && ! used "$name" || continue
		measure "run/$name"
		printf 'run %s %s\n' "${name%%.*}" "$taken"
		[ "$4" = dry ] || { leave_word "$name" 2>/dev/null; rm -f "$ready"; }
	done
	for ready in ws/*.ready; do
		named_in "$ready" && ! used "$name" || continue
		case $aged in *" $ready "*) ;; *) continue ;; esac
		printf 'workspace %s\n' "$name"
		[ "$4" = dry ] || rm -f "$ready"
	done
	if [ "$4" = dry ]; then going; else remove_unused; fi
	find cas -type f -links 1 -exec ls -ln {} + 2>/dev/null | while read -r _ _ _ _ size _ _ _ name; do printf 'blob %s %s\n' "$size" "$name"; done
	if [ "$4" = now ]; then
		find cas -type f -links 1 -exec rm -f {} +
		measure .
		put_number collected "$taken"
		put_number grown 0
	fi
	rm -f collector
	printf '.\n'
}

# The blobs that remove_unused would leave without a link.
going() {
	{ links_of -1 quarantine; links_that_go; } | last_links | while read -r _ _ bytes blob; do printf 'blob %s %s\n' "$bytes" "$blob"; done
}

links_that_go() {
	for path in trash/* tmp/* ws/*; do
		[ -d "$path" ] && [ ! -L "$path" ] || continue
		other=${path##*/}
		case $path in
		tmp/*) [ "$path" != "tmp/$sid" ] && abandoned "$path" || continue ;;
		ws/*)
			! used "$other" || continue
			case $aged in *" ws/${other%%.*}.ready "*) ;; *) ! published "$path" "$other" || continue ;; esac
			;;
		esac
		links_of 0 "$path"
	done
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
	[ ! -d words ] || find words -mindepth 1 -mtime +29 -type f -exec rm -f {} +
}

published() { # PATH NAME: whether the ready file of a run or a workspace names it
	named_in "${1%%/*}/${2%%.*}.ready" && [ "$name" = "$2" ]
}

# --- collecting by itself ---------------------------------------------------------------------------------------------------------------

# What the store remembers of its own size; 0 for what can't be a number: anything may have been planted there.
number_in() { # FILE -> $number
	number=0
	[ ! -L "$1" ] && read -r number _ 2>/dev/null <"$1"
	case $number in '' | *[!0-9]* | 0?* | ????????????????*) number=0 ;; esac
}

put_number() { # FILE NUMBER
	if [ -L "$1" ]; then rm -f "$1"; elif [ -d "$1" ]; then return 1; fi
	printf '%s\n' "$2" >"tmp/$sid/number" && mv -f "tmp/$sid/number" "$1"
}

# Collects when it is due: a day after the last time, or when the store has grown beyond LIMIT since, by what clients say. That costs a
# few processes. So that a store whose content is all in use isn't measured again after every run, it has to grow by a twentieth each time.
do_tidy() { # DAYS LIMIT GROWTH
	number_in grown
	grown=$((number + $3))
	put_number grown $grown
	number_in collected
	if [ -z "$(find collected -prune -type f 2>/dev/null)" ]; then
		measure .
		put_number collected "$taken"
		put_number grown 0
	elif [ "$(find collected -prune -mtime +0)" ] || { [ $((number + grown)) -gt "$2" ] && [ $grown -ge $(($2 / 20)) ]; }; then
		# What hangs or is cut off is tried again tomorrow.
		put_number collected "$number"
		take_collector && { printf 'due\n'; collect "$1" "$2" 0 now; } && return
	fi
	printf '.\n'
}

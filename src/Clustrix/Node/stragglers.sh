
# --- items that take far longer than they used to --------------------------------------------------------------------------------------

# Such an item is attempted a second time, beside the first attempt, by a worker that has nothing else to do. Whichever passes first
# becomes the result, and the other one is ended. The second attempt decides nothing by failing: that may come of the first one's being
# at work, and the item is then what it would have been without.

idle_limit=60 # seconds that a scheduler's worker without work waits for a straggler

# Has a second attempt made at what is being run. The entry is like others, with this host in the place of the order.
put_up() { # ATTEMPT-DIRECTORY CLASS
	item=${1#att/}
	number=${item##*.} item=${item%.*}
	next_attempt "$item" "$number"
	entry=$beside$2.$member.$item.$next
	{ printf '%s\n' "$entry" >"$1/late" && true >"todo/$entry" && printf 'late %s\n' "$entry" >>"journal.$member-watch"; } 2>/dev/null
}

# Whether an entry is anybody's. What has taken too long here is for other hosts to try, if there are any: it may be the host.
is_for_us() { # ENTRY
	case $1 in "todo/$beside"*) ;; *) return 0 ;; esac
	late_on=${1#"todo/$beside"*.}
	[ "${late_on%%.*}" != "$member" ] || ! alive hold
}

# Makes the directory of the next attempt: with two attempts beside each other, its number isn't always one more. The second attempts
# in between, $skipped, use up none of the item's retries.
next_attempt() { # ITEM NUMBER
	next=$(($2 + 1)) skipped=0
	until mkdir "att/$1.$next" 2>/dev/null; do
		# Otherwise there is no room for it, and whoever makes the attempt will tell.
		[ -d "att/$1.$next" ] || return 0
		next=$((next + 1)) skipped=$((skipped + 1))
	done
}

# Whether an attempt comes too late: another one has become the result, here or on another host.
is_over() { # ATTEMPT-DIRECTORY
	over_item=${1#att/}
	over_number=${over_item##*.} over_item=${over_item%.*}
	{ [ -e "done/$over_item" ] || is_fenced "$over_item" "$over_number"; } && [ ! -e "$1/record" ]
}

# Whether another host has made up for an attempt.
is_fenced() { # ITEM ATTEMPT
	read -r fenced_to 2>/dev/null <"gone/$1" && [ "$2" -le "$fenced_to" ]
}

# Whether an item has a result. One of an attempt that another host has made up for is none, and goes.
is_decided() { # ITEM
	read -r decision 2>/dev/null <"done/$1" || return 1
	decision=${decision#*'"attempt":'}
	is_fenced "$1" "${decision%%,*}" || return 0
	rm -f "done/$1"
	return 1
}

is_superseded() {
	[ -e "$directory/superseded" ] || is_fenced "$item" "$number" || return 1
	outcome=Lost cause=Superseded exit=0 signal=0 files='' missing=''
	withdraw
}

# Ends an attempt that neither becomes a result nor is made up for.
withdraw() {
	write_record || return 1
	printf 'over %s\n' "$record" >&9
	rm -f "claim/$claimed"
}

# Whether a scheduler's worker without work stays a little longer, for an item of its class that another worker has in hand and that has
# a usual duration. Who doesn't stay has to be queued for.
awaits_stragglers() { # CLASS
	[ "$is_batch" ] && has_time || return 1
	uptime_now
	[ "$idle_since" ] || idle_since=${now%.*}
	[ $((${now%.*} - idle_since)) -lt $idle_limit ] || return 1
	for current in current.*; do
		read -r _ _ _ late class _ 2>/dev/null <"$current" && [ "$class" = "$1" ] && [ "$late" -gt 0 ] && return 0
	done
	return 1
}


# --- a run on several hosts, each with a store of its own -----------------------------------------------------------------------------

# As long as this session lives, a pool that has nothing left to do waits for what the client may bring from another host.
do_hold() { # ID
	find_run "$1" || return
	identity >"tmp/$sid/hold" && mv "tmp/$sid/hold" "$run/hold" || { fail store-full "$root/$run"; return; }
	ok
}

# When the run is over, a host that isn't here doesn't know that; or all have heard of it.
do_release() { # ID [over|closed]
	find_run "$1" || return
	rm -f "$run/hold"
	[ $# -lt 2 ] || true >"$run/$2" || { fail store-full "$root/$run"; return; }
	ok
}

# The run was over while this host was out of sight: what it hasn't done was done elsewhere.
do_settle() { # ID
	find_run "$1" || return
	id=$1
	await_end disown_rest
	[ -e "$run/ended" ] || { sweep "CLUSTRIX_RUN=$id"; printf 'finished\n' >"$run/ended"; }
	ok
}

disown_rest() {
	# What a worker takes at the same moment is found among the claims.
	find "$run/todo" "$run/wait" "$run/given" -type f -exec rm -f {} + 2>/dev/null
	for claim in "$run"/claim/*; do
		[ -e "$claim" ] || continue
		parse_claim "claim/${claim##*/}"
		fence "$item" "$number"
	done
}

# Takes at most COUNT entries away from this host's workers, the last first, and names them: by the rename that a worker claims with. Of
# items that are still to be begun, or of second attempts at stragglers.
do_yield() { # ID COUNT first|beside
	find_run "$1" || return
	left=$2
	for entry in $(cd "$run/todo" && ls -r); do
		[ "$left" -gt 0 ] || break
		case $3:$entry in *:"$alone"* | first:"$beside"*) continue ;; beside:"$beside"*) ;; beside:*) continue ;; esac
		mv "$run/todo/$entry" "$run/given/$entry" 2>/dev/null || continue
		left=$((left - 1))
		printf '%s\n' "$entry"
	done
	printf '.\n'
}

# Entries have four parts, class, order, item and attempt; those that wait have two more.
drop_entries() { # ITEM
	rm -f "$run"/given/*.*."$1".* "$run"/todo/*.*."$1".* "$run"/wait/*.*."$1".*.*.*
}

# Attempts that another host has made up for: what has come of them here, or still comes, doesn't count.
fence() { # ITEM LAST-ATTEMPT-THAT-DOESN'T-COUNT
	{ [ -d "$run/gone" ] || mkdir -p "$run/gone"; } && printf '%s\n' "$2" 2>/dev/null >"$run/gone/$1"
}

# Entries, one a line, that are this host's from now on. What was tried elsewhere counts as lost there, not as failed.
do_give() { # ID LENGTH
	take_list "$2" "tmp/$sid/entries" || return
	find_run "$1" || return
	while read -r entry; do
		parse_claim "$entry."
		drop_entries "$item"
		case $class.$number in
		"$beside"* | *.1) rm -f "$run/gone/$item" ;;
		*) fence "$item" $((number - 1)) || { fail store-full "$root/$run"; return; } ;;
		esac
		[ ! -e "$run/done/$item" ] || ! (cd "$run" && is_decided "$item") || continue
		{ [ "$number" -eq 1 ] || printf '%s 0\n' $((number - 1)) >"$run/lost/$item"; } && true >"$run/todo/$entry" || { fail store-full "$root/$run"; return; }
	done <"tmp/$sid/entries"
	rm -f "$run/ended" "$run/closed"
	ok
}

# Entries, one a line, that are another host's by now: this one was out of sight when they were given away, or the item has passed
# there. An attempt that is under way is ended.
do_forget() { # ID LENGTH
	take_list "$2" "tmp/$sid/entries" || return
	find_run "$1" || return
	while read -r entry; do
		parse_claim "$entry."
		drop_entries "$item"
		fence "$item" "$number" || { fail store-full "$root/$run"; return; }
	done <"tmp/$sid/entries"
	ok
}

# Gives back what members of a shared store had claimed: MEMBER, CAUSE and, for what may have been the item's own doing, counted, one a
# line. The client says that they are gone: nobody here could know it. Answers with MEMBER ITEM ATTEMPT for each claim.
do_reclaim() { # ID LENGTH
	take_list "$2" "tmp/$sid/members" || return
	find_run "$1" || return
	(cd "$run" && take_back_all "$1") <"tmp/$sid/members" || { fail run-full "$1 $root: workers of run $1 are gone, and what they had can't be given back"; return; }
	printf '.\n'
}

# In the run's directory, with the members on stdin. A * at the end of a name is for all that begin so: a scheduler may not count a
# worker's starts.
take_back_all() { # ID
	id=$1 home=$(pwd)
	while read -r name cause counted; do
		# shellcheck disable=SC2231 # a pattern without blanks
		for claim in claim/*.$name-*; do
			[ ! -e "$claim" ] || take_back "$claim" || return
		done
		end_waits "$name" all
		# shellcheck disable=SC2086 # as above
		rm -f pool-$name
	done
}

# When the attempt at hand was begun, and when its worker was known to live last: $begun and $now, by the clock and in the words of the host
# where that was, as far as it has told. Otherwise all of that is now and here.
recall() { # WORKER MEMBER
	uptime_now
	begun=$now
	clock_there='' host_there='' recalled=''
	read -r _ _ recalled _ _ began_there clock_there host_there 2>/dev/null <"current.$1"
	if [ "$recalled" != "$directory" ] || [ -z "$host_there" ]; then clock_there='' host_there=''; return; fi
	begun=$began_there now=$began_there last_beat=''
	read -r last_beat 2>/dev/null <"beat.$2"
	[ "${last_beat:-0}" -le "${begun%.*}" ] || now=$last_beat.00
}

# A claim of a worker that was somewhere else.
take_back() { # CLAIM
	parse_claim "$1"
	[ ! -e "done/$item" ] || return 0
	losses "$item"
	gone=${claimant%-*}
	worker=$claimant record_worker=$gone outcome=Lost exit=0 signal=0 step=0 files='' missing='' item_retry_on='' item_key=-
	recall "$claimant" "$gone"
	clock=$(($(date +%s) - ${now%.*}))
	mkdir -p "$directory" && open_journal "$host-1" || return 1
	case $class in "$beside"*) withdraw; return ;; esac
	case $counted.$class in counted."$alone"*) outcome=Crashed; publish_record; return ;; esac
	[ -z "$counted" ] || died=$((died + 1))
	next_attempt "$item" "$number"
	printf '%s %s\n' $((lost + skipped + 1)) "$died" >"lost/$item" && write_record || return 1
	printf 'lost %s\n' "$record" >&9
	class_of_next
	if mv "$1" "todo/$class.$order.$item.$next" 2>/dev/null; then printf '%s %s %s\n' "$gone" "$item" "$number"; else [ ! -e "$1" ]; fi
}

# Blob names, one a line, that another host of the cluster has: this host's own ssh fetches them. COMMAND is escaped for printf.
do_copy() { # ADDRESS COMMAND LENGTH
	take_list "$3" "tmp/$sid/wanted" || return
	command=$(printf '%b_' "$2")
	mkdir -p "tmp/$sid/in"
	# Whatever doesn't come whole is asked for again; what comes is checked like everything that arrives.
	ssh -o BatchMode=yes -o ConnectTimeout=10 -- "$1" "${command%_}" <"tmp/$sid/wanted" 2>"tmp/$sid/ssh.err" | tar -xof - -C "tmp/$sid/in" 2>/dev/null
	copied=$?
	rescue "tmp/$sid/in"
	[ $copied -eq 0 ] && ok || fail not-copied "$(tail -n 3 "tmp/$sid/ssh.err")"
}

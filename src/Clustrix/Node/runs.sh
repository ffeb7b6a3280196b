
# --- runs: look up, submit, start, watch, fetch, cancel --------------------------------------------------------------------------------

# Item keys, one a line; answers with "KEY RECORD" for those that have passed before and whose outputs are still there.
do_lookup() { # LENGTH
	take_list "$1" "tmp/$sid/keys" || return
	while IFS= read -r key; do
		[ -e "res/$key" ] && IFS= read -r record <"res/$key" || continue
		directory=${record##*\"dir\":\"run/}
		directory=${directory%%\"*}
		# What is reused stays as long as what was run.
		case $leased in *" ${directory%%/*} "*) ;; *) lease "${directory%%/*}"; touch -c "run/${directory%%/*}/ended" ;; esac
		if [ -e "run/${directory%%.*}.ready" ] && outputs_there "run/$directory" "$record"; then
			printf '%s %s\n' "$key" "$record"
		else
			rm -f "res/$key"
		fi
	done <"tmp/$sid/keys"
	printf '.\n'
}

# Whether every file that a record names is where it was. A name with a %XX in it is taken on trust: only a process could decode it.
outputs_there() { # ATTEMPT-DIRECTORY RECORD
	record_rest=$2
	while :; do
		case $record_rest in *'{"path":"'*) record_rest=${record_rest#*'{"path":"'} ;; *) return 0 ;; esac
		path=${record_rest%%\"*}
		case $path in *%*) ;; *) [ -f "$1/$path" ] || return 1 ;; esac
	done
}

# $run becomes the directory of a run. Who only reads it needs no room: the reserve has some for his lease, and without one he reads as
# long as nobody cleans up.
find_run() { # ID [reading]
	run=
	case $1 in '' | */* | *..*) ;; *) read -r run _ 2>/dev/null <"run/$1.ready" ;; esac
	# A lease that can't be written is the want of room alone, and told as that.
	[ -z "$run" ] || lease "$run" 2>/dev/null || case ${2-} in
	reading) open_reserve && lease "$run" 2>/dev/null ;;
	*) fail store-full "$root/tmp"; return 1 ;;
	esac
	[ "$run" ] && [ -e "run/$1.ready" ] && [ -d "run/$run" ] && run=run/$run && return
	fail unknown-run "$1"
	return 1
}

# running, ended, or stopped: nobody is at it, and it isn't finished.
state_of() { # RUN-DIRECTORY
	state=stopped
	if [ -e "$1/ended" ]; then state=ended; return; fi
	for pool in "$1"/pool-*; do ! alive "$pool" || state=running; done
}

# Whether a run has all its results, here or together with other hosts. Its pool may still be about to say so.
over() { # RUN-DIRECTORY
	state_of "$1"
	[ "$state" != ended ] && [ ! -e "$1/over" ] && [ ! -e "$1/closed" ] || return 0
	read -r items _ 2>/dev/null <"$1/spec" || return 1
	set -- "$1"/done/*
	[ -e "$1" ] && [ $# -eq "$items" ]
}

# Answers "run ID STATE" for the newest run of a workload that may still be joined, or "none".
do_intent() { # KEY
	if read -r id 2>/dev/null <"intent/$1" && read -r directory _ 2>/dev/null <"run/$id.ready" && [ -d "run/$directory" ]; then
		over "run/$directory" || { ok "run $id $state"; return; }
	fi
	ok none
}

# A tar with run/: the run's directory, published under its id and as the newest of its intent. Answers with the id that holds.
do_submit() { # ID INTENT
	unpack || { remove_tree "tmp/$sid/run"; printf '%s\n' "$unpack_problem"; return; }
	directory=$1.$sid
	lease "$directory"
	# A run of which everything is reused comes with its end: now, for whoever counts its days.
	touch -c "tmp/$sid/run/ended" && mv "tmp/$sid/run" "run/$directory" && printf '%s\n' "$directory" >"tmp/$sid/ready" && printf '%s\n' "$1" >"tmp/$sid/intent" &&
		ln "tmp/$sid/ready" "run/$1.ready" || {
		remove_tree "run/$directory"
		fail store-full "publishing in $root/run"
		return
	}
	holder=$1
	until ln "tmp/$sid/intent" "intent/$2" 2>/dev/null; do
		# Whoever holds the name keeps it while its run isn't over; otherwise one of us takes the old entry away, and only one can.
		if read -r holder 2>/dev/null <"intent/$2" && read -r other _ 2>/dev/null <"run/$holder.ready" && [ -d "run/$other" ]; then
			over "run/$other" || break
		fi
		mv "intent/$2" "trash/intent.$sid" 2>/dev/null
		holder=$1
	done
	[ "$holder" = "$1" ] || { rm -f "run/$1.ready"; remove_tree "run/$directory"; }
	rm -f "tmp/$sid/ready" "tmp/$sid/intent" "trash/intent.$sid"
	ok "$holder"
}

# Starts this host's pool. MEMBER is the host's number in the cluster: hosts that share a store work on one run.
# PLAN is CLASS:WORKERS for each class of items, in the order in which they are to run.
do_start() { # ID MEMBER PLAN…
	find_run "$1" || return
	id=$1
	shift
	if [ -e "$run/ended" ]; then state=ended; elif alive "$run/pool-$1"; then state=running; else state=stopped; fi
	# One that stopped may have stopped for want of room, and would again.
	[ "$state" != stopped ] || [ ! -e "$run/pool.log" ] || has_room || { fail run-full "$id $root: run $id stopped"; return; }
	# The mark in the environment is how every process of the run is found when it has to end. The pool is nobody's child: whoever ends
	# this session with all its children doesn't mean the run.
	[ "$state" != stopped ] || (
		restore_locale
		CLUSTRIX_RUN=$id CLUSTRIX_POOL=$id/$1 setsid sh "$0" pool "$root" "$id" "$@" </dev/null >>"$run/pool.log" 2>&1 &
	)
	ok "$state"
}

# What the journals of a member's workers, or of all members' (*), have got since the client has seen OFFSET bytes of them, and those of
# further members; the second in which somebody last watched over the first member's items; and the state. Of a run that isn't over
# also "member NUMBER BEAT" for other hosts' pools: whether they are still at work nobody here knows, but their beats are in the store.
do_watch() { # ID MEMBER[,MEMBER…] NAME:OFFSET…
	find_run "$1" || return
	member=${2%%,*} members=$2, beat=
	read -r beat 2>/dev/null <"$run/beat.$member"
	shift 2
	offsets=" $* "
	# The workers look whether this changes, each by its own clock.
	[ ! -e "$run/patience" ] || { uptime_now; printf '%s\n' "$sid.$now" >"$run/seen"; } 2>/dev/null
	state_of "$run" # before the journals are read: what a run writes before it ends is then never missed
	set --
	while [ "$members" ]; do
		# shellcheck disable=SC2231 # a member may be a pattern
		for journal in "$run"/journal.${members%%,*}-*; do
			[ ! -e "$journal" ] || set -- "$@" "$journal"
		done
		members=${members#*,}
	done
	[ $# -eq 0 ] || wc -c "$@" 2>/dev/null | while read -r size journal; do
		name=${journal##*/journal.}
		offset=0
		case $offsets in *" $name:"*) offset=${offsets##*" $name:"} offset=${offset%% *} ;; esac
		[ "$journal" != total ] && [ "$size" -gt "$offset" ] || continue
		# Opened before it is announced: a run that is being removed must not leave the client waiting for bytes.
		{
			printf 'journal %s %s\n' "$name" $((size - offset))
			tail -c +$((offset + 1)) | head -c $((size - offset))
		} 2>/dev/null <"$journal"
	done
	[ "$state" = ended ] || [ "$member" = '*' ] || tell_others
	add_cancel "$run"
	ok "${beat:--} $state${cancelled_by:+ $cancelled_by}"
}

tell_others() {
	for other in "$run"/pool-*; do
		other=${other##*/pool-} other_beat=
		case $other in "$member" | *[!0-9]*) continue ;; esac
		read -r other_beat 2>/dev/null <"$run/beat.$other"
		printf 'member %s %s\n' "$other" "${other_beat:-none}"
	done
}

# What the run is made of: "workspace NAME", "workload BYTES" and the bytes, and its state.
do_describe() { # ID
	find_run "$1" reading || return
	state_of "$run"
	! has_jobs_left "$run" || state="$state left"
	add_cancel "$run"
	read -r _ workspace _ <"$run/spec"
	size=0
	[ ! -r "$run/workload.json" ] || size=$(wc -c <"$run/workload.json")
	at_work=
	for entry in "$run"/claim/*; do
		[ -e "$entry" ] || continue
		parse_claim "claim/${entry##*/}"
		[ -e "$run/done/$item" ] || at_work=$at_work,$item
	done
	[ -z "$at_work" ] || printf 'running %s\n' "${at_work#,}"
	printf 'workspace %s\nworkload %s\n' "$workspace" $((size))
	[ $((size)) -eq 0 ] || cat "$run/workload.json"
	ok "$state${cancelled_by:+ $cancelled_by}"
}

# Notes that a run is cancelled, and by whom or why: whoever is first says so. On a full disk there may be room for the fact alone.
note_cancel() { # SCRATCH-FILE RUN-DIRECTORY WORDS
	# That there is no room for the words, or that somebody was first, changes nothing of the fact.
	printf '%s\n' "$3" 2>/dev/null >"$1" && ln "$1" "$2/cancel" 2>/dev/null || [ -e "$2/cancel" ] || true >"$2/cancel"
	rm -f "$1"
}

# Adds to $state that a run is cancelled.
add_cancel() { # RUN-DIRECTORY
	cancelled_by=
	[ -e "$1/cancel" ] || return 0
	read -r cancelled_by <"$1/cancel"
	state="$state cancelled"
}

# Answers what the run did before.
do_cancel() { # ID WORDS…
	find_run "$1" || return
	id=$1
	shift
	end=cancelled
	! over "$run" || state=ended end=finished
	before=$state
	[ ! -e "$run/cancel" ] || before="$before cancelled"
	# Whoever cancels what is over wants nothing of it to be left.
	rm -f "$run/jobs/dismissed"
	if [ "$state" = ended ]; then rm -f "$run/hold"; else note_cancel "tmp/$sid/cancel" "$run" "$*"; fi
	# The pool ends its items and then itself; when it can't, because somebody killed it, we do.
	await_end true
	[ -e "$run/ended" ] || { sweep "CLUSTRIX_RUN=$id"; printf '%s\n' $end >"$run/ended"; }
	# A host that isn't here may be at work on it.
	standing_of "$run"
	[ "$standing" != ended ] || true >"$run/revoked" || { fail store-full "$root/$run"; return; }
	ok "$before"
}

# For 10 seconds at most.
await_end() { # WHAT-IS-DONE-MEANWHILE
	tries=0
	while "$1"; state_of "$run"; [ "$state" = running ] && [ $tries -lt 100 ]; do
		tries=$((tries + 1))
		sleep_briefly 0.1
	done
}

do_status() {
	for ready in run/*.ready; do
		id=${ready#run/}
		id=${id%.ready}
		[ -e "$ready" ] && read -r directory _ <"$ready" && [ -d "run/$directory" ] || continue
		state_of "run/$directory"
		items=0
		[ ! -r "run/$directory/spec" ] || read -r items _ <"run/$directory/spec"
		set -- "run/$directory"/done/*
		[ -e "$1" ] || set --
		results=$#
		[ ! -e "run/$directory/cancel" ] || state="$state cancelled"
		# What the cancellation has ended has a record and no result.
		[ ! -e "run/$directory/cancel" ] || results=$((results - $(find "run/$directory/done" -type f -exec grep -lF '"outcome":"Cancelled"' {} + 2>/dev/null | wc -l)))
		! has_jobs_left "run/$directory" || state="$state left"
		# The journals are few files, and tell of each result once; of the runs of weeks, all results would be many.
		failed=$(cat "run/$directory"/journal.* 2>/dev/null | grep '^done ' | grep -cv -e '"outcome":"Passed"' -e '"outcome":"Cancelled"')
		printf 'run %s %s %s %s %s\n' "$id" "$items" $results "$failed" "$state"
	done
	printf '.\n'
}

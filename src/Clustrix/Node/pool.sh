
# --- a pool of workers -------------------------------------------------------------------------------------------------------------

# A worker that was killed may have left half a line.
open_journal() { # WORKER
	exec 9>>"journal.$1"
	[ ! -s "journal.$1" ] || printf '\n' >&9
}

# Waits for a process to end, whatever signals come in between; of those ksh tells with 1.
wait_for() { # PID
	while wait "$1"; code=$?; [ $code -ne 0 ] && kill -0 "$1" 2>/dev/null; do :; done
	return $code
}

# Whether a worker whose time is limited can begin one more: the longest that it has had must still fit.
has_time() {
	[ ! -e "drain.$member" ] || return 1
	[ "$lifetime" -eq 0 ] || { uptime_now; [ $((${now%.*} + longest)) -lt "$drain_at" ]; }
}

# Takes one item after the other until none of the class is left. The queue is rows of as many entries as there are workers. Of each row
# a worker takes the one in its own column, and then what others have left in the row before: so they seldom reach for the same one, and
# what is to begin early doesn't wait for a worker that is busy.
work() { # CLASS WORKER WORKERS
	worker=$member-$2
	# Workers of a scheduler are many, each in a pool of its own: those of one host write to one journal.
	if [ "$is_batch" ]; then trap : TERM USR1 USR2; set -- "$1" "$array_index" "$array_size"; open_journal "$host-0"; else open_journal "$worker"; fi
	out_of_memory_kills
	oom_kills=$kills
	took=1
	while [ "$took" ]; do
		took='' column=0 mine='' row='' row_before=''
		for todo in todo/"$1".*; do
			column=$((column + 1))
			if [ $column -eq "$2" ]; then mine=$todo; else row="$row $todo"; fi
			[ $column -eq "$3" ] || continue
			# shellcheck disable=SC2086 # names without blanks
			take_entries $mine $row_before || return $((stop - 1))
			column=0 mine='' row_before=$row row=''
		done
		# shellcheck disable=SC2086 # as above
		take_entries $mine $row_before $row || return $((stop - 1))
		[ "$took" ] || take_entries "todo/$beside$1".* || return $((stop - 1))
	done
}

# Fails when the worker has to stop: $stop is 1 when it may, and 2 when it can't go on.
take_entries() { # ENTRY…
	for todo; do
		stop=1
		[ ! -e cancel ] && [ -e room ] && may_begin && has_time || return 1
		[ -e "$todo" ] && is_for_us "$todo" || continue
		claim=claim/${todo#todo/}.$worker
		# One rename wins; whoever is late finds the source gone.
		mv "$todo" "$claim" 2>/dev/null || continue
		took=1 stop=2
		parse_claim "$claim"
		# Another attempt may have become the item's result.
		if is_decided "$item"; then rm -f "$claim"; continue; fi
		attempt || return 1
		spent=$((${now%.*} - ${begun%.*} + 1))
		[ $spent -le $longest ] || longest=$spent
	done
}

# Whether it is the attempt at hand that has filled the disk: it holds a quarter or more of what was free when the pool began. Then that
# goes, of its logs all but the end where they leave no room, its log tells so, and its failure is its own.
gives_back_space() {
	measure "$directory"
	[ "$free_at_first" -gt 0 ] && [ $((taken * 4)) -ge "$free_at_first" ] || return 1
	remove_tree "$directory/work"
	has_space "$directory" || { keep_end "$directory/stdout"; keep_end "$directory/stderr"; }
	# What can't be told isn't recorded: the run stops, as it does wherever there is no room.
	printf 'clustrix: the disk was full; the %s kB that this item had written were removed\n' "$taken" 2>/dev/null >>"$directory/stderr" &&
		collect_outputs
}

# Shortens the log of an item that has ended where there is no room for a copy: its end is written over its beginning. collect_outputs puts
# the line before it that says so.
keep_end() { # LOG
	cut_before "$1"
	size=$(($(wc -c <"$1")))
	[ $size -gt 32768 ] || return 0
	rm -f "$1.end"
	# dd counts what it has done; where it fails, the log goes whole, for it is its room that is needed.
	{ tail -c 16384 "$1" | dd of="$1" conv=notrunc && dd if=/dev/null of="$1" bs=16384 seek=1; } 2>/dev/null || true >"$1"
	printf '%s 0 the disk was full\n' $((left_out + size - noted - $(wc -c <"$1"))) >"$1.cut"
}

# Keeps one worker at work: one that was killed, or can't go on, gives back what it had, and another takes its place.
supervise() { # CLASS WORKER WORKERS
	[ -z "$is_batch" ] || trap : TERM USR1 USR2
	while has_work "$1"; do
		work "$1" "$2" "$3" &
		at_work=$!
		start_of $at_work
		printf '%s %s\n' $at_work "$started" >"worker.$member-$2"
		wait_for $at_work && return
		[ ! -e cancel ] || return
		unfinished_claims "$1" "$member-$2" WorkerDied
	done
}

# An item under which two workers died gets one more attempt, with nothing beside it.
class_of_next() { [ "$died" -lt 2 ] || class=$alone${class#"$alone"}; }

# A claim whose worker is gone goes back.
give_back() { # CLAIM CAUSE
	parse_claim "$1"
	[ ! -e "done/$item" ] || return 0
	recall "$claimant" "$member"
	# One whose supervisor was killed is at work still.
	if read -r pid start 2>/dev/null <"worker.$claimant" && start_of "$pid" && [ "$started" = "$start" ]; then kill -KILL "$pid" 2>/dev/null; fi
	if read -r pid _ 2>/dev/null <"current.$claimant"; then kill -KILL "-$pid" 2>/dev/null; fi
	true >"current.$claimant"
	sweep "CLUSTRIX_MARK=$id/$directory"
	losses "$item"
	worker=$claimant outcome=Lost cause=$2 exit=0 signal=0 step=0 item_retry_on='' item_key=-
	mkdir -p "$directory"
	# Its worker is missed at once; a whole pool may be started again much later.
	[ "$2" != WorkerDied ] || uptime_now
	item_outputs() { :; }
	collect_outputs
	open_journal "$worker"
	case $class in "$beside"*) withdraw; exec 9>&-; return 0 ;; esac
	case $class in $alone*) [ "$2" != WorkerDied ] || outcome=Crashed ;; esac
	if [ $outcome = Crashed ]; then
		publish_record
	else
		[ "$2" != WorkerDied ] || died=$((died + 1))
		# What can't be counted would be tried without end. Taking a file away needs no room.
		next_attempt "$item" "$number"
		printf '%s %s\n' $((lost + skipped + 1)) "$died" 2>/dev/null >"lost/$item" && write_record || { rm -f room; exec 9>&-; return 0; }
		printf 'lost %s\n' "$record" >&9
		class_of_next
		mv "$1" "todo/$class.$order.$item.$next"
	fi
	exec 9>&-
}

unfinished_claims() { # CLASS WORKER-PATTERN CAUSE
	# shellcheck disable=SC2231 # they are patterns without blanks
	for claim in claim/$1.*.$2 claim/"$beside"$1.*.$2; do
		[ ! -e "$claim" ] || give_back "$claim" "$3"
	done
}

# Puts back what has waited long enough for its next attempt, or all of it: a name says when, by the clock of the pool that wrote it.
end_waits() { # MEMBER-PATTERN [all]
	# shellcheck disable=SC2231 # a pattern without blanks
	for waiting in wait/*.*.*.*.$1.*; do
		[ -e "$waiting" ] || continue
		[ $# -gt 1 ] || [ "${now%.*}${now#*.}" -ge "${waiting##*.}" ] || continue
		entry=${waiting#wait/}
		mv "$waiting" "todo/${entry%.*.*}" 2>/dev/null
	done
}

# Whether a pool's items wait for their next attempt.
awaits_retries() {
	set -- wait/*.*.*.*."$member".*
	[ -e "$1" ]
}

has_work() { # CLASS:WORKERS…
	[ ! -e cancel ] && [ -e room ] && [ ! -e "drain.$member" ] || return 1
	for wanted; do
		for entry in todo/"${wanted%%:*}".* "todo/$beside${wanted%%:*}".*; do
			[ ! -e "$entry" ] || ! is_for_us "$entry" || return 0
		done
	done
	return 1
}

# Whether nothing is left to do for anybody: hosts that share a store finish together.
all_done() {
	for entry in todo/* wait/* claim/*; do
		case $entry in *'*') continue ;; todo/* | wait/*) return 1 ;; esac
		parse_claim "$entry"
		[ -e "done/$item" ] || return 1
	done
}

# Runs the classes one after the other, each with its number of workers at once.
run_classes() { # CLASS:WORKERS…
	for part; do
		while has_work "$part"; do
			enter_host "$part" || break
			run_class "${part%%:*}" "${part#*:}"
			[ -e cancel ] || unfinished_claims "${part%%:*}" "$member-*" WorkerDied
			leave_host
		done
	done
}

# Keeps the workers of one class at work until none is left. Those that have ended are started again when more has come, from another
# host or for another attempt: the monitor's signal ends the waiting.
run_class() { # CLASS WORKERS
	slots='' slot=0
	while [ $slot -lt "$2" ]; do
		slot=$((slot + 1))
		slots="$slots $slot:"
	done
	while :; do
		busy='' kept=''
		if has_work "$1" && may_begin; then is_needed=1; else is_needed=; fi
		for slot in $slots; do
			pid=${slot#*:} slot=${slot%:*}
			if [ -z "$pid" ] || ! start_of "$pid"; then
				pid=
				[ ! "$is_needed" ] || { supervise "$1" "$slot" "$2" & pid=$!; }
			fi
			busy=${pid:-$busy} kept="$kept $slot:$pid"
		done
		slots=$kept
		[ "$busy" ] || return 0
		wait "$busy"
	done
}

# Whoever watches over the items isn't needed any more, and its silence means nothing.
end_of_watch() {
	sweep "CLUSTRIX_POOL=$id/$member"
	rm -f "beat.$member"
}

# A scheduler that ends a cancelled job tells this process too: what it has made in the store would stay.
inspect_at_end() { (trap : TERM USR1 USR2; cd "$root" && session && { inspect "$run"; end_session; }); }

# The workers of one host on one run, until nothing is left for them.
pool() { # ID MEMBER CLASS:WORKERS…
	id=$1 member=$2
	shift 2
	find_run "$id" >/dev/null && cd "$run" || return 1
	home=$(pwd)
	longest=0 idle_since='' has_host=''
	[ -z "$is_batch" ] || trap 'drain Terminated' TERM USR2
	# Two clients may start a pool for one run: one of them gets the name.
	identity >"new.$member.$$"
	until ln "new.$member.$$" "pool-$member" 2>/dev/null; do
		! alive "pool-$member" || { rm -f "new.$member.$$"; return 0; }
		mv "pool-$member" "dead.$member.$$" 2>/dev/null || continue
		# Between the look and the rename another one may have taken the dead one's place.
		! alive "dead.$member.$$" || { ln "dead.$member.$$" "pool-$member" 2>/dev/null; rm -f "new.$member.$$"; return 0; }
	done
	rm -f "new.$member.$$" "dead.$member.$$"
	[ ! -e ended ] || return 0
	sweep "CLUSTRIX_POOL=$id/$member"
	# The item's own PATH may not lead to them.
	setsid=$(command -v setsid)
	sh=$(command -v sh)
	clock=$(($(date +%s)))
	uptime_now
	clock=$((clock - ${now%.*}))
	begun_at=${now%.*}
	# What is being run when the time is up has to be ended, and told, before the scheduler does it.
	if [ "$lifetime" -gt 120 ]; then drain_at=$((begun_at + lifetime - 30)); else drain_at=$((begun_at + lifetime * 3 / 4)); fi
	read -r _ workspace log_limit runtime <spec
	workspace=$root/ws/$workspace
	runtime=${runtime:+$root/ws/$runtime}
	# The payload's top-level entries, quoted once for every item's links.
	links=
	for entry in "$workspace"/* "$workspace"/.[!.]* "$workspace"/..?*; do
		[ -e "$entry" ] || [ -L "$entry" ] || continue
		links="$links '$(printf '%s_' "$entry" | sed "s/'/'\\\\''/g")"
		links="${links%_}'"
	done
	# A worker may have waited in a queue for longer than a client's loss is borne; the clocks of hosts may differ by some minutes.
	if read -r bears 2>/dev/null <patience && [ "$(find seen -mmin +$((bears / 60 + 15)) 2>/dev/null)" ]; then cancel_for_want_of_clients; fi
	# It goes when the disk is full: then nobody begins anything more.
	true >room || return 1
	free_kilobytes
	free_at_first=$free
	rm -f changes inspector
	unfinished_claims '*' "$member-*" PoolEnded
	rm -f "beat.$member"
	end_waits "$member" all
	for part; do set -- "$@" "$alone${part%%:*}:1"; done
	trap : USR1
	begin_watch "$@"
	while run_classes "$@"; [ ! -e cancel ]; do
		[ -e room ] || return 1
		if [ -e "drain.$member" ] || { [ -n "$is_batch" ] && ! has_time; }; then
			end_of_watch
			end_waits "$member" all
			return 0
		elif has_work "$@"; then
			idle_since=
			continue
		elif alive hold || awaits_retries; then
			sleep_briefly 0.2
			continue
		elif awaits_stragglers "${1%%:*}"; then
			sleep 1
			continue
		fi
		end_of_watch
		# A worker that has waited for stragglers finds the end told by whoever had the last one.
		[ ! -e ended ] && all_done || return 0
		inspect_at_end
		printf 'finished\n' 2>/dev/null >"ended.$member"; mv "ended.$member" ended
		# A client may have brought something at the last moment.
		has_work "$@" || return 0
		rm -f ended changes inspector
		begin_watch "$@"
	done
	end_of_watch
	inspect_at_end
	printf 'cancelled\n' 2>/dev/null >"ended.$member"; mv "ended.$member" ended
}

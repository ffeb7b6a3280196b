
# --- a pool of workers -------------------------------------------------------------------------------------------------------------

# Ends every process that carries a mark in its environment, whatever session or group it has moved to; but not itself.
sweep() { # MARK
	[ -d /proc/self ] || return 0
	read -r self _ </proc/self/stat
	for _ in 1 2 3; do
		victims=$(grep -lzxF "$1" /proc/[0-9]*/environ 2>/dev/null | sed 's/[^0-9]//g' | grep -vx "$self")
		[ "$victims" ] || return 0
		# shellcheck disable=SC2086 # a list of process ids
		kill -KILL $victims 2>/dev/null
	done
}

end_group() { # PID: first asked, then told
	kill -TERM "-$1" 2>/dev/null || return 0
	waited=0
	while kill -0 "-$1" 2>/dev/null && [ $waited -lt $((grace * 10)) ]; do
		waited=$((waited + 1))
		sleep 0.1 2>/dev/null || { sleep 1; waited=$((waited + 9)); }
	done
	kill -KILL "-$1" 2>/dev/null
}

# Watches over the items of this host's workers: timeouts, cancellation, logs. current.W is "PID DEADLINE ATTEMPT-DIRECTORY". Each second
# beat.M says that it does: where a host's processes are stopped, that is how a client sees it.
monitor() {
	turns=0 beat='' groups=''
	while alive "pool-$member"; do
		sleep 0.2 2>/dev/null || sleep 1
		uptime_now
		[ "${now%.*}" = "$beat" ] || { beat=${now%.*}; printf '%s\n' "$beat" >"beat.$member"; } 2>/dev/null
		logs='' groups=''
		for current in current."$member"-*; do
			read -r pid deadline attempt 2>/dev/null <"$current" || continue
			groups="$groups -$pid"
			[ ! -s "$attempt/stdout" ] || logs="$logs $attempt/stdout"
			[ ! -s "$attempt/stderr" ] || logs="$logs $attempt/stderr"
			if [ -e cancel ]; then reason=cancelled; elif [ "${now%.*}" -ge "$deadline" ]; then reason=timeout; else continue; fi
			[ ! -e "$attempt/$reason" ] || continue
			: >"$attempt/$reason"
			{ end_group "$pid"; sweep "CLUSTRIX_MARK=$id/$attempt"; } &
		done
		[ -z "$logs" ] || shorten_logs
		turns=$((turns + 1))
		[ $((turns % 20)) -ne 0 ] || end_strays
	done
	# Somebody killed the pool, or removed the run. Nobody watches over what is left, and whoever wants the run starts it again.
	rm -f "beat.$member"
	# An item may have given its processes an environment without the mark.
	find_items
	sweep "CLUSTRIX_RUN=$id"
	# shellcheck disable=SC2086 # a list of process groups
	[ -z "$groups" ] || kill -KILL $groups 2>/dev/null
}

# Adds to $groups what workers have started: the sessions whose leader is the child of one of the pool's own session.
find_items() {
	[ -d /proc/self ] || return 0
	read -r line </proc/self/stat
	# shellcheck disable=SC2086 # splitting is the point: state, parent, group, session
	set -- ${line##*') '}
	own=$4 workers=' ' leaders=''
	for stat in /proc/[0-9]*/stat; do
		{ read -r line <"$stat"; } 2>/dev/null || continue
		# shellcheck disable=SC2086 # as above
		set -- ${line##*') '}
		if [ "$4" = "$own" ]; then workers="$workers${line%% *} "; elif [ "$4" = "${line%% *}" ]; then leaders="$leaders $2:$4"; fi
	done
	for leader in $leaders; do
		case $workers in *" ${leader%:*} "*) groups="$groups -${leader#*:}" ;; esac
	done
}

# Empties the logs of running items that are too long. The end of each stays beside it, and how many bytes it has had.
shorten_logs() {
	# shellcheck disable=SC2086 # a list of paths without blanks
	find $logs -size +"$log_limit"c 2>/dev/null | while read -r log; do
		: 2>/dev/null >"$log.shortening" || continue
		# Whoever ends an attempt clears its worker's line and then looks for this file: so one of us sees the other.
		if find_running "${log%/*}"; then
			seen=0
			[ ! -e "$log.cut" ] || read -r seen _ <"$log.cut"
			# What it wrote between the reading and the emptying would be lost, and that may be its last words.
			kill -STOP "-$pid" 2>/dev/null
			tail -c $((log_limit / 2)) "$log" >"$log.end"
			seen=$((seen + $(wc -c <"$log")))
			printf '%s 0\n' $seen >"$log.shortening" && : >"$log" && mv "$log.shortening" "$log.cut"
			kill -CONT "-$pid" 2>/dev/null
		fi
		rm -f "$log.shortening"
	done
}

# Sets $pid to the process group of an attempt.
find_running() { # ATTEMPT-DIRECTORY
	for current in current."$member"-*; do
		read -r pid _ attempt 2>/dev/null <"$current" && [ "$attempt" = "$1" ] && return
	done
	return 1
}

# Ends what finished items have left running outside their process group.
end_strays() {
	grep -ozx "CLUSTRIX_MARK=$id/att/[0-9.]*" /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n' | while IFS=/ read -r _ _ process _ _ attempt; do
		[ ! -e "att/$attempt/record" ] || kill -KILL "$process" 2>/dev/null
	done
}

# A worker that was killed may have left half a line.
open_journal() { # WORKER
	exec 9>>"journal.$1"
	[ ! -s "journal.$1" ] || printf '\n' >&9
}

# Takes one item after the other until none of the class is left.
work() { # CLASS WORKER
	worker=$member-$2
	open_journal "$worker"
	out_of_memory_kills
	oom_kills=$kills
	took=1
	while [ "$took" ]; do
		took=
		for todo in todo/"$1".*; do
			[ ! -e cancel ] && [ -e room ] || return 0
			[ -e "$todo" ] || continue
			claim=claim/${todo#todo/}.$worker
			# One rename wins; whoever is late finds the source gone.
			mv "$todo" "$claim" 2>/dev/null || continue
			took=1
			attempt "$claim" || return 1
		done
	done
}

# Keeps one worker at work: one that was killed, or can't go on, gives back what it had, and another takes its place.
supervise() { # CLASS WORKER
	while has_work "$1"; do
		work "$1" "$2" &
		start_of $!
		printf '%s %s\n' $! "$started" >"worker.$member-$2"
		wait $! && return
		[ ! -e cancel ] || return
		unfinished_claims "$1.*.$member-$2" counted
	done
}

# A claim whose worker is gone goes back; an item under which two workers died isn't given to a third.
give_back() { # CLAIM counted|free
	parse_claim "$1"
	[ ! -e "done/$item" ] || return 0
	# One whose supervisor was killed is at work still.
	if read -r pid start 2>/dev/null <"worker.$claimant" && start_of "$pid" && [ "$started" = "$start" ]; then kill -KILL "$pid" 2>/dev/null; fi
	if read -r pid _ 2>/dev/null <"current.$claimant"; then kill -KILL "-$pid" 2>/dev/null; fi
	: >"current.$claimant"
	sweep "CLUSTRIX_MARK=$id/$directory"
	losses "$item"
	if [ "$died" -gt 0 ] && [ "$2" = counted ]; then
		worker=$claimant files='' missing='' outcome=Crashed exit=0 signal=0 item_retries=-$number item_key=-
		mkdir -p "$directory"
		uptime_now
		begun=$now
		open_journal "$worker"
		publish_record
		exec 9>&-
	else
		[ "$2" = free ] || died=$((died + 1))
		# What can't be counted would be tried without end. Taking a file away needs no room.
		printf '%s %s\n' $((lost + 1)) "$died" 2>/dev/null >"lost/$item" || { rm -f room; return 0; }
		mv "$1" "todo/$class.$order.$item.$((number + 1))"
	fi
}

unfinished_claims() { # CLASS-PATTERN counted|free
	for claim in claim/$1; do
		[ ! -e "$claim" ] || give_back "$claim" "$2"
	done
}

has_work() { # CLASS:WORKERS…
	[ ! -e cancel ] && [ -e room ] || return 1
	for part; do
		set -- todo/"${part%%:*}".*
		[ ! -e "$1" ] || return 0
	done
	return 1
}

# Whether nothing is left to do for anybody: hosts that share a store finish together.
all_done() {
	for entry in todo/* claim/*; do
		case $entry in *'*') continue ;; todo/*) return 1 ;; esac
		parse_claim "$entry"
		[ -e "done/$item" ] || return 1
	done
}

# Runs the classes one after the other, each with its number of workers at once.
run_classes() { # CLASS:WORKERS…
	for part; do
		class=${part%%:*}
		while has_work "$part"; do
			pids=
			number_of_workers=${part#*:}
			while [ "$number_of_workers" -gt 0 ]; do
				supervise "$class" "$number_of_workers" &
				pids="$pids $!"
				number_of_workers=$((number_of_workers - 1))
			done
			for pid in $pids; do wait "$pid"; done
			[ -e cancel ] || unfinished_claims "$class.*.$member-*" counted
		done
	done
}

# Whoever watches over the items isn't needed any more, and its silence means nothing.
end_of_watch() {
	sweep "CLUSTRIX_RUN=$id"
	rm -f "beat.$member"
}

inspect_at_end() { (cd "$root" && session && { inspect "$run"; end_session; }); }

# The workers of one host on one run, until nothing is left for them.
pool() { # ID MEMBER CLASS:WORKERS…
	id=$1 member=$2
	shift 2
	find_run "$id" >/dev/null && cd "$run" || return 1
	home=$(pwd)
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
	sweep "CLUSTRIX_RUN=$id"
	# The item's own PATH may not lead to them.
	setsid=$(command -v setsid)
	sh=$(command -v sh)
	clock=$(($(date +%s)))
	uptime_now
	clock=$((clock - ${now%.*}))
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
	# It goes when the disk is full: then nobody begins anything more.
	: >room || return 1
	rm -f changes inspector "beat.$member"
	unfinished_claims "*.$member-*" free
	monitor &
	while run_classes "$@"; [ ! -e cancel ]; do
		[ -e room ] || return 1
		if has_work "$@"; then
			continue
		elif alive hold; then
			sleep 0.2 2>/dev/null || sleep 1
			continue
		fi
		end_of_watch
		all_done || return 0
		inspect_at_end
		printf 'finished\n' 2>/dev/null >"ended.$member"; mv "ended.$member" ended
		# A client may have brought something at the last moment.
		has_work "$@" || return 0
		rm -f ended changes inspector
		monitor &
	done
	end_of_watch
	inspect_at_end
	printf 'cancelled\n' 2>/dev/null >"ended.$member"; mv "ended.$member" ended
}

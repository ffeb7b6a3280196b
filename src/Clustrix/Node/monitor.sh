
# --- watching over a pool's items -----------------------------------------------------------------------------------------------------

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
		sleep_briefly 0.1 || waited=$((waited + 9))
	done
	kill -KILL "-$1" 2>/dev/null
}

# Its first beat comes before any item: whoever is stopped after that is missed.
begin_watch() { # CLASS:WORKERS…
	uptime_now
	printf '%s\n' "${now%.*}" >"beat.$member"
	monitor "$@" &
}

# Watches over the items of this host's workers: timeouts, cancellation, logs. current.W is "PID DEADLINE
# ATTEMPT-DIRECTORY LATE CLASS BEGUN CLOCK HOST", the times by the uptime, LATE 0 for never, CLOCK what makes seconds since 1970 of them. Each second
# beat.M says that it does: where a host's processes are stopped, that is how a client sees it.
monitor() { # CLASS:WORKERS…
	[ -z "$is_batch" ] || trap : TERM USR1 USR2
	turns=0 beat='' groups='' bears='' last_sign=none
	read -r bears 2>/dev/null <patience
	while alive "pool-$member"; do
		sleep_briefly 0.2
		uptime_now
		[ "${now%.*}" = "$beat" ] || { beat=${now%.*}; printf '%s\n' "$beat" >"beat.$member"; } 2>/dev/null
		[ "$lifetime" -eq 0 ] || [ "${now%.*}" -lt "$drain_at" ] || drain TimeLimit
		logs='' groups=''
		for current in current."$member"-*; do
			# The line is empty while a worker has nothing in hand.
			read -r pid deadline attempt late class _ 2>/dev/null <"$current" || continue
			groups="$groups -$pid"
			[ ! -s "$attempt/stdout" ] || logs="$logs $attempt/stdout"
			[ ! -s "$attempt/stderr" ] || logs="$logs $attempt/stderr"
			if [ -e cancel ]; then
				reason=cancelled
			elif [ "${now%.*}" -ge "$deadline" ]; then
				reason=timeout
			elif [ -e "drain.$member" ]; then
				reason=drained
			elif is_over "$attempt"; then
				reason=superseded
			elif [ "$late" -gt 0 ] && [ "${now%.*}" -ge "$late" ] && [ ! -e "$attempt/late" ]; then
				put_up "$attempt" "$class"
				continue
			else
				continue
			fi
			[ ! -e "$attempt/$reason" ] || continue
			true >"$attempt/$reason"
			{ end_group "$pid"; sweep "CLUSTRIX_MARK=$id/$attempt"; } &
		done
		[ -z "$logs" ] || shorten_logs
		end_waits "$member"
		! has_work "$@" || kill -USR1 $$
		turns=$((turns + 1))
		[ -z "$bears" ] || [ $((turns % 5)) -ne 0 ] || look_for_client
		[ $((turns % 20)) -ne 0 ] || end_strays
	done
	# Somebody killed the pool, or removed the run. Nobody watches over what is left, and whoever wants the run starts it again. Of a
	# scheduler's worker the last beat tells how long it had what it had in hand.
	[ "$is_batch" ] || rm -f "beat.$member"
	# An item may have given its processes an environment without the mark.
	find_items
	sweep "CLUSTRIX_POOL=$id/$member"
	# shellcheck disable=SC2086 # a list of process groups
	[ -z "$groups" ] || kill -KILL $groups 2>/dev/null
}

# A run may be made to end when no client has asked for it for some time: at least so long, though both ends are told in whole seconds.
# The first look is a beginning, for a client may just be about to write its first sign.
look_for_client() {
	sign=
	read -r sign 2>/dev/null <seen
	if [ "$sign" != "$last_sign" ]; then
		last_sign=$sign seen_at=${now%.*}
	elif [ $((${now%.*} - seen_at)) -gt "$bears" ]; then
		cancel_for_want_of_clients
		echo "no client has asked for the run for $bears s: it is cancelled (OnClientLoss)"
	fi
}

cancel_for_want_of_clients() { note_cancel "cancel.$member" . "because no client had asked for it for $bears s (OnClientLoss)"; }

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
		true 2>/dev/null >"$log.shortening" || continue
		# Whoever ends an attempt clears its worker's line and then looks for this file: so one of us sees the other.
		if find_running "${log%/*}"; then
			seen=0
			[ ! -e "$log.cut" ] || read -r seen _ <"$log.cut"
			# What it wrote between the reading and the emptying would be lost, and that may be its last words.
			kill -STOP "-$pid" 2>/dev/null
			tail -c $((log_limit / 2)) "$log" >"$log.end"
			seen=$((seen + $(wc -c <"$log")))
			printf '%s 0\n' $seen >"$log.shortening" && true >"$log" && mv "$log.shortening" "$log.cut"
			kill -CONT "-$pid" 2>/dev/null
		fi
		rm -f "$log.shortening"
	done
}

# Sets $pid to the process group of an attempt.
find_running() { # ATTEMPT-DIRECTORY
	for current in current."$member"-*; do
		read -r pid _ attempt _ 2>/dev/null <"$current" && [ "$attempt" = "$1" ] && return
	done
	return 1
}

# Ends what finished items have left running outside their process group.
end_strays() {
	grep -ozx "CLUSTRIX_MARK=$id/att/[0-9.]*" /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n' | while IFS=/ read -r _ _ process _ _ attempt; do
		[ ! -e "att/$attempt/record" ] || kill -KILL "$process" 2>/dev/null
	done
}

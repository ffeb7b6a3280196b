
# --- one attempt at an item -----------------------------------------------------------------------------------------------------------

# Calls matched for each file that a pattern matches, given segment by segment. No process is started and any name survives. A *
# crosses no / and matches no leading dot; links aren't followed, so that the payload isn't taken for output.
match() { # DIRECTORY-PREFIX SEGMENT…
	if [ "$2" = '**' ] && [ $# -gt 2 ]; then
		match_rest "$@" # as no directory at all
		for entry in "$1"*; do
			[ ! -d "$entry" ] || [ -L "$entry" ] || match_rest "$entry/" "$@"
		done
	elif [ "$2" = '**' ]; then
		match_below "$1"
	else
		# shellcheck disable=SC2086 # the segment is a pattern
		for entry in "$1"$2; do
			if [ -L "$entry" ]; then
				continue
			elif [ $# -gt 2 ]; then
				[ ! -d "$entry" ] || match_into "$entry/" "$@"
			elif [ -f "$entry" ]; then
				matched "$entry"
			elif [ -d "$entry" ]; then
				match_below "$entry/"
			fi
		done
	fi
}
match_rest() { prefix=$1 && shift 2 && match "$prefix" "$@"; }
match_into() { prefix=$1 && shift 3 && match "$prefix" "$@"; }
match_below() { # DIRECTORY-PREFIX: everything, hidden or not
	for entry in "$1"* "$1".[!.]* "$1"..?*; do
		if [ -L "$entry" ]; then continue; elif [ -f "$entry" ]; then matched "$entry"; elif [ -d "$entry" ]; then match_below "$entry/"; fi
	done
}

# Plain paths are kept in a list and hashed together; the others one by one.
matched() { # PATH
	found=1
	case $seen in *"//$1//"*) return ;; esac
	seen=$seen$1//
	case $1 in
	*[!A-Za-z0-9._/+@=,:~-]*) file_entry "$(printf '%s' "$1" | encode)" $(($(wc -c <"$1"))) "$($sha256 <"$1")" ;;
	*) plain="$plain
$1" ;;
	esac
}

# Every byte that a list or a JSON string could stumble over becomes %XX.
encode() {
	od -An -v -tx1 | tr -d '\n' | tr 'a-f' 'A-F' | sed -e 's/ \([0-9A-F][0-9A-F]\)/%\1/g' -e 's/%2F/\//g'
}

file_entry() { files="$files${files:+,}{\"path\":\"$1\",\"size\":$2,\"sha256\":\"${3%% *}\"}"; } # PATH SIZE HASH

# One pattern of the item at hand: pattern TEXT SEGMENT…
pattern() {
	text=$1
	shift
	found=
	match work/ "$@"
	[ "$found" ] || missing="$missing${missing:+,}\"$(printf '%s' "$text" | encode)\""
}

# Whether both logs are as short as they may be; one that isn't is made so. Their lines come first in the list of sizes.
logs_fit() {
	is_fit=0
	while read -r size path; do
		case $path in stdout | stderr) ;; *) break ;; esac
		case $ended_logs in *" $path "*) continue ;; esac
		[ "$size" -gt "$log_limit" ] || [ -e "$path.cut" ] || continue
		end_log "$path" "$size"
		ended_logs="$ended_logs $path "
		is_fit=1
	done
	return $is_fit
}

# The end of a long log comes behind a line that says how much was left out, and why. What goes on writing to it writes to nothing.
end_log() { # NAME SIZE
	cut_before "$1"
	set -- "$1" $(($2 - noted))
	if [ -s "$1.end" ] && [ "$2" -lt $((log_limit / 2)) ]; then
		cat "$1" >>"$1.end"
	else
		tail -c $(($2 < log_limit ? $2 : log_limit)) "$1" >"$1.end"
	fi
	gone=$((left_out + $2 - $(wc -c <"$1.end")))
	note="clustrix: at least $gone bytes were left out here ($why)"
	printf '%s %s %s\n' $gone $((${#note} + 1)) "$why" >"$1.shortening" &&
		{ printf '%s\n' "$note"; cat "$1.end"; } >"$1.new" && mv "$1.shortening" "$1.cut" && mv "$1.new" "$1"
	rm -f "$1.end" "$1.new" "$1.shortening"
}

# Sets $files and $missing for the attempt at hand; fails when there is no room for it.
collect_outputs() {
	cd "$directory" || return 1
	list_outputs
	is_collected=$?
	cd "$home" && return $is_collected
}

list_outputs() {
	files='' missing='' plain='' seen=//
	waited=0
	while [ -e stdout.shortening ] || [ -e stderr.shortening ] && [ $waited -lt 100 ]; do
		waited=$((waited + 1))
		sleep_briefly 0.1
	done
	[ ! -s stdout ] && [ ! -e stdout.cut ] || plain=stdout
	[ ! -s stderr ] && [ ! -e stderr.cut ] || plain="$plain
stderr"
	old_ifs=$IFS
	IFS=
	item_outputs
	IFS='
'
	if [ "$plain" ]; then
		# shellcheck disable=SC2086 # one word a line
		set -- $plain
		IFS=$old_ifs
		ended_logs=
		if [ ${#plain} -lt 100000 ]; then
			while message=$(wc -c "$@" 2>&1 >sizes); ! logs_fit <sizes; do :; done
			# shellcheck disable=SC2086 # the tool is a command and its options
			message=$message$($sha256 "$@" 2>&1 >sums)
		else
			while message=$(printf '%s\n' "$@" | xargs wc -c 2>&1 >sizes); ! logs_fit <sizes; do :; done
			# shellcheck disable=SC2086 # the tool is a command and its options
			message=$message$(printf '%s\n' "$@" | xargs $sha256 2>&1 >sums)
		fi
		# A list that was cut short would be taken for the whole.
		[ -z "$message" ] || [ "$(word_for "$message" other)" != store-full ] || { IFS=$old_ifs; return 1; }
		while read -r size path; do
			[ "$path" != total ] || continue
			read -r hash _ <&3 || hash=
			# Whoever cancels a worker ends its tools as well. What has no digest is no output.
			# Otherwise there was no room for the list, which not every tool says in so many words.
			[ "$hash" ] || { [ -e "$home/cancel" ] && continue; return 1; }
			file_entry "$path" "$size" "$hash"
		done <sizes 3<sums
	fi
	IFS=$old_ifs
}

out_of_memory_kills() {
	kills=0
	[ ! -r /proc/vmstat ] || while read -r name value; do [ "$name" != oom_kill ] || kills=$value; done </proc/vmstat
}

# What an exit status means; needs $status, sets $outcome, $exit and $signal.
judge() { # ATTEMPT-DIRECTORY
	exit=$status signal=0
	# A shell tells the end by a signal as 128 and its number; programs end themselves with such numbers too, .NET's host with 150.
	case $((status - 128)) in
	1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 11 | 13 | 14 | 15 | 24 | 25 | 31) exit=0 signal=$((status - 128)) ;;
	esac
	if [ -e "$1/cancelled" ] || { [ $signal -eq 15 ] && [ -e cancel ]; }; then
		outcome=Cancelled
	elif [ -e "$1/timeout" ]; then
		outcome=TimedOut
	elif [ $signal -ne 0 ]; then
		outcome=Crashed
		if [ $signal -eq 9 ]; then
			before=$oom_kills
			out_of_memory_kills
			oom_kills=$kills
			[ "$kills" -le "$before" ] || outcome=OutOfMemory
		fi
	elif [ $exit -ne 0 ] || [ "$step" -gt 0 ]; then
		outcome=Failed
	elif [ "$missing" ]; then
		outcome=MissingOutputs
	else
		outcome=Passed
	fi
}

# CLASS.ORDER.ITEM.ATTEMPT.WORKER
parse_claim() { # CLAIM
	claimed=${1#claim/}
	class=${claimed%%.*} rest=${claimed#*.}
	order=${rest%%.*} rest=${rest#*.}
	item=${rest%%.*} rest=${rest#*.}
	number=${rest%%.*} claimant=${rest#*.}
	directory=att/$item.$number
}

# Into the directory where the command starts, which it can write to: so directories of the payload on the way are made anew, with
# links to what is in them.
enter() { # RELATIVE-PATH
	way=$1/ from=$workspace
	while [ "$way" ]; do
		name=${way%%/*} way=${way#*/}
		[ "$name" ] && [ "$name" != . ] || continue
		from=$from/$name
		if [ -L "$name" ] && [ -d "$name" ]; then
			rm "./$name" && mkdir "./$name" && cd "./$name" || return 1
			set --
			for entry in "$from"/* "$from"/.[!.]* "$from"/..?*; do
				[ ! -e "$entry" ] && [ ! -L "$entry" ] || set -- "$@" "$entry"
			done
			[ $# -eq 0 ] || ln -s "$@" . || return 1
		else
			return 1
		fi
	done
}

# Runs the claimed item. The current directory is the run's.
attempt() {
	[ -d "$directory/work" ] || mkdir -p "$directory/work" || return 1
	item_cwd='' item_timeout='' item_late=0 item_retries='' item_retry_on='' item_key='' item_steps=0 item_nodes=1 item_command='' cause='' step=0 clock_there='' host_there=''
	# shellcheck source=/dev/null
	. "./items/$item"
	[ -z "$links" ] || eval "ln -s $links \"\$directory/work/\"" || return 1
	uptime_now
	begun=$now
	printf 'start %s %s %s\n' "$item" "$number" "$now" >&9
	(
		cd "$directory/work" || exit 126
		[ -z "$item_cwd" ] || enter "$item_cwd" || exit 126
		# Nothing of this program is needed any more when the item's variables come: they may be named like ours.
		if [ "$item_nodes" -gt 1 ]; then
			# On each of the job's nodes at once. Steps aren't told over a network.
			CLUSTRIX_NODE_LIST=$(scontrol show hostnames | paste -sd ' ' -)
			export CLUSTRIX_NODE_COUNT="$item_nodes" CLUSTRIX_NODE_LIST
			set -- "$setsid" srun --nodes="$item_nodes" --ntasks="$item_nodes" --ntasks-per-node=1 --cpus-per-task="$SLURM_CPUS_PER_TASK" --kill-on-bad-exit=1 \
				"$sh" -c "$on_a_node" "$sh" "$item_command" "$home/$directory/failed"
		else
			set -- "$setsid" "$sh" -c "$item_command"
		fi
		export CLUSTRIX_RUN CLUSTRIX_POOL CLUSTRIX_MARK="$id/$directory" CLUSTRIX_ATTEMPT="$number" CLUSTRIX_WORKER="$worker" CLUSTRIX_WORKSPACE="$workspace"
		restore_locale
		# ksh tells its children how it was built.
		unset _AST_FEATURES
		[ -z "$runtime" ] || export DOTNET_ROOT="$runtime" PATH="$runtime:$PATH"
		if [ "$item_steps" -gt 0 ]; then
			exec 8>"$home/$directory/steps"
			item_environment
			exec "$@" 9>&- 8>&8
		fi
		item_environment
		exec "$@" 9>&-
	) >>"$directory/stdout" 2>>"$directory/stderr" </dev/null &
	pid=$!
	late=0
	case $class in "$alone"* | "$beside"*) ;; *) [ "$item_late" -eq 0 ] || late=$((${now%.*} + item_late)) ;; esac
	printf '%s %s %s %s %s %s %s %s\n' $pid $((${now%.*} + item_timeout + 1)) "$directory" $late "$class" "$begun" "$clock" "$host" 2>/dev/null >"current.$worker" || {
		# Nobody would watch over it.
		kill -KILL $pid "-$pid" 2>/dev/null
		return 1
	}
	wait_for $pid
	status=$code
	[ "$item_nodes" -eq 1 ] || [ $status -eq 0 ] || ! read -r first_failure 2>/dev/null <"$directory/failed" || status=$((first_failure))
	[ $status -le 256 ] || status=$((status - 128)) # ksh counts signals from 256
	case $is_batch.$status in 1.140 | 1.143) await_notice ;; esac
	# What an item leaves running isn't a part of it any more.
	kill -KILL "-$pid" 2>/dev/null
	true >"current.$worker"
	uptime_now
	! is_superseded && ! is_handed_back || return 0
	collect_outputs || { ! has_space "$directory" && gives_back_space; } || return 1
	[ "$item_steps" -eq 0 ] || while read -r line; do step=$line; done <"$directory/steps" || return 1
	judge "$directory"
	# What fails on a full disk may fail of that, and says nothing of the item: the run stops, and goes on when there is room.
	case $outcome in Failed | Crashed | MissingOutputs) has_space "$directory" || gives_back_space || { rm -f room; return 1; } ;; esac
	publish_record
}

# Whether the attempt ended with its worker's time, not by itself: another worker gets it. One that had all of a worker's time, or
# nearly, would never end.
is_handed_back() {
	[ -e "$directory/drained" ] || { [ "$is_batch" ] && [ $status -ne 0 ] && [ -e "drain.$member" ]; } || return 1
	[ ! -e cancel ] || return 1
	read -r cause <"drain.$member"
	if [ "$cause" = TimeLimit ] && [ $((${begun%.*} - begun_at)) -le $((lifetime / 10)) ]; then
		true >"$directory/timeout"
		return 1
	fi
	outcome=Lost exit=0 signal=0 files='' missing=''
	case $class in "$beside"*) withdraw; return ;; esac
	losses "$item"
	next_attempt "$item" "$number"
	printf '%s %s\n' $((lost + skipped + 1)) "$died" >"lost/$item" && write_record || return 1
	printf 'lost %s\n' "$record" >&9
	mv "claim/$claimed" "todo/$class.$order.$item.$next"
}

# Attempts that ended with their worker or their pool, and how many of them with their worker.
losses() { # ITEM
	lost=0 died=0
	read -r lost died 2>/dev/null <"lost/$1"
}

# The claim at hand goes aside for a while, twice as long after each failure; no worker waits for it. This host's monitor puts it back.
await_retry() { # FAILURES
	pause=1
	while [ "$1" -gt 1 ] && [ $pause -lt 60 ]; do
		pause=$((pause * 2))
		set -- $(($1 - 1))
	done
	[ $pause -lt 60 ] || pause=60
	next_attempt "$item" "$number"
	[ $skipped -eq 0 ] || printf '%s %s\n' $((lost + skipped)) "$died" >"lost/$item" || return 1
	mv "claim/$claimed" "wait/$class.$order.$item.$next.$member.$((${now%.*}${now#*.} + pause * 100))"
}

# The account of the attempt at hand, left in its directory.
write_record() {
	ticks=$((${now%.*}${now#*.} - ${begun%.*}${begun#*.}))
	fraction=$((ticks % 100))
	[ $fraction -gt 9 ] || fraction=0$fraction
	more=
	[ "$step" -eq 0 ] || more=",\"step\":$step"
	case $class in "$alone"*) more="$more,\"alone\":true" ;; esac
	record="{\"v\":1,\"run\":\"$id\",\"item\":$item,\"attempt\":$number,\"outcome\":\"$outcome\"${cause:+,\"cause\":\"$cause\"}$more,\"exit\":$exit,\"signal\":$signal,\"worker\":\"${record_worker:-${worker#*-}}\",\"host\":\"${host_there:-$host}\",\"started\":$((${clock_there:-$clock} + ${begun%.*})).${begun#*.},\"seconds\":$((ticks / 100)).$fraction,\"missing\":[$missing],\"files\":[$files],\"dir\":\"$run/$directory\"}"
	printf '%s\n' "$record" 2>/dev/null >"$directory/record"
}

publish_record() {
	case $class in "$beside"*) [ "$outcome" = Passed ] || { cause=Duplicate; withdraw; return; } ;; esac
	write_record || return 1
	case " $item_retry_on " in
	*" $outcome "*)
		losses "$item"
		if [ "$number" -le $((item_retries + lost)) ] && [ ! -e cancel ]; then
			printf 'retry %s\n' "$record" >&9
			await_retry $((number - lost))
			return
		fi
		;;
	esac
	# Before the result: a worker that is killed between the two must not have passed in vain.
	[ "$outcome" != Passed ] || [ "$item_key" = - ] || ln "$directory/record" "../../res/$item_key" 2>/dev/null
	# The link is the moment of truth: of several attempts at an item one becomes its result.
	if ! ln "$directory/record" "done/$item" 2>/dev/null; then
		printf 'over %s\n' "$record" >&9
		return 0
	fi
	printf 'done %s\n' "$record" >&9
	# Mostly the item was no straggler, and there is no such file.
	if read -r entry 2>/dev/null <"$directory/late"; then rm -f "todo/$entry"; fi
}



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

# Watches over the items of all workers: timeouts and cancellation. current.W is "PID DEADLINE ATTEMPT-DIRECTORY".
monitor() {
	turns=0
	while alive pool; do
		sleep 0.2 2>/dev/null || sleep 1
		uptime_now
		for current in current.*; do
			read -r pid deadline attempt 2>/dev/null <"$current" || continue
			if [ -e cancel ]; then reason=cancelled; elif [ "${now%.*}" -ge "$deadline" ]; then reason=timeout; else continue; fi
			[ ! -e "$attempt/$reason" ] || continue
			: >"$attempt/$reason"
			{ end_group "$pid"; sweep "CLUSTRIX_MARK=$id/$attempt"; } &
		done
		turns=$((turns + 1))
		[ $((turns % 20)) -ne 0 ] || end_strays
	done
	# Somebody killed the pool. Without it nobody watches over what is left, and whoever wants the run starts it again.
	sweep "CLUSTRIX_RUN=$id"
}

# Ends what finished items have left running outside their process group.
end_strays() {
	grep -ozx "CLUSTRIX_MARK=$id/att/[0-9.]*" /proc/[0-9]*/environ 2>/dev/null | tr '\0' '\n' | while IFS=/ read -r _ _ process _ _ attempt; do
		[ ! -e "att/$attempt/record" ] || kill -KILL "$process" 2>/dev/null
	done
}

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

# Sets $files and $missing for the attempt in the current directory.
collect_outputs() {
	files='' missing='' plain='' seen=//
	[ ! -s stdout ] || plain=stdout
	[ ! -s stderr ] || plain="$plain
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
		if [ ${#plain} -lt 100000 ]; then
			wc -c "$@" >sizes
			# shellcheck disable=SC2086 # the tool is a command and its options
			$sha256 "$@" >sums
		else
			printf '%s\n' "$@" | xargs wc -c >sizes
			# shellcheck disable=SC2086 # the tool is a command and its options
			printf '%s\n' "$@" | xargs $sha256 >sums
		fi
		while read -r size path; do
			[ "$path" != total ] || continue
			read -r hash _ <&3
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
	[ $status -le 256 ] || status=$((status - 128)) # ksh counts signals from 256
	exit=$status signal=0
	# A shell tells the end by a signal as 128 and its number; programs end themselves with such numbers too, .NET's host with 150.
	case $((status - 128)) in
	1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 11 | 13 | 14 | 15 | 24 | 25 | 31) exit=0 signal=$((status - 128)) ;;
	esac
	if [ -e "$1/cancelled" ]; then
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
	elif [ $exit -ne 0 ]; then
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
			mkdir -p "./$name" && cd "./$name" || return 1
		fi
	done
}

# Runs one claimed item. The current directory is the run's.
attempt() { # CLAIM
	parse_claim "$1"
	mkdir -p "$directory/work"
	item_cwd='' item_timeout='' item_retries='' item_key='' item_command=''
	# shellcheck source=/dev/null
	. "./items/$item"
	[ -z "$links" ] || eval "ln -s $links \"\$directory/work/\""
	uptime_now
	begun=$now
	printf 'start %s %s %s\n' "$item" "$number" "$now" >&9
	(
		cd "$directory/work" || exit 126
		[ -z "$item_cwd" ] || enter "$item_cwd" || exit 126
		# Nothing of this program is needed any more when the item's variables come: they may be named like ours.
		set -- "$setsid" "$sh" -c "$item_command"
		export CLUSTRIX_RUN CLUSTRIX_MARK="$id/$directory" CLUSTRIX_ATTEMPT="$number" CLUSTRIX_WORKER="$worker" CLUSTRIX_WORKSPACE="$workspace"
		restore_locale
		item_environment
		exec "$@" 9>&-
	) >"$directory/stdout" 2>"$directory/stderr" </dev/null &
	pid=$!
	printf '%s %s %s\n' $pid $((${now%.*} + item_timeout + 1)) "$directory" >"current.$worker"
	wait $pid
	status=$?
	# What an item leaves running isn't a part of it any more.
	kill -KILL "-$pid" 2>/dev/null
	: >"current.$worker"
	uptime_now
	cd "$directory" || return 1
	collect_outputs
	cd "$home" || return 1
	judge "$directory"
	publish_record
}

# Attempts that ended with their worker or their pool, and how many of them with their worker.
losses() { # ITEM
	lost=0 died=0
	read -r lost died 2>/dev/null <"lost/$1"
}

publish_record() {
	ticks=$((${now%.*}${now#*.} - ${begun%.*}${begun#*.}))
	fraction=$((ticks % 100))
	[ $fraction -gt 9 ] || fraction=0$fraction
	record="{\"v\":1,\"run\":\"$id\",\"item\":$item,\"attempt\":$number,\"outcome\":\"$outcome\",\"exit\":$exit,\"signal\":$signal,\"worker\":\"$worker\",\"host\":\"$host\",\"started\":$((clock + ${begun%.*})).${begun#*.},\"seconds\":$((ticks / 100)).$fraction,\"missing\":[$missing],\"files\":[$files],\"dir\":\"$run/$directory\"}"
	printf '%s\n' "$record" >"$directory/record" || return 1
	case $outcome in
	Passed | Cancelled) ;;
	*)
		losses "$item"
		if [ "$number" -le $((item_retries + lost)) ] && [ ! -e cancel ]; then
			printf 'retry %s\n' "$record" >&9
			mv "claim/$claimed" "todo/$class.$order.$item.$((number + 1))"
			return
		fi
		;;
	esac
	# Before the result: a worker that is killed between the two must not have passed in vain.
	[ "$outcome" != Passed ] || [ "$item_key" = - ] || ln "$directory/record" "../../res/$item_key" 2>/dev/null
	# The link is the moment of truth: of several attempts at an item one becomes its result.
	ln "$directory/record" "done/$item" 2>/dev/null || return 0
	printf 'done %s\n' "$record" >&9
}

# A worker that was killed may have left half a line.
open_journal() { # WORKER
	exec 9>>"journal.$1"
	[ ! -s "journal.$1" ] || printf '\n' >&9
}

# Takes one item after the other until none of the class is left.
work() { # CLASS WORKER
	worker=$2
	open_journal "$worker"
	out_of_memory_kills
	oom_kills=$kills
	took=1
	while [ "$took" ]; do
		took=
		for todo in todo/"$1".*; do
			[ ! -e cancel ] || return 0
			[ -e "$todo" ] || continue
			claim=claim/${todo#todo/}.$worker
			# One rename wins; whoever is late finds the source gone.
			mv "$todo" "$claim" 2>/dev/null || continue
			took=1
			attempt "$claim" || return 1
		done
	done
}

# A claim whose worker is gone goes back; an item under which two workers died isn't given to a third.
give_back() { # CLAIM counted|free
	parse_claim "$1"
	[ ! -e "done/$item" ] || return 0
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
		printf '%s %s\n' $((lost + 1)) "$died" >"lost/$item"
		mv "$1" "todo/$class.$order.$item.$((number + 1))"
	fi
}

unfinished_claims() { # CLASS-PATTERN counted|free
	for claim in claim/$1; do
		[ ! -e "$claim" ] || give_back "$claim" "$2"
	done
}

# Runs the classes one after the other, each with its number of workers at once.
pool() { # ID CLASS:WORKERS…
	id=$1
	shift
	find_run "$id" >/dev/null && cd "$run" || return 1
	home=$(pwd)
	# Two clients may start a pool for one run: one of them gets the name.
	identity >"pool.$$"
	until ln "pool.$$" pool 2>/dev/null; do
		! alive pool || { rm -f "pool.$$"; return 0; }
		mv pool "pool.dead.$$" 2>/dev/null || continue
		# Between the look and the rename another one may have taken the dead one's place.
		! alive "pool.dead.$$" || { ln "pool.dead.$$" pool 2>/dev/null; rm -f "pool.$$"; return 0; }
	done
	rm -f "pool.$$" "pool.dead.$$"
	[ ! -e ended ] || return 0
	sweep "CLUSTRIX_RUN=$id"
	# The item's own PATH may not lead to them.
	setsid=$(command -v setsid)
	sh=$(command -v sh)
	clock=$(($(date +%s)))
	uptime_now
	clock=$((clock - ${now%.*}))
	read -r _ workspace <spec
	workspace=$root/ws/$workspace
	# The payload's top-level entries, quoted once for every item's links.
	links=
	for entry in "$workspace"/* "$workspace"/.[!.]* "$workspace"/..?*; do
		[ -e "$entry" ] || [ -L "$entry" ] || continue
		links="$links '$(printf '%s_' "$entry" | sed "s/'/'\\\\''/g")"
		links="${links%_}'"
	done
	unfinished_claims '*' free
	monitor &
	for part; do
		class=${part%%:*}
		while set -- todo/"$class".* && [ -e "$1" ] && [ ! -e cancel ]; do
			pids=
			number_of_workers=${part#*:}
			while [ "$number_of_workers" -gt 0 ]; do
				work "$class" "$number_of_workers" &
				pids="$pids $!"
				number_of_workers=$((number_of_workers - 1))
			done
			for pid in $pids; do wait "$pid"; done
			[ -e cancel ] || unfinished_claims "$class.*" counted
		done
	done
	if [ -e cancel ]; then printf 'cancelled\n' >ended.tmp; else printf 'finished\n' >ended.tmp; fi
	sweep "CLUSTRIX_RUN=$id"
	mv ended.tmp ended
}

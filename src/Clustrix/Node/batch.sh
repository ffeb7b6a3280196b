
# --- batch schedulers: arrays of workers -----------------------------------------------------------------------------------------------

# Runs a command with a time limit. What it says is in tmp/SID/out and tmp/SID/err; $status is 124 when it had to be ended. Fails, with an
# answer, when there may have been no room for all that it said.
bounded() { # SECONDS COMMAND
	rm -f "tmp/$sid/late"
	(restore_locale; exec setsid sh -c "$2") >"tmp/$sid/out" 2>"tmp/$sid/err" </dev/null &
	command=$!
	# Nobody reads what the guard says: that the time was up is told by its file, and a command that is gone is what it wants.
	# shellcheck disable=SC2016 # the guard's own parameters
	(exec setsid sh -c 'sleep "$1"; true >"$2"; kill -KILL "-$3"' guard "$1" "tmp/$sid/late" $command) 2>/dev/null </dev/null >/dev/null &
	guard=$!
	wait $command
	status=$?
	# Not a signal that is caught: of a guard that has hardly begun a shell may lose it, and then the whole time would be waited for.
	# It makes its group itself, perhaps just now; what has ended by itself needs no end, and that is all that kill could complain of.
	{ kill -KILL "-$guard" || { kill -KILL $guard; kill -KILL "-$guard"; }; wait $guard; } 2>/dev/null
	[ ! -e "tmp/$sid/late" ] || status=124
	has_room || { fail run-full "- $root has no room for what the scheduler says"; return 1; }
}

decoded() { printf '%b' "$1"; } # WORD

told() { # WORD FILE
	[ -s "$2" ] || return 0
	printf '%s %s\n' "$1" $(($(wc -c <"$2")))
	cat "$2"
}

# Asks the scheduler something. The answer is "out LENGTH" and "err LENGTH" with the bytes, and how the command ended.
do_command() { # SECONDS COMMAND
	bounded "$1" "$(decoded "$2")" || return
	told out "tmp/$sid/out"
	told err "tmp/$sid/err"
	ok $status
}

# The jobs of all runs in the store but the dismissed ones, asked for once for all clients on this host: the last answer is given again
# as long as it is younger than AGE seconds. COMMAND finds their names, separated by commas, in $CLUSTRIX_JOBS.
do_queue() { # AGE SECONDS COMMAND
	uptime_now
	# One file holds all of an answer, and it is read while it is open: another client may put a new one in its place at any time.
	# Before the first answer there is no such file.
	if { read -r q_host q_boot q_time status && [ "$q_host $q_boot" = "$host $boot" ] && [ $((${now%.*} - q_time)) -lt "$1" ] && cat; } 2>/dev/null <queue.answer; then
		ok "$status 0"
		return
	fi
	status=0 asked=0 names=
	for entry in run/*/jobs/*.id; do
		[ -e "$entry" ] && [ ! -e "${entry%/*}/dismissed" ] || continue
		entry=${entry##*/}
		names=$names,${entry%.id}
	done
	if [ "$names" ]; then
		bounded "$2" "CLUSTRIX_JOBS='${names#,}'; $(decoded "$3")" || return
		asked=1
	else
		true >"tmp/$sid/out" && true >"tmp/$sid/err"
	fi
	{ printf '%s %s %s %s\n' "$host" "$boot" "${now%.*}" $status && told out "tmp/$sid/out" && told err "tmp/$sid/err"; } >"tmp/$sid/answer" && mv "tmp/$sid/answer" queue.answer
	told out "tmp/$sid/out"
	told err "tmp/$sid/err"
	ok "$status $asked"
}

# Submits an array of workers: once, however often and by however many clients it is asked for. The script stays with the run. LOOK finds
# the job by its name, for the case that a client died between asking the scheduler and noting its answer.
do_enlist() { # ID NAME SECONDS LOOK SUBMIT LENGTH
	take_list "$6" "tmp/$sid/script" || return
	find_run "$1" || return
	jobs=$run/jobs
	mkdir -p "$jobs" && identity >"tmp/$sid/submitter" || { fail store-full "$root/$jobs"; return; }
	if read -r job 2>/dev/null <"$jobs/$2.id"; then ok "known $job"; return; fi
	if [ -e "$run/cancel" ] || [ -e "$run/ended" ]; then ok closed; return; fi
	if ! ln "tmp/$sid/submitter" "$jobs/$2.submitter" 2>/dev/null; then
		# Of a submitter on another host nothing is known but its age.
		if alive "$jobs/$2.submitter" && [ -z "$(find "$jobs/$2.submitter" -mmin +5 2>/dev/null)" ]; then ok busy; return; fi
		mv "$jobs/$2.submitter" "tmp/$sid/dead" 2>/dev/null && ln "tmp/$sid/submitter" "$jobs/$2.submitter" 2>/dev/null || { ok busy; return; }
	fi
	job=
	if [ -e "$jobs/$2.sh" ]; then
		bounded "$3" "$(decoded "$4")" || { rm -f "$jobs/$2.submitter"; return; }
		[ $status -eq 0 ] || { refused "$jobs/$2.submitter"; return; }
		read -r job <"tmp/$sid/out"
	fi
	enlisted=known
	if [ -z "$job" ]; then
		enlisted=submitted
		mv "tmp/$sid/script" "$jobs/$2.sh"
		bounded "$3" "$(decoded "$5") <'$root/$jobs/$2.sh'" || { rm -f "$jobs/$2.submitter"; return; }
		read -r job <"tmp/$sid/out"
		# Who says that it is done and names no job may have done anything.
		if [ $status -ne 0 ] || [ -z "$job" ]; then refused "$jobs/$2.submitter"; return; fi
	fi
	rm -f "$jobs/dismissed"
	printf '%s\n' "$job" >"tmp/$sid/id" && mv "tmp/$sid/id" "$jobs/$2.id" || { fail store-full "$root/$jobs"; return; }
	# Whoever cancels ends the jobs that are noted by then: this one may have come too late for that.
	[ ! -e "$run/cancel" ] || enlisted=over
	ok "$enlisted $job"
}

# The script stays where it is: whoever tries again looks first whether the job is there all the same.
refused() { # SUBMITTER
	rm -f "$1"
	told out "tmp/$sid/out"
	told err "tmp/$sid/err"
	ok "refused $status"
}

# A run's directory below the root, and its jobs: "NAME JOB" with the numbers of the workers that were ever started, as 1,2,5, or with
# "none": there is a log of each that was, made by the scheduler, or else by the worker itself.
do_jobs() { # ID
	find_run "$1" || return
	printf 'directory %s\n' "$run"
	for entry in "$run"/jobs/*.id; do
		read -r job 2>/dev/null <"$entry" || continue
		begun=
		for log in "${entry%.id}".*.log; do
			log=${log%.log}
			log=${log##*.}
			case $log in *[!0-9]*) ;; *) begun=$begun,$log ;; esac
		done
		entry=${entry##*/}
		begun=${begun#,}
		printf '%s %s %s\n' "${entry%.id}" "$job" "${begun:-none}"
	done
	printf '.\n'
}

# Whether a scheduler may have jobs of a run in its queue though the run is over: it may have lost sight of them before, or not have heard
# that they are to end.
has_jobs_left() { # RUN-DIRECTORY
	[ -e "$1/ended" ] && [ ! -e "$1/jobs/dismissed" ] || return 1
	set -- "$1"/jobs/*.id
	[ -e "$1" ]
}

# The ids of the runs of which that may be so.
do_undismissed() {
	for directory in run/*/jobs; do
		! has_jobs_left "${directory%/jobs}" || { directory=${directory#run/}; printf '%s\n' "${directory%%.*}"; }
	done
	printf '.\n'
}

# A run that is over has no jobs left: the scheduler says so, or has taken the order to end them.
do_dismiss() { # ID
	find_run "$1" || return
	[ ! -e "$run/ended" ] || [ ! -d "$run/jobs" ] || true >"$run/jobs/dismissed"
	ok
}

# A worker that a scheduler started, until nothing is left of its class or its time is up.
worker() { # ID MEMBER SECONDS CLASS NUMBER WORKERS
	lifetime=$3 array_index=$5 array_size=$6
	is_batch=1 record_worker=$2
	# Whom a scheduler starts again knows that its earlier starts are over.
	find_run "$1" >/dev/null && (cd "$run" && printf '%s_* Requeued\n' "${2%_*}" | take_back_all "$1" >/dev/null)
	pool "$1" "$2" "$4:1"
	code=$?
	rm -f "$root/$run/pool-$2"
	# A scheduler may not tell whom it was told to end from whom somebody killed.
	if read -r cause 2>/dev/null <"$root/$run/drain.$2" && [ "$cause" = Terminated ]; then code=97; fi
	return $code
}

# Begins nothing more, and has the monitor end what is being run: it goes back to the queue.
drain() { # CAUSE
	[ -e "$home/drain.$member" ] || printf '%s\n' "$1" >"$home/drain.$member"
}

# A scheduler may tell all processes of a job at once that it ends, with SIGTERM or SIGUSR2: an item that ended of that hasn't failed, and its
# worker hears of it in the same moment, or a little later. One that hears nothing had an item that ended itself.
await_notice() {
	[ ! -e "$directory/timeout" ] && [ ! -e "$directory/superseded" ] || return 0
	waited=0
	until [ -e "drain.$member" ] || [ -e cancel ] || [ $waited -ge $((grace * 10)) ]; do
		waited=$((waited + 1))
		sleep_briefly 0.1 || waited=$((waited + 9))
	done
}

# What each node of an item on several runs, with a shell, the command and a file. srun ends the others when one has failed, and its own exit
# code is the highest of all: so whoever fails first notes how, before srun hears of it. What srun sends then is the command's to answer; it
# has begun by the time when this shell stops dying of that.
# shellcheck disable=SC2016 # the shells on the nodes are to expand it
on_a_node='export CLUSTRIX_NODE_RANK="$SLURM_NODEID"
"$0" -c "$1" 8>/dev/null &
trap : HUP USR1 USR2 TERM
while wait $!; code=$?; [ $code -ne 0 ] && kill -0 $! 2>/dev/null; do :; done
[ $code -eq 0 ] || (set -C; echo $code >"$2") 2>/dev/null
exit $code'

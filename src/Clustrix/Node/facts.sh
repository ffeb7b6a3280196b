
# --- facts about this host ---------------------------------------------------------------------------------------------------------

this_host() {
	boot=none host=
	[ ! -r /proc/sys/kernel/random/boot_id ] || read -r boot </proc/sys/kernel/random/boot_id
	[ ! -r /proc/sys/kernel/hostname ] || read -r host </proc/sys/kernel/hostname
	[ "$host" ] || host=$(uname -n)
}

# Seconds since boot with two decimals: no clock adjustment moves it, and reading it costs no process.
uptime_now() { if [ -r /proc/uptime ]; then read -r now _ </proc/uptime; else now=$(date +%s).00; fi; }

# A process id alone may be somebody else's by now; with the boot and the start time it is a name.
start_of() { # PID -> $started, empty when there is no such process
	started=
	if [ -d /proc/self ]; then
		{ read -r started <"/proc/$1/stat"; } 2>/dev/null || return 1
		started=${started##*') '}
		# shellcheck disable=SC2086 # splitting is the point: the start time is the 20th field behind the name
		set -- $started
		case $1 in Z | X) started=; return 1 ;; esac
		shift 19
		started=$1
	else
		kill -0 "$1" 2>/dev/null && started=0
	fi
}

identity() { start_of $$; printf '%s %s %s %s\n' "$host" "$boot" $$ "$started"; }

# Whether the process named in a file lives. Of another host's processes nothing is known: they count as alive for a day.
alive() { # FILE
	o_host=
	read -r o_host o_boot o_pid o_start 2>/dev/null <"$1" || return 1
	if [ "$o_host" != "$host" ]; then
		[ -z "$(find "$1" -mtime +0 2>/dev/null)" ]
	else
		[ "$o_boot" = "$boot" ] && start_of "$o_pid" && [ "$started" = "$o_start" ]
	fi
}

# A session that has no owner yet is just being made, unless it is old.
abandoned() { # SESSION-DIRECTORY
	if [ -s "$1/owner" ]; then ! alive "$1/owner"; else [ "$(find "$1" -prune -mtime +0 2>/dev/null)" ]; fi
}

# Every session tells these, and every push waits for them: each is a variable, because a command substitution costs a process.

cores() { cores=$(nproc 2>/dev/null) || cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null) || cores=1; }

# 0 where the file system doesn't tell.
free_kilobytes() {
	free=0 capacity=0
	# … AVAILABLE CAPACITY% MOUNT-POINT
	df=$(df -Pk "$root" 2>/dev/null)
	for word in ${df%%'% '*}; do free=$capacity capacity=$word; done
	case $free in '' | *[!0-9]*) free=0 ;; esac
}

# Such as Linux-x86_64.
system() {
	{ read -r kernel </proc/sys/kernel/ostype && read -r machine </proc/sys/kernel/arch; } 2>/dev/null || {
		machine=$(uname -sm)
		kernel=${machine%% *} machine=${machine#* }
	}
	system=$kernel-$machine
}

memory_bytes() {
	kb=0
	[ ! -r /proc/meminfo ] || while read -r key value _; do [ "$key" != MemTotal: ] || { kb=$value; break; }; done </proc/meminfo
	memory=$((kb * 1024))
}

facts() {
	cores
	memory_bytes
	system
	ok "$cores $memory $system $host"
}

# The .NET frameworks that 'dotnet' would find here, NAME VERSION each; and what runs here.
do_runtimes() {
	libc=glibc
	getconf GNU_LIBC_VERSION >/dev/null 2>&1 || for loader in /lib/ld-musl-*; do [ ! -e "$loader" ] || libc=musl; done
	dotnet=$(command -v dotnet) && dotnet=$(readlink -f "$dotnet") && for framework in "${dotnet%/*}"/shared/*/*; do
		[ -d "$framework" ] || continue
		name=${framework%/*}
		printf '%s %s\n' "${name##*/}" "${framework##*/}"
	done
	ok "$(uname -sm | tr ' ' '-') $libc"
}

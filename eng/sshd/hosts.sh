#!/usr/bin/env bash
# SSH hosts on this machine, for tests: each has network, processes, mounts, name and home of its own. A set of hosts lives in a
# directory of the caller's; outside it there are only the set's namespaces and one veth pair (clx…), and they end with the set.
#
#   eng/sshd/hosts.sh check                        exits 0 when hosts can be made here; otherwise says what is missing
#   eng/sshd/hosts.sh hold DIR                     makes a set, says 'ready', and ends it when standard input ends
#   eng/sshd/hosts.sh open DIR                     makes a set that stays until it is closed
#   eng/sshd/hosts.sh up DIR NAME [TRAIT]...       starts a host (traits: eng/sshd/boot.sh); 'ssh -F DIR/ssh_config NAME' reaches it
#   eng/sshd/hosts.sh exec DIR NAME COMMAND...     runs a command as root inside a host
#   eng/sshd/hosts.sh run DIR NAME COMMAND         runs a command of sh as the user in the user's home, for a tenth of what ssh takes
#   eng/sshd/hosts.sh link DIR NAME up | down      plugs a host's network cable in, or pulls it
#   eng/sshd/hosts.sh sshd DIR NAME start | stop | cut   the server that listens; 'cut' ends the connections, not what they started
#   eng/sshd/hosts.sh key DIR NAME                 gives a host another host key, which known_hosts doesn't tell
#   eng/sshd/hosts.sh freeze | thaw DIR NAME [all]   stops all processes of the user (or of everybody), connections too; lets them go on
#   eng/sshd/hosts.sh reboot DIR NAME              ends all processes at once and starts again, with the same disk
#   eng/sshd/hosts.sh off DIR NAME                 power off, for good
#   eng/sshd/hosts.sh clock DIR NAME SECONDS       'date' is so much ahead from now on; the kernel, and with it the times of files, is not
#   eng/sshd/hosts.sh cache DIR NAME SECONDS       from now on /home is seen by way of names and attributes that may be so old, as over NFS; 0: as it is
#   eng/sshd/hosts.sh alias DIR ALIAS NAME PORT    ALIAS is NAME by way of 127.0.0.1:PORT
#   eng/sshd/hosts.sh list DIR                     the hosts that run, with their addresses and traits
#   eng/sshd/hosts.sh close DIR                    ends a set with all that runs in it
set -euo pipefail

# What lives on must not hold open what the caller happens to have open: the pipe that keeps a set, above all. 255 is this script.
for descriptor in "/proc/$$/fd/"*; do
	descriptor=${descriptor##*/}
	if [ "$descriptor" -gt 2 ] && [ "$descriptor" -ne 255 ]; then exec {descriptor}>&-; fi
done

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
user=builder
user_id=20022

fail() {
	printf 'hosts.sh: %s\n' "$*" >&2
	exit 1
}

# What a process is known by: its id alone may be another's by now.
started() {
	local stat fields
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
	# Behind the program's name, which may hold blanks, the start time is the 20th field.
	read -ra fields <<<"${stat##*) }"
	printf '%s' "${fields[19]}"
}

# The id of the process that a file names as 'ID START', if it still runs.
living() {
	local id start
	{ read -r id start <"$1"; } 2>/dev/null || return 1
	[ "$(started "$id")" = "$start" ] || return 1
	printf '%s' "$id"
}

keeper() {
	living "$1/keeper" || fail "no set of hosts is open in $1"
}

init_of() {
	living "$1/$2/init" || fail "no host $2 runs in $1"
}

# The living processes of a host but its first, as ids of this machine; with patterns, those whose user's id, state and first two words match.
processes() {
	local space
	space=$(readlink "/proc/$1/ns/pid")
	space=${space//[!0-9]/}
	ps -ww -eo pid=,pidns=,uid=,stat=,args= | awk -v init="$1" -v space="$space" -v owner="${2-}" -v state="${3-}" -v program="${4-}" '
		$2 == space && $1 != init && $4 !~ /^Z/ && $3 ~ owner && $4 ~ state && $5 " " $6 ~ program { print $1 }'
}

# Signals processes until none is left that matches: one pass may miss what forks meanwhile.
signal() {
	local init=$1 name=$2 ids deadline=$((SECONDS + 10))
	shift 2
	until ids=$(processes "$init" "$@") && [ -z "$ids" ]; do
		[ "$SECONDS" -lt "$deadline" ] || fail "processes don't take the signal $name"
		xargs kill -s "$name" <<<"$ids" 2>/dev/null || true
	done
}

# The pattern of the ids of those whose processes are meant.
whose() {
	case $1 in
		'') printf '^%s$' "$user_id" ;;
		all) ;;
		*) fail "freeze, thaw: all, or nothing, not '$1'" ;;
	esac
}

inside() {
	local init=$1
	shift
	nsenter --target "$init" --net --mount --uts --ipc --pid "$@"
}

check() {
	local program
	for program in ip unshare nsenter flock ssh-keygen ps; do
		command -v "$program" >/dev/null || fail "$program is missing"
	done
	[ -x /usr/sbin/sshd ] || fail '/usr/sbin/sshd is missing'
	[ -L /bin ] || fail '/bin is no link to /usr/bin: hosts are made of /usr and /etc'
	unshare --net --mount --uts --ipc --pid --fork -- sh -c '
		mount --make-rprivate / && mount -t tmpfs tmpfs /mnt && mkdir /mnt/u /mnt/w /mnt/m &&
		mount -t overlay -o lowerdir=/usr,upperdir=/mnt/u,workdir=/mnt/w overlay /mnt/m &&
		ip link add name clx1 type veth peer name clx2 && ip link add name clx3 type bridge' >/dev/null ||
		fail 'the kernel refuses namespaces, overlay, veth or bridge'
}

# Removes what a set has left, and nothing that isn't a set's.
discard() {
	local keeper controller group
	[ -f "$1/keeper" ] || return 0
	if read -r keeper <"$1/keeper"; then
		for controller in memory freezer; do
			group=/sys/fs/cgroup/$controller/clx-${keeper/ /-}
			# A group that holds what the kernel is still ending stays behind, empty and under a name that no other set gets.
			[ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
		done
	fi
	rm -rf --one-file-system -- "$1"
}

hold() {
	local dir=$1
	! living "$dir/keeper" >/dev/null || fail "a set of hosts is open in $dir"
	discard "$dir"
	mkdir -p "$dir"
	[ -z "$(ls -A "$dir")" ] || fail "$dir isn't empty"
	: >"$dir/keeper"
	ssh-keygen -q -t ed25519 -N '' -C clustrix-test -f "$dir/user_key"
	printf '127.0.0.1 localhost\n' >"$dir/hosts"
	: >"$dir/known_hosts"
	cat >"$dir/ssh_config" <<-CONFIG
		Host *
		  User $user
		  IdentityFile $dir/user_key
		  IdentitiesOnly yes
		  UserKnownHostsFile $dir/known_hosts
		  GlobalKnownHostsFile /dev/null
	CONFIG
	mkdir -p "$dir/shared"
	chown "$user_id:$user_id" "$dir/shared"
	[ -z "${SUDO_UID-}" ] || chown "$SUDO_UID" "$dir/user_key" "$dir/user_key.pub" "$dir/known_hosts" "$dir/ssh_config"
	exec 9</proc/self/ns/net
	exec unshare --net --mount --propagation slave --pid --fork --kill-child -- "$here/switch.sh" "$@"
}

# The set's first process keeps all others: they live in its process namespace, and the kernel ends them with it.
open() {
	local line
	# The answer comes through a pipe of its own, so that the caller's output isn't held open by the set.
	read -r -t 20 line < <(setsid "$here/hosts.sh" hold "$1" forever </dev/null 2>&1 &) || true
	[ "${line-}" = ready ] || fail "no set of hosts was made in $1: ${line-no answer in 20 s}"
}

# The home that the hosts of a set have in common is a file system in the mounts of the set's first process, from which all hosts begin.
common_home() {
	local dir=$1 set=$2 size=${3#=}
	# shellcheck disable=SC2016 # the shell within reads its own arguments
	nsenter --mount="/proc/$set/ns/mnt" -- sh -ec '
		mountpoint -q "$1" && exit
		mkdir -p "$1" && mount -t tmpfs -o "mode=755,size=$2" tmpfs "$1" && install -d -m 700 -o "$4" -g "$4" "$1/$3"
	' sh "$dir/home" "${size:-2g}" "$user" "$user_id"
}

up() {
	local dir=$1 name=$2 set line number address trait
	set=$(keeper "$dir")
	[[ $name =~ ^[a-z][a-z0-9-]{0,14}$ ]] || fail "'$name' is no name for a host: small letters, digits and '-', 15 at most"
	mkdir "$dir/$name" 2>/dev/null || fail "there is a host $name in $dir"
	ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$dir/$name/host_key"
	exec 8>>"$dir/lock"
	flock -w 20 8
	# Each host has one line in this file, and its number is the line's.
	number=$(wc -l <"$dir/hosts")
	[ "$number" -lt 240 ] || fail "$dir has 240 hosts"
	read -r address _ <"$dir/network"
	address=$address.$((number + 10))
	printf '%s %s\n' "$address" "$name" >>"$dir/hosts"
	printf '%s,%s %s\n' "$address" "$name" "$(cut -d' ' -f1,2 "$dir/$name/host_key.pub")" >>"$dir/known_hosts"
	printf 'Host %s\n  HostName %s\n' "$name" "$address" >>"$dir/ssh_config"
	for trait in "${@:3}"; do
		case $trait in common-home*) common_home "$dir" "$set" "${trait#common-home}" ;; esac
	done
	exec 8>&-
	printf '%s\n' "$address" >"$dir/$name/address"
	printf '%s\n' "${*:3}" >"$dir/$name/traits"
	exec 9<"/proc/$set/ns/net"
	read -r -t 20 line < <(
		setsid nsenter --net="/proc/$set/ns/net" --pid="/proc/$set/ns/pid" --mount="/proc/$set/ns/mnt" -- \
			unshare --net --mount --uts --ipc --pid --fork --kill-child -- \
			"$here/boot.sh" "$dir" "$name" "$user" "$user_id" "${@:3}" </dev/null 2>"$dir/$name/log" &
	) || true
	[ "${line-}" = ready ] || fail "host $name didn't start: $(tail -n 5 "$dir/$name/log")"
	for trait in "${@:3}"; do
		case $trait in clock=*) clock "$(init_of "$dir" "$name")" "${trait#*=}" ;; esac
	done
}

# Nobody may find it missing, or half written.
clock() {
	# shellcheck disable=SC2016 # the host's shell reads its own arguments
	inside "$1" /bin/sh -ec '
		cd /usr/bin
		[ -e date-of-machine ] || cp date date-of-machine
		printf "#!/bin/sh\nexec date-of-machine --date=\"%s seconds\" \"\$@\"\n" "$1" >date.new
		chmod 755 date.new
		mv date.new date
	' sh "$2"
}

# The kernel keeps what a file system in user space tells it for so long: that a name is there, that it is not, and what its file is like.
cache() {
	# shellcheck disable=SC2016 # as above
	inside "$1" /bin/sh -ec '
		if [ "$1" -eq 0 ]; then
			! grep -q "^[^ ]* /home fuse" /proc/mounts || umount -l /home
		else
			[ -e /dev/fuse ] || mknod -m 666 /dev/fuse c 10 229
			bindfs -o "entry_timeout=$1,negative_timeout=$1,attr_timeout=$1,ac_attr_timeout=$1" /home /home
		fi
	' sh "$2"
}

sshd() {
	local init=$1
	case $2 in
		start)
			rm -f "/proc/$init/root/run/sshd.pid"
			inside "$init" /usr/sbin/sshd -f /etc/ssh/sshd_config -E /run/sshd.log
			wait_for listening "$init"
			;;
		stop)
			if [ -s "/proc/$init/root/run/sshd.pid" ]; then
				# shellcheck disable=SC2016 # the host's shell reads the file
				inside "$init" /bin/sh -c 'kill "$(cat /run/sshd.pid)"'
				wait_for silent "$init"
			fi
			;;
		cut)
			# A server calls itself 'sshd: USER …' for a connection, and 'sshd: /usr/sbin/sshd … [listener]' where it listens.
			signal "$init" KILL '' '' '^sshd[a-z-]*: [^/]'
			;;
		*) fail "sshd: start, stop or cut, not '$2'" ;;
	esac
}

# sshd writes its id when it listens and removes the file when it ends.
listening() {
	[ -s "/proc/$1/root/run/sshd.pid" ]
}

silent() {
	[ ! -e "/proc/$1/root/run/sshd.pid" ]
}

wait_for() {
	local deadline=$((SECONDS + 10))
	until "$@"; do
		[ "$SECONDS" -lt "$deadline" ] || fail "not $1 within 10 s"
		sleep 0.01
	done
}

key() {
	local init=$1 dir=$2 name=$3
	rm -f "$dir/$name/host_key" "$dir/$name/host_key.pub"
	ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$dir/$name/host_key"
	cp "$dir/$name/host_key" "/proc/$init/root/etc/ssh/host_key"
	sshd "$init" stop
	sshd "$init" start
}

reboot() {
	local init=$1
	signal "$init" KILL
	cat /proc/sys/kernel/random/uuid >"/proc/$init/root/run/boot_id"
	sshd "$init" start
}

ended() {
	! living "$1" >/dev/null
}

# Nothing answers for a machine without power: the cable goes first.
off() {
	local init=$1
	plug "$2" "$3" down
	kill -KILL "$init"
	wait_for ended "$2/$3/init"
}

plug() {
	local set
	set=$(keeper "$1")
	nsenter --net="/proc/$set/ns/net" ip link set dev "$2" "$3"
}

close() {
	local set interface
	if set=$(living "$1/keeper"); then
		# The kernel would remove it too, but later.
		read -r _ interface <"$1/network"
		ip link del dev "$interface"
		kill -KILL "$set"
		wait_for ended "$1/keeper"
	fi
	discard "$1"
}

list() {
	local host name
	keeper "$1" >/dev/null
	for host in "$1"/*/init; do
		if living "$host" >/dev/null; then
			name=$(basename "${host%/init}")
			printf '%-12s %-15s %s\n' "$name" "$(cat "$1/$name/address")" "$(cat "$1/$name/traits")"
		fi
	done
}

alias_of() {
	local dir=$1
	exec 8>>"$dir/lock"
	flock -w 20 8
	printf 'Host %s\n  HostName 127.0.0.1\n  Port %s\n  HostKeyAlias %s\n' "$2" "$4" "$(cat "$dir/$3/address")" >>"$dir/ssh_config"
	exec 8>&-
}

# Namespaces and mounts are root's. On a machine whose user may become root without being asked, that is done here.
[ "$(id -u)" -eq 0 ] || {
	command -v sudo >/dev/null || fail 'only root can make namespaces'
	exec sudo -n "$here/hosts.sh" "$@"
}

usage() {
	sed -n 's/^#   //p' "$here/hosts.sh" >&2
	exit 2
}

case ${1-}/$# in
	check/1) check ;;
	hold/[23]) hold "$(realpath -m "$2")" "${3-}" ;;
	open/2) open "$(realpath -m "$2")" ;;
	list/2) list "$2" ;;
	close/2) close "$(realpath -m "$2")" ;;
	up/[3-9] | up/[1-9][0-9]) up "$(realpath -m "$2")" "${@:3}" ;;
	alias/5) alias_of "${@:2}" ;;
	link/4 | sshd/4 | clock/4 | cache/4 | run/4 | exec/[4-9] | exec/[1-9][0-9] | key/3 | freeze/[34] | thaw/[34] | reboot/3 | off/3)
		init=$(init_of "$2" "$3")
		case $1 in
			link) plug "$2" "$3" "$4" ;;
			sshd) sshd "$init" "$4" ;;
			exec) inside "$init" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "${@:4}" ;;
			run)
				# shellcheck disable=SC2016 # for the shell inside
				inside "$init" --setuid="$user_id" --setgid="$user_id" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/$user USER=$user LOGNAME=$user \
					SHELL=/bin/sh /bin/sh -c 'cd && exec /bin/sh -c "$1"' sh "$4"
				;;
			key) key "$init" "$2" "$3" ;;
			freeze) signal "$init" STOP "$(whose "${4-}")" "^[^T]" ;;
			thaw) signal "$init" CONT "$(whose "${4-}")" "^T" ;;
			reboot) reboot "$init" ;;
			off) off "$init" "$2" "$3" ;;
			clock | cache) "$1" "$init" "$4" ;;
		esac
		;;
	*) usage ;;
esac

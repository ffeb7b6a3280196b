#!/usr/bin/env bash
# The parts outside .NET that the tests run against. A part that is named here is promised: eng/test.sh installs it, and in CI
# its absence is a failure, never a skip.
#
#   eng/services.sh list      the parts, each with the Debian package that brings it
#   eng/services.sh check     exits 0 when every part works; otherwise names the missing ones and the command that mends it
#   eng/services.sh install   installs what is missing (apt-get, as root); without root, the same as check
#   eng/services.sh start sshd [N]   N SSH hosts on this machine (default 3), one with busybox only, one that allows a single session,
#                                    one at the end of a slow link; says how to reach them
#   eng/services.sh start slurm [TRAIT]...   a Slurm cluster on this machine: a host to log in to, two nodes (traits: eng/clusters/slurm.sh)
#   eng/services.sh start gridengine [TRAIT]...   a Grid Engine cluster likewise (traits: eng/clusters/gridengine.sh)
#   eng/services.sh start pbs [TRAIT]...   a stand-in for a PBS cluster: Slurm with commands that speak as PBS does (traits: eng/clusters/pbs.sh)
#   eng/services.sh stop | status sshd | slurm | gridengine | pbs
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
hosts=$root/eng/sshd/hosts.sh
set_directory=$root/artifacts/sshd

# part | package | a command that exits 0 when the part works
parts() {
	cat <<-PARTS
		dash|dash|dash -c :
		bash|bash|bash -c :
		busybox ash|busybox|busybox ash -c :
		ksh|ksh|ksh -c :
		GNU tar|tar|tar --version | grep -q 'GNU tar'
		busybox tar|busybox|busybox tar --help
		gzip|gzip|gzip --version
		shellcheck|shellcheck|shellcheck --version
		ssh|openssh-client|ssh -V
		sshd|openssh-server|test -x /usr/sbin/sshd
		ip|iproute2|ip -V
		ps|procps|ps --version
		SSH hosts|util-linux|'$hosts' check
		Environment Modules|environment-modules|. /etc/profile.d/modules.sh && module --version
		rsync|rsync|rsync --version
		parallel|parallel|parallel --version
		bindfs|bindfs|bindfs --version && test -e /dev/fuse
		munge|munge|test -x /usr/sbin/munged
		Slurm|slurm-wlm|test -x /usr/sbin/slurmctld && test -x /usr/sbin/slurmd && test -x /usr/bin/sbatch
		slurmdbd|slurmdbd|test -x /usr/sbin/slurmdbd
		MariaDB|mariadb-server-core|test -x /usr/sbin/mariadbd
		mariadb|mariadb-client-core|mariadb --version
		sge_qmaster|gridengine-master|test -x /usr/lib/gridengine/sge_qmaster
		sge_execd|gridengine-exec|test -x /usr/lib/gridengine/sge_execd
		Grid Engine|gridengine-client|test -x /usr/bin/qsub
	PARTS
}

# The rows of the parts whose command fails.
missing() {
	parts | while IFS='|' read -r part package probe; do
		sh -c "$probe" >/dev/null 2>&1 </dev/null || printf '%s|%s\n' "$part" "$package"
	done
}

check() {
	local rows
	rows=$(missing)
	[ -n "$rows" ] || return 0
	printf 'missing: %s\n' "$(cut -d'|' -f1 <<<"$rows" | paste -sd, | sed 's/,/, /g')" >&2
	printf 'mend it: apt-get install %s   (as root)\n' "$(cut -d'|' -f2 <<<"$rows" | sort -u | paste -sd' ')" >&2
	# These need more than a package: root, and a kernel with namespaces.
	[[ $rows != *'SSH hosts'* ]] || "$hosts" check || true
	return 1
}

# Debian starts what it installs unless this file forbids it; nobody asked for an SSH server on this machine.
without_daemons() {
	local policy=/usr/sbin/policy-rc.d code=0
	if [ -e "$policy" ]; then
		"$@"
	else
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod 755 "$policy"
		"$@" || code=$?
		rm -f "$policy"
		return "$code"
	fi
}

install() {
	local rows packages
	rows=$(missing)
	[ -n "$rows" ] || return 0
	if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
		readarray -t packages < <(cut -d'|' -f2 <<<"$rows" | sort -u)
		export DEBIAN_FRONTEND=noninteractive
		# An old package list names files that the mirror no longer has; a machine without a mirror may still have what is needed.
		apt-get update -q </dev/null >&2 || true
		# Grid Engine would ask for a cluster of its own.
		! command -v debconf-set-selections >/dev/null ||
			printf 'gridengine-%s shared/gridengineconfig boolean false\n' common master exec client | debconf-set-selections
		without_daemons apt-get install -q -y --no-install-recommends "${packages[@]}" </dev/null >&2 || true
	fi
	check
}

start_sshd() {
	local count=$1 number
	[[ $count =~ ^[1-9][0-9]{0,1}$ ]] || usage
	"$hosts" open "$set_directory"
	for ((number = 1; number <= count; number++)); do
		"$hosts" up "$set_directory" "h$number"
	done
	"$hosts" up "$set_directory" busybox busybox
	"$hosts" up "$set_directory" single 'sshd=MaxSessions 1'
	"$hosts" up "$set_directory" far
	slow_link slow far
	status_sshd
}

# A name for a host at the end of a slow link. The link is a program that carries until its input ends; its input is the output of a
# process in the host, and so it ends with the host.
slow_link() {
	local port=$set_directory/$1.port deadline=$((SECONDS + 120)) address
	if ! command -v dotnet >/dev/null; then
		echo "no $1: its link is a .NET program, and there is no dotnet" >&2
		return 0
	fi
	read -r address <"$set_directory/$2/address"
	# No build server outlives the build.
	"$hosts" exec "$set_directory" "$2" sleep infinity </dev/null 2>/dev/null |
		UseSharedCompilation=false MSBUILDDISABLENODEREUSE=1 setsid dotnet run "$root/eng/sshd/link.cs" -- "$address" >"$port" 2>"$port.log" &
	until [ -s "$port" ]; do
		if [ "$SECONDS" -ge "$deadline" ] || ! kill -0 $! 2>/dev/null; then
			cat "$port.log" >&2
			return 1
		fi
		sleep 0.1
	done
	"$hosts" alias "$set_directory" "$1" "$2" "$(cat "$port")"
}

status_sshd() {
	local config=$set_directory/ssh_config
	"$hosts" list "$set_directory" || return 1
	! grep -q '^Host slow$' "$config" || printf '%-12s %-15s %s\n' slow '' 'far, by way of a link of 51 ms and 100 Mbit/s'
	echo "try: ssh -F $config h1"
}

# Clusters are made of hosts, in a directory of the cluster's name.
start_cluster() {
	local name=$1 directory=$root/artifacts/$1
	shift
	"$hosts" open "$directory"
	if ! "$root/eng/clusters/$name.sh" up "$directory" "$@"; then
		"$hosts" close "$directory"
		return 1
	fi
	status_cluster "$name"
}

status_cluster() {
	local directory=$root/artifacts/$1
	"$hosts" list "$directory" || return 1
	"$root/eng/clusters/$1.sh" list "$directory"
	echo "try: ssh -F $directory/ssh_config login"
	[ "$1" != slurm ] || echo "or:  SLURM_CONF=$directory/slurm/client.conf sinfo"
}

usage() {
	sed -n 's/^#   //p' "${BASH_SOURCE[0]}" >&2
	exit 2
}

case ${1-}${2+ $2} in
	list) parts | awk -F'|' '{ printf "%-12s %s\n", $1, $2 }' ;;
	check) check ;;
	install) install ;;
	'start sshd') start_sshd "${3-3}" ;;
	'stop sshd') "$hosts" close "$set_directory" ;;
	'status sshd') status_sshd ;;
	'start slurm' | 'start gridengine' | 'start pbs') start_cluster "$2" "${@:3}" ;;
	'stop slurm' | 'stop gridengine' | 'stop pbs') "$hosts" close "$root/artifacts/$2" ;;
	'status slurm' | 'status gridengine' | 'status pbs') status_cluster "$2" ;;
	*) usage ;;
esac

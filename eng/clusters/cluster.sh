# shellcheck shell=bash
# What the clusters of this directory have in common; they read it. A cluster is made of hosts of a set of eng/sshd/hosts.sh: 'login',
# where users log in and the cluster is ruled from, and the nodes n1, n2, … that compute.
#
# All of them are called with what to do, the set's directory and more.

hosts=$(cd "$(dirname "${BASH_SOURCE[0]}")/../sshd" && pwd)/hosts.sh
dir=$(realpath -m "${2-.}")
nodes=2 home_trait=common-home=2g host_traits=() traits_of_hosts=()

fail() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Namespaces are root's, as in hosts.sh.
as_root() {
	[ "$(id -u)" -ne 0 ] || return 0
	command -v sudo >/dev/null || fail 'only root can make namespaces'
	exec sudo -n "$(realpath "$0")" "$@"
}

check_programs() {
	local program
	for program; do
		[ -x "$program" ] || fail "$program is missing"
	done
}

# Takes a trait that any cluster may have.
read_trait() {
	case $1 in
		nodes=[1-9] | nodes=[1-9][0-9]) nodes=${1#*=} ;;
		own-homes) home_trait=disk=2g ;;
		home=?*) home_trait=${home_trait%=*}=${1#*=} ;;
		host=?*) host_traits+=("${1#*=}") ;;
		login=?* | n[1-9]=?* | n[1-9][0-9]=?*) traits_of_hosts+=("$1") ;;
		*) fail "'$1' is no trait of a cluster" ;;
	esac
}

names() {
	local number
	for ((number = 1; number <= nodes; number++)); do
		printf 'n%s ' "$number"
	done
}

address() {
	cat "$dir/$1/address"
}

# Starts all hosts at once, each with the traits given.
start_hosts() {
	local name pid pids=()
	host_traits+=("$home_trait" caller "mount=$dir/shared" "$@")
	for name in login $(names); do
		start_host "$name" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do wait "$pid"; done
}

start_host() {
	local traits=() trait
	for trait in ${traits_of_hosts[@]+"${traits_of_hosts[@]}"}; do
		[ "${trait%%=*}" != "$1" ] || traits+=("${trait#*=}")
	done
	"$hosts" up "$dir" "$1" "${host_traits[@]}" ${traits[@]+"${traits[@]}"}
}

# Runs the script on standard input as root on a host.
on() {
	"$hosts" exec "$dir" "$1" /bin/sh -es "${@:2}"
}

asked_on() {
	on "$1" >/dev/null 2>&1 <<<"$2"
}

# Ends the daemon that a file names, so that it can't do anything about it.
kill_daemon() {
	on "$1" "$2" <<-'SH'
		read -r id <"$1"
		kill -KILL "$id"
		while kill -0 "$id" 2>/dev/null; do sleep 0.01; done
		rm -f "$1"
	SH
}

wait_for() {
	local what=$1 deadline=$((SECONDS + 60))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$deadline" ] || fail "waited for 60 s for $what"
		sleep 0.02
	done
}

usage() {
	sed -n 's/^#   //p' "$0" >&2
	exit 2
}

#!/usr/bin/env bash
# The first process of a set of hosts: makes the network that they are plugged into, and keeps them. hosts.sh starts it.
# Descriptor 9 is the network namespace of this machine.
set -euo pipefail
dir=$1
lifetime=${2-}

# This process is number 1 in its namespace; others call it by the number that /proc, still the machine's, has for it.
read -r stat </proc/self/stat
self=${stat%% *}
read -ra fields <<<"${stat##*) }"

# A name that is taken can't be taken again: that is how sets that start at once get networks of their own. The addresses are of the
# block for testing networks (RFC 2544), which no real network uses.
plug() {
	local try number problem=''
	for try in {0..511}; do
		number=$(((self + try * 7) % 512))
		interface=clx$number
		network=198.$((18 + number / 256)).$((number % 256))
		if problem=$(nsenter --net=/proc/self/fd/9 ip link add name "$interface" type veth peer name Uplink netns 1 2>&1); then
			nsenter --net=/proc/self/fd/9 ip -batch - <<-BATCH
				addr add $network.1/24 dev $interface
				link set dev $interface up
			BATCH
			return 0
		fi
	done
	echo "no network could be made: $problem" >&2
	return 1
}

plug
exec 9<&-
# The hosts' own links come beside these two, and bear the hosts' names, which have no capitals.
ip -batch - <<-'BATCH'
	link set dev lo up
	link add name Bridge type bridge
	link set dev Bridge up
	link set dev Uplink master Bridge
	link set dev Uplink up
BATCH
printf '%s %s\n' "$network" "$interface" >"$dir/network"
printf '%s %s\n' "$self" "${fields[19]}" >"$dir/keeper"
echo ready
exec >/dev/null 2>&1

if [ "$lifetime" = forever ]; then
	# Nothing ever comes through a pipe of which this process holds both ends.
	exec < <(:)
	exec 0<>/proc/self/fd/0
fi

# The caller writes nothing; when it is gone, however it went, its end of the pipe is closed.
while read -r _; do :; done

#!/bin/sh
# pbsnodes of the stand-in for PBS: pbsnodes -a.
# shellcheck source=eng/clusters/pbs/server.sh
. /opt/pbs/server.sh
[ "$*" = -a ] || fail 1 'usage: pbsnodes -a'
ask scontrol show config || fail 1 "pbsnodes: $said"
ask sinfo -h -N -o '%n|%c|%m|%T' || fail 1 "pbsnodes: $said"
printf '%s\n' "$said" | sort -u | awk -F'|' '{
	state = $4 ~ /^(idle|mixed)$/ ? "free" : $4 ~ /^allocated$/ ? "job-busy" : $4 ~ /^drain/ ? "offline" : $4 ~ /^down/ ? "down" : "state-unknown,down"
	print $1 "\n     Mom = " $1 "\n     ntype = PBS\n     state = " state "\n     pcpus = " $2
	printf "     resources_available.host = %s\n     resources_available.mem = %.0fkb\n     resources_available.ncpus = %s\n     resv_enable = True\n\n", $1, $3 * 1024, $2
}'

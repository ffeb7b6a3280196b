#!/bin/sh
# qselect of the stand-in for PBS: qselect [-x] -N NAME.
# shellcheck source=eng/clusters/pbs/server.sh
. /opt/pbs/server.sh
is_extended=0 name=
while getopts xN: option; do
	case $option in
		x) is_extended=1 ;;
		N) name=$OPTARG ;;
		*) fail 2 'usage: qselect [-x] -N NAME' ;;
	esac
done
[ -n "$name" ] || fail 2 'usage: qselect [-x] -N NAME'
ask_jobs
[ "$is_extended/$history" != 1/off ] || fail 0 'qselect: PBS is not configured to maintain job history'
of_jobs find $is_extended 0 "$name"

#!/bin/sh
# qdel of the stand-in for PBS: qdel ID...
# shellcheck source=eng/clusters/pbs/server.sh
. /opt/pbs/server.sh
[ $# -gt 0 ] || fail 2 'usage: qdel ID...'
ask_jobs
code=0
ended=$(of_jobs end 0 0 "$*") || code=$?
for job in $ended; do
	ask scancel "$job" || fail 15011 "qdel: $said"
done
exit $code

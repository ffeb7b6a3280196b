#!/bin/sh
# qstat of the stand-in for PBS: qstat -f [-t] [-x] ID..., qstat -Q -f, qstat -B -f.
# shellcheck source=eng/clusters/pbs/server.sh
. /opt/pbs/server.sh
is_full='' is_extended=0 has_members=0 what=jobs
while getopts fxtQB option; do
	case $option in
		f) is_full=1 ;;
		x) is_extended=1 ;;
		t) has_members=1 ;;
		Q) what=queues ;;
		B) what=server ;;
		*) fail 2 'usage: qstat -f [-t] [-x] ID... | -Q -f | -B -f' ;;
	esac
done
shift $((OPTIND - 1))
[ -n "$is_full" ] || fail 2 'usage: qstat -f [-t] [-x] ID... | -Q -f | -B -f'
case $what in
	jobs)
		ask_jobs
		of_jobs show $is_extended $has_members "$*"
		;;
	queues)
		ask scontrol -o show partition || fail 15011 "qstat: $said"
		printf '%s\n' "$said" | tr ' ' '\n' | awk -F= '
			function end() {
				if (queue == "") return
				print "Queue: " queue "\n    queue_type = Execution\n    total_jobs = 0"
				if (time ~ /:/) print "    resources_max.walltime = " time
				print "    enabled = " (state ~ /UP|DOWN/ ? "True" : "False") "\n    started = " (state ~ /UP|DRAIN/ ? "True" : "False") "\n"
			}
			$1 == "PartitionName" { end(); queue = $2; time = "" }
			$1 == "MaxTime" { time = $2 }
			$1 == "State" { state = $2 }
			END { end() }'
		;;
	server)
		ask scontrol show config || fail 15011 "qstat: $said"
		most=$(printf '%s\n' "$said" | sed -n 's/^MaxArraySize *= //p')
		ask scontrol -o show partition || fail 15011 "qstat: $said"
		cat <<-SERVER
			Server: $server
			    server_state = Active
			    server_host = $server
			    scheduling = True
			    default_queue = $(printf '%s\n' "$said" | sed -n 's/^PartitionName=\([^ ]*\) .*Default=YES.*/\1/p')
			    max_array_size = $((most - 1))
			    pbs_version = stand-in
			    job_history_enable = $([ "$history" = on ] && echo True || echo False)

		SERVER
		;;
esac

#!/bin/sh
# qsub of the stand-in for PBS: the script on standard input, with its directives, becomes a script for Slurm.
# shellcheck source=eng/clusters/pbs/server.sh
. /opt/pbs/server.sh
usage() {
	fail 2 "$1
usage: qsub [directives in the script] <SCRIPT"
}

[ $# -eq 0 ] || usage 'qsub: this one takes no arguments'
script=$(cat && echo .)
script=${script%.}
name=STDIN members='' log=/dev/null
set -- --parsable --nodes=1 --ntasks=1 --requeue --chdir="$HOME" --output=/dev/null

# Takes what is behind -l: "select=1:ncpus=2", or "walltime=1:00:00,place=pack".
take_resources() {
	case $1 in
		select=*) resources=$(printf '%s\n' "$1" | tr : ' ') ;;
		*) resources=$(printf '%s\n' "$1" | tr , ' ') ;;
	esac
	for resource in $resources; do
		value=${resource#*=}
		case $resource in
			select=1) ;;
			ncpus=*) chosen="$chosen --cpus-per-task=$value" ;;
			mem=*mb) chosen="$chosen --mem=${value%mb}M" ;;
			walltime=*:*:*) chosen="$chosen --time=$value" ;;
			place=*) ;;
			*) fail 15035 "qsub: Unknown resource: ${resource%%=*}" ;;
		esac
	done
}

chosen=
directives=$(printf '%s' "$script" | sed -n 's/^#PBS //p')
while read -r option value; do
	case $option in
		-N) name=$value ;;
		-J) members=$value ;;
		-j) log=${value#oe -o } ;;
		-l) take_resources "$value" ;;
		-q) chosen="$chosen --partition=$value" ;;
		-A) chosen="$chosen --account=$value" ;;
		-S | -m | -r | -P | '') ;;
		*) usage "qsub: invalid option -- '${option#-}'" ;;
	esac
done <<DIRECTIVES
$directives
DIRECTIVES
case $name in
	[!A-Za-z]* | *[!A-Za-z0-9._+-]*) usage 'qsub: illegal -N value' ;;
esac
case $members in
	'') ;;
	*-*) [ "${members%-*}" -lt "${members#*-}" ] 2>/dev/null || usage 'qsub: illegal -J value' ;;
	*) usage 'qsub: illegal -J value' ;;
esac

# Of Slurm a job finds nothing. What it prints goes where it is to go if the node sees that place.
suffix=
if [ -n "$members" ]; then
	set -- "$@" --array="$members"
	suffix='[]'
fi
job=$(
	cat <<JOB
#!/bin/sh
if [ "\${SLURM_ARRAY_TASK_ID-}" ]; then
	PBS_ARRAY_INDEX=\$SLURM_ARRAY_TASK_ID PBS_ARRAY_ID=\$SLURM_ARRAY_JOB_ID[].$server PBS_JOBID=\$SLURM_ARRAY_JOB_ID[\$SLURM_ARRAY_TASK_ID].$server
	export PBS_ARRAY_INDEX PBS_ARRAY_ID
else
	PBS_JOBID=\$SLURM_JOB_ID.$server
fi
PBS_JOBNAME=$name PBS_ENVIRONMENT=PBS_BATCH
export PBS_JOBID PBS_JOBNAME PBS_ENVIRONMENT
unset \$(env | sed -n 's/^\(SLURM[A-Za-z0-9_]*\)=.*/\1/p')
[ ! -d '${log%/*}' ] || exec >>"\$(printf '%s' '$log' | sed "s/\^array_index^/\${PBS_ARRAY_INDEX-}/")" 2>&1
JOB
	printf '\n%s.' "$script"
)
said=$(printf '%s' "${job%.}" | {
	# shellcheck disable=SC2086 # options, none of which holds a blank
	sbatch "$@" --job-name="$name" $chosen 2>&1
}) || {
	case $said in
		*'Unable to contact slurm controller'* | *'Connection refused'* | *'Socket timed out'*) down ;;
		*'invalid partition'*) fail 15018 'qsub: Unknown queue' ;;
		*'nvalid account'*) fail 15049 'qsub: Invalid Account' ;;
		*'Invalid job array'*) fail 15107 'qsub: Array job exceeds server or queue size limit' ;;
		*'not available'* | *'time limit'* | *'Memory'* | *'More processors'*) fail 15036 'qsub: Job violates queue and/or server resource limits' ;;
		*) fail 15011 "qsub: $said" ;;
	esac
}
printf '%s%s.%s\n' "${said%%;*}" "$suffix" "$server"

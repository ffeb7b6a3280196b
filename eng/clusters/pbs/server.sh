# shellcheck shell=sh
# What the commands of the stand-in have in common; there is no PBS in it. They read this, and ask Slurm.

command=${0##*/}
server=$(uname -n)
read -r history </etc/pbs-history

# Says what is wrong as PBS does and exits with the number of the error, of which the caller sees the lower eight bits.
fail() { # NUMBER WORDS
	printf '%s\n' "$2" >&2
	exit $(($1 & 255))
}

# What Slurm answers, in $said. When its controller is down, so is PBS's server.
ask() { # COMMAND...
	said=$("$@" 2>&1) && return
	case $said in
		*'Unable to contact slurm controller'* | *'Connection refused'* | *'Socket timed out'* | *'Zero Bytes were transmitted'*) down ;;
	esac
	return 1
}

down() {
	echo 'Connection refused' >&2
	case $command in
		qdel) fail 15010 "Couldn't connect to cluster: $server" ;;
		qstat) fail -1 "qstat: cannot connect to server $server (errno=15010)" ;;
		pbsnodes) fail 1 "pbsnodes: cannot connect to server $server, error=15010" ;;
		*) fail 15010 "$command: cannot connect to server $server (errno=15010)" ;;
	esac
}

# All jobs that Slurm remembers, a line for each and for each member of an array; jobs.awk reads them.
ask_jobs() {
	ask squeue -h -r -t all -O 'JobArrayID:.40,Name:.80,State:.20,RestartCnt:.8,exit_code:.12,NodeList:.40,Reason:.120,Partition:.20,UserName:.20,NumCPUs:.8,MinMemory:.12,TimeLimit:.16,TimeUsed:.16,StartTime:.24' || fail 15011 "$command: $said"
}

# Reads them for what a command does with them.
of_jobs() { # DO WITH_HISTORY WITH_MEMBERS OPERANDS
	printf '%s\n' "$said" | awk -v command="$command" -v server="$server" -v history="$history" -v task="$1" -v is_extended="$2" -v has_members="$3" -v operands="$4" -f /opt/pbs/jobs.awk
}

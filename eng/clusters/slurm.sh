#!/usr/bin/env bash
# A Slurm cluster on this machine, for tests: hosts of a set of eng/sshd/hosts.sh. 'login' is where users log in and slurmctld runs;
# the compute nodes n1, n2, … have processes, names and addresses of their own, and the home in common with it. Jobs find nothing of
# this machine but /usr and /etc, and what is under the set's directory 'shared', which all hosts have at its own path.
#
#   eng/clusters/slurm.sh check                     exits 0 when a cluster can be made here; otherwise says what is missing
#   eng/clusters/slurm.sh up DIR [TRAIT]...         makes a cluster of the open set DIR, and returns when all its nodes are idle
#   eng/clusters/slurm.sh controller DIR start | kill     slurmctld; 'kill' lets it write nothing down, and 'start' goes on from what it has
#   eng/clusters/slurm.sh node DIR NAME start | kill      slurmd; what runs on the node goes on without it
#   eng/clusters/slurm.sh reboot DIR NAME           ends all processes of a node at once, and starts it again
#   eng/clusters/slurm.sh database DIR start | kill       slurmdbd
#   eng/clusters/slurm.sh list DIR                  the nodes, as sinfo shows them
#
# 'ssh -F DIR/ssh_config login' logs in. A program of this machine talks to the cluster with SLURM_CONF=DIR/slurm/client.conf.
#
# Traits:
#   nodes=N           so many nodes (default 2)
#   cpus=N            so many CPUs on each (default 4), whatever the machine has
#   tuned             starts jobs within a second, and gives a silent node up within 12; otherwise as Slurm does it unless told
#   accounting        slurmdbd and its database: sacct works, the user belongs to the accounts research and teaching, the first by
#                     default, and may use the quality of service 'urgent'; jobs of other accounts are refused
#   memory=watched    Slurm looks at each job's memory and ends what takes more than it asked for
#   memory=cgroup     the kernel does; needs control groups of version 1
#   own-homes         each node has a home of its own, which no other sees
#   home=SIZE         that much space in /home (default 2g)
#   host=TRAIT        a trait of all hosts, e.g. 'host=missing=rsync'
#   NAME=TRAIT        a trait of one host, e.g. 'n1=clock=600'
#   Key=Value         a line of slurm.conf instead of the one here, e.g. 'MinJobAge=10'; another partition: 'PartitionName=…'
#
# Partitions: main (all nodes, the default), short (all nodes, ten minutes at most), small (n1 only, one node at most).
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
cpus=4 is_tuned='' has_accounting='' memory='' own_lines=()

check() {
	"$hosts" check
	check_programs /usr/sbin/{munged,slurmctld,slurmd} /usr/bin/{sbatch,squeue,sinfo,scontrol,scancel}
}

read_traits() {
	local trait
	for trait; do
		case $trait in
			cpus=[1-9]*) cpus=${trait#*=} ;;
			tuned) is_tuned=1 ;;
			accounting) has_accounting=1 ;;
			memory=watched) memory=watched ;;
			memory=cgroup) memory=cgroup host_traits+=(control-groups) ;;
			[A-Z]*=*) own_lines+=("$trait") ;;
			*) read_trait "$trait" ;;
		esac
	done
}

# slurm.conf without the lines that the caller gives instead.
configuration() {
	local name
	{
		printf '%s\n' ${own_lines[@]+"${own_lines[@]}"}
		echo --
		cat <<-CONFIG
			ClusterName=clustrix
			SlurmctldHost=login($(address login))
			SlurmUser=root
			SlurmdUser=root
			StateSaveLocation=/var/spool/slurmctld
			SlurmdSpoolDir=/var/spool/slurmd
			SlurmctldPidFile=/run/slurmctld.pid
			SlurmdPidFile=/run/slurmd.pid
			SlurmctldLogFile=/var/log/slurmctld.log
			SlurmdLogFile=/var/log/slurmd.log
			MailProg=/bin/true
			MpiDefault=none
			SelectType=select/cons_tres
			SelectTypeParameters=CR_Core_Memory
			DefMemPerCPU=100
			SlurmdParameters=config_overrides
			ReturnToService=1
			KillWait=5
		CONFIG
		if [ -n "$is_tuned" ]; then
			cat <<-'CONFIG'
				AuthInfo=cred_expire=5
				SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0,bf_interval=1,default_queue_depth=1000,sched_max_job_start=0
				SlurmdTimeout=3
				MessageTimeout=3
				TCPTimeout=1
			CONFIG
		else
			echo SlurmdTimeout=10
		fi
		if [ "$memory" = cgroup ]; then
			printf '%s\n' ProctrackType=proctrack/cgroup TaskPlugin=task/cgroup JobAcctGatherType=jobacct_gather/linux
		else
			printf '%s\n' ProctrackType=proctrack/linuxproc TaskPlugin=task/none
			if [ "$memory" = watched ]; then
				printf '%s\n' JobAcctGatherType=jobacct_gather/linux JobAcctGatherParams=OverMemoryKill JobAcctGatherFrequency=1
			else
				echo "JobAcctGatherType=jobacct_gather/${has_accounting:+linux}" | sed 's,/$,/none,'
			fi
		fi
		if [ -n "$has_accounting" ]; then
			cat <<-CONFIG
				AccountingStorageType=accounting_storage/slurmdbd
				AccountingStorageHost=$(address login)
				AccountingStorageEnforce=associations,qos
			CONFIG
		fi
		for name in $(names); do
			echo "NodeName=$name NodeAddr=$(address "$name") CPUs=$cpus RealMemory=4000"
		done
		cat <<-CONFIG
			PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE
			PartitionName=short Nodes=ALL MaxTime=10
			PartitionName=small Nodes=n1 MaxNodes=1
		CONFIG
	} | awk -F= '
		/^--$/ { own = 1; next }
		!own && NF && $1 !~ /^(NodeName|PartitionName)$/ { given[$1] = 1 }
		!own && NF { last = last $0 "\n" }
		own && !($1 in given)
		END { printf "%s", last }'
}

write_configuration() {
	configuration >"$dir/slurm/slurm.conf"
	# Authentication is asked for by its socket, which programs of this machine find elsewhere.
	{
		grep -v ^AuthInfo= "$dir/slurm/slurm.conf"
		printf '%s\n' "AuthInfo=socket=$dir/munge-socket/munge.socket.2" "AccountingStoragePass=$dir/munge-socket/munge.socket.2"
	} >"$dir/slurm/client.conf"
	if [ "$memory" = cgroup ]; then
		printf '%s\n' CgroupPlugin=cgroup/v1 CgroupAutomount=no CgroupMountpoint=/sys/fs/cgroup \
			ConstrainRAMSpace=yes ConstrainCores=no ConstrainSwapSpace=no >"$dir/slurm/cgroup.conf"
	fi
	if [ -n "$has_accounting" ]; then
		cat >"$dir/slurm/slurmdbd.conf" <<-CONFIG
			AuthType=auth/munge
			DbdHost=login
			SlurmUser=root
			LogFile=/var/log/slurmdbd.log
			PidFile=/run/slurmdbd.pid
			StorageType=accounting_storage/mysql
			StorageHost=localhost
			StorageUser=root
			StorageLoc=slurm_acct_db
		CONFIG
		chmod 600 "$dir/slurm/slurmdbd.conf"
	fi
}

secret() {
	mkdir "$dir/slurm" "$dir/munge" "$dir/munge-socket"
	(umask 077 && head -c 128 /dev/urandom >"$dir/munge/munge.key")
}

munge() {
	on "$1" <<-'SH'
		mkdir -p /run/munge /var/log/munge /var/lib/munge
		chmod 700 /var/log/munge /var/lib/munge
		munged --num-threads=2
	SH
}

start_database() {
	on login <<-'SH'
		mkdir -p /run/mysqld /var/lib /var/log
		if [ ! -d /var/lib/mysql ]; then
			mariadb-install-db --no-defaults --user=root --datadir=/var/lib/mysql --auth-root-authentication-method=normal --skip-test-db >/var/log/mariadb.log 2>&1
			setsid mariadbd --no-defaults --user=root --datadir=/var/lib/mysql --socket=/run/mysqld/mysqld.sock --pid-file=/run/mysqld/pid \
				--skip-networking --innodb-lock-wait-timeout=900 >>/var/log/mariadb.log 2>&1 </dev/null &
			until mariadb --no-defaults --socket=/run/mysqld/mysqld.sock -e '' 2>/dev/null; do
				kill -0 $! || exit 1
				sleep 0.02
			done
		fi
		slurmdbd
	SH
	wait_for 'slurmdbd to answer' asked_on login 'sacctmgr -n list cluster'
}

accounts() {
	on login "${SUDO_USER-}" >"$dir/login/accounts" <<-'SH'
		sacctmgr -i add cluster clustrix
		sacctmgr -i add qos urgent set priority=100
		sacctmgr -i add account research,teaching cluster=clustrix set qos=normal,urgent
		sacctmgr -i add user builder account=research,teaching defaultaccount=research
		[ -z "$1" ] || [ "$1" = root ] || sacctmgr -i add user "$1" account=research defaultaccount=research
	SH
}

start_controller() {
	on login <<-'SH'
		mkdir -p /var/spool/slurmctld /var/log
		slurmctld
	SH
	wait_for 'slurmctld to answer' asked_on login 'scontrol ping | grep -q "is UP"'
}

start_node() {
	on "$1" <<-'SH'
		mkdir -p /var/spool/slurmd /var/log
		slurmd
	SH
}

up() {
	local name
	read_traits "$@"
	[ -z "$has_accounting" ] || check_programs /usr/sbin/{slurmdbd,mariadbd} /usr/bin/mariadb
	secret
	traits_of_hosts+=("login=mount=$dir/munge-socket:/run/munge")
	start_hosts "mount=$dir/slurm:/etc/slurm" "mount=$dir/munge:/etc/munge"
	write_configuration
	for name in login $(names); do munge "$name"; done
	if [ -n "$has_accounting" ]; then
		start_database
		accounts
	fi
	start_controller
	for name in $(names); do start_node "$name"; done
	wait_for 'all nodes to be idle' asked_on login "[ \$(sinfo -h -N -p main -t idle -o %N | wc -l) -eq $nodes ]"
}

as_root "$@"
case ${1-}/$#/${*: -1} in
	check/1/*) check ;;
	up/*/*)
		[ $# -ge 2 ] || usage
		up "${@:3}"
		;;
	controller/3/start) start_controller ;;
	controller/3/kill) kill_daemon login /run/slurmctld.pid ;;
	database/3/start) start_database ;;
	database/3/kill) kill_daemon login /run/slurmdbd.pid ;;
	# Whoever kills it takes its file away.
	node/4/start) asked_on "$3" 'test -e /run/slurmd.pid' || start_node "$3" ;;
	node/4/kill) kill_daemon "$3" /run/slurmd.pid ;;
	reboot/3/*)
		"$hosts" reboot "$dir" "$3"
		munge "$3"
		start_node "$3"
		;;
	list/2/*) "$hosts" exec "$dir" login sinfo -N -l ;;
	*) usage ;;
esac

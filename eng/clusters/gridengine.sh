#!/usr/bin/env bash
# A Grid Engine cluster on this machine, for tests: hosts of a set of eng/sshd/hosts.sh. 'login' is where users log in and sge_qmaster
# runs; the nodes n1, n2, … have processes, names and addresses of their own, and the home in common with it. Jobs find nothing of
# this machine but /usr and /etc, and what is under the set's directory 'shared', which all hosts have at its own path.
#
#   eng/clusters/gridengine.sh check                     exits 0 when a cluster can be made here; otherwise says what is missing
#   eng/clusters/gridengine.sh up DIR [TRAIT]...         makes a cluster of the open set DIR, and returns when all its nodes take jobs
#   eng/clusters/gridengine.sh master DIR start | kill   sge_qmaster, which goes on from what it has written down
#   eng/clusters/gridengine.sh node DIR NAME start | kill   sge_execd; what runs on the node goes on without it
#   eng/clusters/gridengine.sh reboot DIR NAME           ends all processes of a node at once, and starts it again
#   eng/clusters/gridengine.sh list DIR                  the queues, as qstat shows them
#
# 'ssh -F DIR/ssh_config login' logs in; qsub and its like need no variables there.
#
# Traits:
#   nodes=N           so many nodes (default 2)
#   slots=N           so many slots on each (default 4)
#   tuned             starts jobs and tells of their ends within a second, and gives a silent node up within half a minute; otherwise
#                     as Grid Engine does it unless told: jobs start each 15 s
#   memory=consumable   of h_vmem each node has 4 GB to give; a job that doesn't ask for any gets 1 GB, and ends when it takes more
#   own-homes         each node has a home of its own, which no other sees
#   home=SIZE         that much space in /home (default 2g)
#   host=TRAIT        a trait of all hosts, e.g. 'host=missing=rsync'
#   NAME=TRAIT        a trait of one host, e.g. 'n1=clock=600'
#
# Queues: main.q; short.q (ten minutes at most, for jobs with '-l short'); broken.q, whose prolog fails, for jobs with '-l broken': it
# goes into the state E, and the jobs wait. A job that ends with 100 goes into the state Eqw. The parallel environment is smp.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
programs=/usr/lib/gridengine
slots=4 is_tuned='' has_consumable_memory=''

check() {
	"$hosts" check
	check_programs $programs/{sge_qmaster,sge_execd,sge_shepherd,qconf,qstat} /usr/bin/{qsub,qstat,qdel,qacct}
}

read_traits() {
	local trait
	for trait; do
		case $trait in
			slots=[1-9]*) slots=${trait#*=} ;;
			tuned) is_tuned=1 ;;
			memory=consumable) has_consumable_memory=1 ;;
			*) read_trait "$trait" ;;
		esac
	done
}

# The cell, which all hosts see at the place where Debian's programs look for it.
make_cell() {
	local common=$dir/gridengine/default/common folder
	mkdir -p "$common"
	ln -s /usr/share/gridengine/util "$dir/gridengine/util"
	for folder in bin lib utilbin; do
		mkdir "$dir/gridengine/$folder"
		ln -s $programs "$dir/gridengine/$folder/$(/usr/share/gridengine/util/arch)"
	done
	echo login >"$common/act_qmaster"
	echo clustrix >"$common/cluster_name"
	cat >"$common/bootstrap" <<-'BOOTSTRAP'
		admin_user              none
		default_domain          none
		ignore_fqdn             true
		spooling_method         classic
		spooling_lib            libspoolc
		spooling_params         /var/lib/gridengine/default/common;/var/spool/gridengine/qmaster
		binary_path             /usr/lib/gridengine
		qmaster_spool_dir       /var/spool/gridengine/qmaster
		security_mode           none
		listener_threads        2
		worker_threads          2
		scheduler_threads       1
	BOOTSTRAP
	configuration </usr/share/gridengine/default-configuration >"$common/configuration.first"
}

configuration() {
	# As delivered, no more than a hundred jobs run at a time.
	local changes=('mailer /bin/true' 'shell_start_mode unix_behavior' 'gid_range 50000-52000' 'execd_params ENABLE_ADDGRP_KILL=true')
	if [ -n "$is_tuned" ]; then
		changes+=('load_report_time 00:00:01' 'max_unheard 00:00:10' 'reschedule_unknown 00:00:10'
			'reporting_params accounting=true reporting=false flush_time=00:00:01 accounting_flush_time=00:00:00 joblog=false sharelog=00:00:00')
	fi
	replaced "${changes[@]}"
}

# Standard input, in which the lines given take the place of those that begin with the same word.
replaced() {
	awk 'NR == FNR { line[$1] = $0; next } $1 in line { $0 = line[$1] } { print }' <(printf '%s\n' "$@") -
}

start_master() {
	on login <<-'SH'
		export SGE_ROOT=/var/lib/gridengine SGE_CELL=default
		mkdir -p /var/spool/gridengine/qmaster/job_scripts
		cd /usr/lib/gridengine
		if [ ! -d /var/spool/gridengine/qmaster/configuration ]; then
			common=$SGE_ROOT/default/common
			./spoolinit classic libspoolc "$common;/var/spool/gridengine/qmaster" init
			./spooldefaults configuration $common/configuration.first
			./spooldefaults complexes /usr/share/gridengine/util/resources/centry
			./spooldefaults usersets /usr/share/gridengine/util/resources/usersets
			./spooldefaults managers root
		fi
		./sge_qmaster
	SH
	wait_for 'sge_qmaster to answer' asked_on login 'qconf -sh'
}

set_up() {
	on login "$nodes" "$slots" "$is_tuned" "$has_consumable_memory" <<-'SH'
		export SGE_ROOT=/var/lib/gridengine SGE_CELL=default
		PATH=/usr/lib/gridengine:$PATH
		nodes=$(seq -f n%g -s ' ' "$1") slots=$2 is_tuned=$3 memory=${4:+,h_vmem=4G}
		mkdir -p /run/setup
		cd /run/setup
		exec 3>&2 >/run/setup/log 2>&1
		trap '[ $? -eq 0 ] || cat /run/setup/log >&3' EXIT
		qconf -as login
		qconf -sc >complexes
		[ -z "$memory" ] || sed -i 's/^h_vmem .*/h_vmem h_vmem MEMORY <= YES YES 1G 0/' complexes
		printf '%s\n' 'short short BOOL == FORCED NO 0 0' 'broken broken BOOL == FORCED NO 0 0' >>complexes
		qconf -Mc complexes
		for node in $nodes; do
			printf '%s\n' "hostname $node" 'load_scaling NONE' "complex_values slots=$slots$memory" 'user_lists NONE' 'xuser_lists NONE' \
				'projects NONE' 'xprojects NONE' 'usage_scaling NONE' 'report_variables NONE' >host
			qconf -Ae host
			qconf -ah "$node"
		done
		printf '%s\n' 'group_name @allhosts' "hostlist $nodes" >group
		qconf -Ahgrp group
		printf '%s\n' 'pe_name smp' 'slots 999' 'user_lists NONE' 'xuser_lists NONE' 'start_proc_args NONE' 'stop_proc_args NONE' \
			'allocation_rule $pe_slots' 'control_slaves FALSE' 'job_is_first_task TRUE' 'urgency_slots min' 'accounting_summary FALSE' 'qsort_args NONE' >smp
		qconf -Ap smp
		printf '#!/bin/sh\nexit 1\n' >$SGE_ROOT/default/common/fail
		chmod 755 $SGE_ROOT/default/common/fail
		queue() {
			cat <<-QUEUE
				qname $1
				hostlist @allhosts
				seq_no 0
				load_thresholds NONE
				suspend_thresholds NONE
				nsuspend 1
				suspend_interval 00:05:00
				priority 0
				min_cpu_interval 00:00:01
				processors UNDEFINED
				qtype BATCH INTERACTIVE
				ckpt_list NONE
				pe_list smp
				rerun TRUE
				slots $slots
				tmpdir /tmp
				shell /bin/sh
				prolog $4
				epilog NONE
				shell_start_mode unix_behavior
				starter_method NONE
				suspend_method NONE
				resume_method NONE
				terminate_method NONE
				notify 00:00:05
				owner_list NONE
				user_lists NONE
				xuser_lists NONE
				subordinate_list NONE
				complex_values $2
				projects NONE
				xprojects NONE
				calendar NONE
				initial_state default
				s_rt INFINITY
				h_rt $3
				s_cpu INFINITY
				h_cpu INFINITY
				s_fsize INFINITY
				h_fsize INFINITY
				s_data INFINITY
				h_data INFINITY
				s_stack INFINITY
				h_stack INFINITY
				s_core INFINITY
				h_core INFINITY
				s_rss INFINITY
				h_rss INFINITY
				s_vmem INFINITY
				h_vmem INFINITY
			QUEUE
		}
		queue main.q NONE INFINITY NONE >main
		queue short.q short=TRUE 00:10:00 NONE >short
		queue broken.q broken=TRUE INFINITY $SGE_ROOT/default/common/fail >broken
		qconf -Aq main
		qconf -Aq short
		qconf -Aq broken
		if [ -n "$is_tuned" ]; then
			qconf -ssconf | sed '
				s/^schedule_interval .*/schedule_interval 0:0:1/
				s/^flush_submit_sec .*/flush_submit_sec 1/
				s/^flush_finish_sec .*/flush_finish_sec 1/
				s/^load_adjustment_decay_time.*/load_adjustment_decay_time 0:0:0/
				s/^job_load_adjustments.*/job_load_adjustments NONE/' >scheduler
			qconf -Msconf scheduler
		fi
	SH
}

start_node() {
	on "$1" <<-'SH'
		mkdir -p /var/spool/gridengine/execd
		sge_execd
	SH
}

up() {
	local name
	read_traits "$@"
	make_cell
	start_hosts "mount=$dir/gridengine:/var/lib/gridengine"
	start_master
	set_up
	for name in $(names); do start_node "$name"; done
	# A queue of a node that hasn't told its load yet is in the state 'au'.
	wait_for 'all nodes to tell their load' asked_on login "[ \$(qstat -f -q main.q | awk '\$1 ~ /^main.q@/ && NF == 5' | wc -l) -eq $nodes ]"
}

as_root "$@"
case ${1-}/$#/${*: -1} in
	check/1/*) check ;;
	up/*/*)
		[ $# -ge 2 ] || usage
		up "${@:3}"
		;;
	master/3/start) start_master ;;
	master/3/kill) kill_daemon login /var/spool/gridengine/qmaster/qmaster.pid ;;
	# Whoever kills it takes its file away.
	node/4/start) asked_on "$3" "test -e /var/spool/gridengine/execd/$3/execd.pid" || start_node "$3" ;;
	node/4/kill) kill_daemon "$3" "/var/spool/gridengine/execd/$3/execd.pid" ;;
	reboot/3/*)
		"$hosts" reboot "$dir" "$3"
		start_node "$3"
		;;
	list/2/*) "$hosts" exec "$dir" login qstat -f ;;
	*) usage ;;
esac

#!/usr/bin/env bash
# A STAND-IN for a PBS cluster on this machine, for tests: there is no PBS in it. It is a Slurm cluster of eng/clusters/slurm.sh, with real
# nodes and a real scheduler, on whose login host five commands (eng/clusters/pbs) take and tell in the way of PBS what Slurm does:
# qsub, qstat, qselect, qdel, pbsnodes. What they say was learnt from the sources of OpenPBS and from what others have recorded, as told in
# tests/Clustrix.Tests/Schedulers/Pbs; they know no more than what Clustrix asks. Known to be otherwise than PBS: what a job prints is
# written as it comes, not brought when it ends; what no node can give is refused, and not kept; time limits are whole minutes; memory
# that was used isn't told.
#
#   eng/clusters/pbs.sh check                     exits 0 when a cluster can be made here; otherwise says what is missing
#   eng/clusters/pbs.sh up DIR [TRAIT]...         makes a cluster of the open set DIR, and returns when all its nodes are free
#   eng/clusters/pbs.sh server DIR start | kill   what stands in for pbs_server: slurmctld
#   eng/clusters/pbs.sh node DIR NAME start | kill   what stands in for pbs_mom: slurmd
#   eng/clusters/pbs.sh reboot DIR NAME           ends all processes of a node at once, and starts it again
#   eng/clusters/pbs.sh list DIR                  the nodes, as pbsnodes shows them
#
# Traits: those of eng/clusters/slurm.sh, and
#   history=off       no history of jobs is kept, as PBS does it unless told; here there is one otherwise, for as long as Slurm remembers
#
# Queues: Slurm's partitions main (the default), short, small.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/cluster.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

up() {
	local trait traits=() history=on
	for trait; do
		case $trait in
			history=off) history=off ;;
			*) traits+=("$trait") ;;
		esac
	done
	"$here/slurm.sh" up "$dir" "login=mount=$here/pbs:/opt/pbs" ${traits[@]+"${traits[@]}"}
	# Grid Engine's commands of the same names may be there.
	on login "$history" <<-'SH'
		for command in qsub qstat qselect qdel pbsnodes; do
			ln -sf "/opt/pbs/$command.sh" "/usr/bin/$command"
		done
		printf '%s\n' "$1" >/etc/pbs-history
	SH
}

as_root "$@"
case ${1-}/$#/${*: -1} in
	check/1/*) exec "$here/slurm.sh" check ;;
	up/*/*)
		[ $# -ge 2 ] || usage
		up "${@:3}"
		;;
	server/3/start | server/3/kill) exec "$here/slurm.sh" controller "$2" "$3" ;;
	node/4/start | node/4/kill | reboot/3/*) exec "$here/slurm.sh" "$@" ;;
	list/2/*) "$hosts" exec "$dir" login pbsnodes -a ;;
	*) usage ;;
esac

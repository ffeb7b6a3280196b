#!/usr/bin/env bash
# Kills and breaks what a run needs, in the middle of it, and checks after each round that nothing is wrong, lost, double or left behind.
# Says a line for each round. The exit code is 0 when all rounds held, 1 when one didn't, and 130 after Ctrl-C, which ends the round at hand.
#
#   eng/chaos.sh --hours N [--seed S]    begins rounds for so many hours (0.2 is 12 minutes), with a seed that it says, or with this one
#   eng/chaos.sh --seed S --round R      one round, which is always the same
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
	sed -n 's/^#   //p' eng/chaos.sh >&2
	exit 2
}

[ $# -gt 0 ] || usage
arguments=("$@")
while [ $# -gt 0 ]; do
	case $1:${2-} in
		--hours:*[!0-9.]* | --hours: | --hours:. | --hours:*.*.*) usage ;;
		--seed:*[!0-9]* | --seed: | --round:*[!0-9]* | --round:) usage ;;
		--hours:* | --seed:* | --round:*) shift 2 ;;
		*) usage ;;
	esac
done

# No build server outlives this script.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
eng/services.sh install
dotnet build tests/Chaos -nodeReuse:false -verbosity:quiet -consoleLoggerParameters:NoSummary </dev/null
exec dotnet tests/Chaos/bin/Debug/net10.0/Chaos.dll "${arguments[@]}"

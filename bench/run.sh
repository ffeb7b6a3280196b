#!/usr/bin/env bash
# Runs one benchmark; without a name, lists them. A benchmark prints lines "figure NAME VALUE UNIT".
set -euo pipefail
bench=$(dirname "${BASH_SOURCE[0]}")/Clustrix.Bench

# The build's lines go to stderr: stdout is the benchmark's. No build server stays behind to share the cores with what is measured.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build "$bench" --configuration Release -nodeReuse:false -verbosity:quiet -consoleLoggerParameters:NoSummary </dev/null >&2
exec dotnet "$bench/bin/Release/net10.0/Clustrix.Bench.dll" "$@" </dev/null

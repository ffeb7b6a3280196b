#!/usr/bin/env bash
# Builds and tests the repository. The last line is "N passed, N failed, N skipped"; the exit code is 0 only when nothing failed.
#
#   eng/test.sh         everything, as CI does: parts, build, format, all tests
#   eng/test.sh unit    the inner loop: tests/Clustrix.Tests and nothing else
#
# With CI=true a missing part is a failure, and so is a skipped test that eng/allowed-skips.txt doesn't list.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scope=${1-all}
results=artifacts/test-results
# Seconds that one test project, and minutes that one test in it, may take; far above what they need on a slow machine.
project_limit=1800
test_limit=10

# No build server outlives this script, and none of another version is met in it.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

projects=()
case $scope in
	unit)
		projects=(tests/Clustrix.Tests)
		;;
	all)
		for project in tests/*/*.csproj; do
			# What the test projects share holds no tests of its own.
			[ "$project" = tests/Clustrix.Testing/Clustrix.Testing.csproj ] || projects+=("${project%/*}")
		done
		;;
	*)
		echo "usage: eng/test.sh [unit | all]" >&2
		exit 2
		;;
esac

step() {
	printf '\n== %s\n' "$*"
}

prepare() {
	step 'parts'
	if ! eng/services.sh install; then
		[ "${CI-}" != true ] || exit 1
		echo 'The tests that need them will be skipped.'
	fi
}

build() {
	local what=Tooling.sln
	[ "$scope" = all ] || what=${projects[0]}
	step "build $what"
	dotnet build "$what" -nodeReuse:false -warnaserror -verbosity:quiet -consoleLoggerParameters:NoSummary </dev/null
	if [ "$scope" = all ]; then
		step 'format'
		dotnet format Tooling.sln --verify-no-changes --no-restore </dev/null
	fi
}

# Runs one test project; leaves its TRX behind, and a line in the list of broken projects when it ended without telling which test failed.
run() {
	local project=$1 name code=0
	name=${project##*/}
	step "test $name"
	timeout --kill-after=10 "$project_limit" dotnet test "$project/bin/Debug/net10.0/$name.dll" \
		--logger "trx;LogFileName=$name.trx" --logger 'console;verbosity=minimal' --results-directory "$results" \
		--blame-hang --blame-hang-timeout "${test_limit}m" --blame-hang-dump-type none </dev/null || code=$?
	if [ ! -f "$results/$name.trx" ] || { [ "$code" -ne 0 ] && [ "$(outcomes "$results/$name.trx" | grep -c '^Failed')" = 0 ]; }; then
		printf '%s ended with exit code %s and names no failed test\n' "$name" "$code" >>"$results/broken"
	fi
}

# "outcome<TAB>test name" of every result in TRX files.
outcomes() {
	sed -nE '/<UnitTestResult /{
		s/.* testName="([^"]*)".* outcome="([^"]*)".*/\2\t\1/
		s/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g
		p
	}' "$@"
}

# The names on standard input that eng/allowed-skips.txt doesn't list.
not_allowed() {
	awk '
		NR == FNR { if ($0 !~ /^#/ && (at = index($0, " # "))) allowed[substr($0, 1, at - 1)] = 1; next }
		{ method = $0; sub(/\(.*/, "", method); if (!(method in allowed) && !($0 in allowed)) print }
	' eng/allowed-skips.txt -
}

sum() {
	local all passed failed skipped refused=''
	all=$(find "$results" -name '*.trx' -print0 | sort -z | while IFS= read -r -d '' file; do outcomes "$file"; done)
	passed=$(grep -c '^Passed' <<<"$all" || true)
	skipped=$(grep -c '^NotExecuted' <<<"$all" || true)
	failed=$(grep -cvE '^(Passed|NotExecuted|$)' <<<"$all" || true)
	if [ -s "$results/broken" ]; then
		cat "$results/broken"
		failed=$((failed + $(wc -l <"$results/broken")))
	fi

	if [ "${CI-}" = true ]; then
		refused=$(sed -n 's/^NotExecuted\t//p' <<<"$all" | not_allowed)
	fi

	if [ -n "$refused" ]; then
		printf 'skipped, and not listed in eng/allowed-skips.txt: %s\n' "${refused//$'\n'/, }"
		failed=$((failed + $(wc -l <<<"$refused")))
		skipped=$((skipped - $(wc -l <<<"$refused")))
	fi

	printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
	[ "$failed" -eq 0 ]
}

prepare
build
rm -rf "$results"
mkdir -p "$results"
for project in "${projects[@]}"; do
	run "$project"
done
sum

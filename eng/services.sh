#!/usr/bin/env bash
# The parts outside .NET that the tests run against. A part that is named here is promised: eng/test.sh installs it, and in CI
# its absence is a failure, never a skip.
#
#   eng/services.sh list      the parts, each with the Debian package that brings it
#   eng/services.sh check     exits 0 when every part works; otherwise names the missing ones and the command that mends it
#   eng/services.sh install   installs what is missing (apt-get, as root); without root, the same as check
set -euo pipefail

# part | package | a command that exits 0 when the part works
parts() {
	cat <<-'PARTS'
		dash|dash|dash -c :
		bash|bash|bash -c :
		busybox ash|busybox|busybox ash -c :
		ksh|ksh|ksh -c :
		GNU tar|tar|tar --version | grep -q 'GNU tar'
		busybox tar|busybox|busybox tar --help
		gzip|gzip|gzip --version
		shellcheck|shellcheck|shellcheck --version
	PARTS
}

# The rows of the parts whose command fails.
missing() {
	parts | while IFS='|' read -r part package probe; do
		sh -c "$probe" >/dev/null 2>&1 </dev/null || printf '%s|%s\n' "$part" "$package"
	done
}

check() {
	local rows
	rows=$(missing)
	[ -n "$rows" ] || return 0
	printf 'missing: %s\n' "$(cut -d'|' -f1 <<<"$rows" | paste -sd, | sed 's/,/, /g')" >&2
	printf 'mend it: apt-get install %s   (as root)\n' "$(cut -d'|' -f2 <<<"$rows" | sort -u | paste -sd' ')" >&2
	return 1
}

install() {
	local rows packages
	rows=$(missing)
	[ -n "$rows" ] || return 0
	if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
		readarray -t packages < <(cut -d'|' -f2 <<<"$rows" | sort -u)
		export DEBIAN_FRONTEND=noninteractive
		# An old package list names files that the mirror no longer has; a machine without a mirror may still have what is needed.
		apt-get update -q </dev/null >&2 || true
		apt-get install -q -y --no-install-recommends "${packages[@]}" </dev/null >&2 || true
	fi
	check
}

case ${1-} in
	list) parts | awk -F'|' '{ printf "%-12s %s\n", $1, $2 }' ;;
	check) check ;;
	install) install ;;
	*)
		echo "usage: eng/services.sh list | check | install" >&2
		exit 2
		;;
esac

#!/bin/sh
# Tells what a host has, for a preflight. It has to get along where the node program can't even start: whatever tool is missing, it tells
# the rest; and all that it writes is a directory in the store, or where the store is going to be, which is gone again at the end. Its
# answers are lines "NAME VALUE" between two marks, because a login profile may talk before them. $1 is the store's root, or nothing for
# the default.
# shellcheck disable=SC2015,SC2317 # A && B || C is meant as it reads; a trap calls a function
set -u
export LC_ALL=C

say() { printf '%s %s\n' "$1" "$2"; }

has() { command -v "$1" >/dev/null 2>&1; }

# The first line of what a command says that looks like a version.
version() { # NAME COMMAND…
	name=$1
	shift
	"$@" 2>&1 </dev/null | while IFS= read -r line; do
		case $line in *[0-9].[0-9]*) say "$name" "$line"; break ;; esac
	done
}

# A file of one line. Not by the shell itself: of a kernel's number, which has to be read at once, some shells get one digit.
content() { # NAME FILE
	! line=$(cat "$2" 2>/dev/null) || say "$1" "$line"
}

# --- tools -------------------------------------------------------------------------------------------------------------------------

tools() {
	for tool in tar gzip dd sed find grep sort uniq od xargs mkdir mv cp ln rm cat cut tr head tail wc ls du touch chmod date sleep setsid; do
		has "$tool" || say missing "$tool"
	done
	for tool in tar gzip dd setsid; do
		! has "$tool" || version "tool.$tool" "$tool" --version
	done
	for tool in sha256sum shasum openssl; do
		has "$tool" || continue
		case $tool in openssl) version tool.sha256 openssl version ;; *) version tool.sha256 "$tool" --version ;; esac
		say sha256 "$tool"
		break
	done
	! has dd || [ "$(printf ab | dd bs=2 count=1 iflag=fullblock 2>/dev/null)" = ab ] || say dd.fullblock missing
	if [ "${BASH_VERSION-}" ]; then say sh "bash $BASH_VERSION"; elif [ "${KSH_VERSION-}" ]; then say sh "ksh $KSH_VERSION"; else
		shell=$(readlink "/proc/$$/exe" 2>/dev/null) && say sh "${shell##*/}"
	fi
	for tool in apt-get dnf yum zypper apk pacman; do
		! has "$tool" || { say installer "$tool"; break; }
	done
}

# --- machine -----------------------------------------------------------------------------------------------------------------------

machine() {
	say host "$(uname -n)"
	say user "$(id -un)"
	say platform "$(uname -s)-$(uname -m) $(libc)"
	say kernel "$(uname -r)"
	say cores "$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)"
	[ ! -r /proc/meminfo ] || while read -r key value _; do
		case $key in MemTotal: | MemAvailable:) say "${key%:}" "$value" ;; esac
	done </proc/meminfo
	[ -d /proc/self ] || say proc missing
	if [ -r "/proc/$$/limits" ]; then
		while read -r line; do
			# shellcheck disable=SC2086 # the words are what is looked for
			case $line in
			'Max open files '*) set -- $line; say limit.files "$4" ;;
			'Max processes '*) set -- $line; say limit.processes "$3" ;;
			esac
		done <"/proc/$$/limits"
	else
		# shellcheck disable=SC3045 # every shell in use knows -n
		say limit.files "$(ulimit -n)"
	fi
	content limit.pids /proc/sys/kernel/pid_max
	content protected_hardlinks /proc/sys/fs/protected_hardlinks
	logout
}

libc() {
	if getconf GNU_LIBC_VERSION >/dev/null 2>&1; then getconf GNU_LIBC_VERSION; return; fi
	for loader in /lib/ld-musl-*; do
		[ ! -e "$loader" ] || { echo musl; return; }
	done
	echo glibc
}

# Whether the system ends what a user leaves running when he logs out. What is read last wins.
logout() {
	ends=
	for file in /usr/lib/systemd/logind.conf.d/*.conf /etc/systemd/logind.conf /run/systemd/logind.conf.d/*.conf /etc/systemd/logind.conf.d/*.conf; do
		[ ! -r "$file" ] || while IFS='=' read -r key value; do [ "$key" != KillUserProcesses ] || ends=$value; done <"$file"
	done
	case $ends in yes | true | on | 1) [ -e "/var/lib/systemd/linger/$(id -un)" ] || say logout "$ends" ;; esac
}

runtimes() {
	seen=' '
	for dotnet in "$(command -v dotnet)" "${DOTNET_ROOT:+$DOTNET_ROOT/dotnet}"; do
		[ -x "$dotnet" ] && dotnet=$(readlink -f "$dotnet") || continue
		case $seen in *" $dotnet "*) continue ;; esac
		seen="$seen$dotnet "
		for framework in "${dotnet%/*}"/shared/*/*; do
			[ -d "$framework" ] || continue
			name=${framework%/*}
			say runtime "${name##*/} ${framework##*/}"
		done
		message=$("$dotnet" --list-runtimes 2>&1 </dev/null) || say runtime.broken "$dotnet: $(first "$message")"
	done
}

first() { printf '%s\n' "$1" | { IFS= read -r line; printf '%s' "$line"; }; }

# --- store -------------------------------------------------------------------------------------------------------------------------

# Tells what df says of the file system that holds a path: "FREE TOTAL".
space() { # NAME OPTION PATH
	df "$2" "$3" 2>/dev/null | {
		while IFS= read -r line; do last=$line; done
		case ${last-} in *%*) ;; *) return ;; esac
		mount=${last#*%}
		# shellcheck disable=SC2086 # the words are what is looked for
		set -- "$1" ${last%%%*}
		while [ $# -gt 5 ]; do name=$1; shift 2; set -- "$name" "$@"; done
		say "$1" "$4 $2"
		mount=${mount# }
		say mount "$mount"
		type=
		[ "$1" != space ] || [ ! -r /proc/mounts ] || while read -r _ at kind _; do [ "$at" != "$mount" ] || type=$kind; done </proc/mounts
		[ ! "$type" ] || say file-system "$type"
	}
}

leave() { [ ! -d "$trial" ] || rm -rf "$trial"; }

# Really writes, links, renames and removes: permissions, quotas and read-only mounts have many faces.
trial() {
	(umask 077; mkdir "$trial") || return
	block=clustrix
	for _ in 1 2 3 4 5 6 7 8 9; do block=$block$block; done
	if has dd; then message=$(printf '%s\n' "$block" | dd of="$trial/file" 2>&1); else message=; printf '%s\n' "$block" >"$trial/file"; fi
	back=
	{ IFS= read -r back <"$trial/file"; } 2>/dev/null
	[ "$back" = "$block" ] || { printf '%s\n' "${message:-the file is cut off}"; return 1; }
	mv "$trial/file" "$trial/renamed"
}

links() {
	ln "$trial/renamed" "$trial/link" || return
	# shellcheck disable=SC3013 # every shell in use knows -ef
	[ "$trial/renamed" -ef "$trial/link" ] || { echo "the link is a copy"; return 1; }
}

programs() {
	printf '#!/bin/sh\nexit 7\n' >"$trial/program" && chmod 755 "$trial/program" && "$trial/program"
	[ $? -eq 7 ]
}

store() {
	say store "$root"
	there=$root
	until [ -e "$there" ] || [ -L "$there" ]; do there=${there%/*}; [ "$there" ] || there=/; done
	space space -Pk "$there"
	space inodes -Pi "$there"
	if [ -e "$root" ] && [ ! -O "$root" ]; then say store.owner other; return; fi
	content store.format "$root/format"
	# Where there is no store yet, none is begun: another host that shares it, and looks just now, would take it for one that was there.
	trial=${there%/}/clustrix-preflight.$(uname -n).$$
	# Where a store is, what a broken connection leaves behind is taken away by the next clean-up.
	[ ! -d "$root/tmp" ] || [ -L "$root/tmp" ] || trial=$root/tmp/preflight.$(uname -n).$$
	trap leave EXIT
	trap 'exit 1' HUP INT TERM PIPE
	message=$(trial 2>&1) || { say store.write "$(first "$message")"; return; }
	message=$(links 2>&1) && say store.link ok || say store.link "$(first "$message")"
	message=$(programs 2>&1) || say store.exec "$(first "$message")"
	rm -rf "$trial"
	[ -e "$trial" ] && say store.write "what was written can't be removed" || say store.write ok
}

root=$1
[ "$root" ] || root=${XDG_CACHE_HOME:-${HOME:-$(eval "echo ~$(id -un)")}/.cache}/clustrix

printf '\nclustrix preflight begins\n'
# The client answers this at once: so it knows between which two moments the clock was read.
read -r _
say clock "$(date +%s.%N 2>/dev/null)"
exec </dev/null
tools
machine
runtimes
store
printf 'clustrix preflight ends\n'

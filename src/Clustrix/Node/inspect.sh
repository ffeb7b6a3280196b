
# --- what items have done to their workspace ---------------------------------------------------------------------------------------------

# When all items of a run have ended, its pool or a client looks whether they have left their workspace as it was: whoever comes first.
inspect() { # RUN-DIRECTORY
	until [ -e "$1/changes" ]; do
		identity >"tmp/$sid/inspector" || return 1
		if ln "tmp/$sid/inspector" "$1/inspector" 2>/dev/null; then
			look_for_changes "$1" >"tmp/$sid/changes" && ln "tmp/$sid/changes" "$1/changes" || { rm -f "$1/inspector"; return 1; }
		elif alive "$1/inspector"; then
			sleep_briefly 0.1
		else
			mv "$1/inspector" "trash/inspector.$sid" 2>/dev/null
			rm -f "trash/inspector.$sid"
		fi
	done
}

# Prints the paths of what was written to, when its content isn't what it was. Such a workspace goes out of use, and so do the results
# since then.
# shellcheck disable=SC3013 # every shell in use knows -ot and -ef
look_for_changes() { # RUN-DIRECTORY
	read -r _ changed _ <"$1/spec"
	find "ws/$changed" \( -type f -o -type d \) -newer epoch >"tmp/$sid/touched" 2>/dev/null
	[ -s "tmp/$sid/touched" ] || return 0
	first=
	while read -r path; do
		[ "$first" ] && [ ! "$path" -ot "$first" ] || first=$path
	done <"tmp/$sid/touched"
	touch -r "$first" "tmp/$sid/since" || return 1
	check_workspace "${changed%%.*}" "$changed" changed >"tmp/$sid/quarantined" && return
	for result in "$1"/done/*; do
		[ -e "$result" ] && [ ! "$result" -ot "tmp/$sid/since" ] || continue
		key=$(sed -n 's/^item_key=//p' "$1/items/${result##*/}" 2>/dev/null)
		[ ! "res/$key" -ef "$result" ] || rm -f "res/$key"
	done
	while read -r path; do
		path=${path#"ws/$changed"}
		path=${path#/}
		case $path in *[!A-Za-z0-9._/+@=,:~-]*) printf '%s\n' "$(printf '%s' "$path" | encode)" ;; *) printf '%s\n' "${path:-.}" ;; esac
	done <"tmp/$sid/touched"
}

# Answers with the paths that items have changed, one a line.
do_inspect() { # ID
	find_run "$1" || return
	inspect "$run" || { fail store-full "$root/tmp"; return; }
	# Whoever asks for the run next is to find it ended: its pool is about to say so, unless somebody has killed it. A scheduler's workers may
	# all be gone, and the last result be that of whoever found that out.
	tries=0
	while state_of "$run"; [ "$state" = running ] && [ $tries -lt 40 ]; do
		tries=$((tries + 1))
		sleep_briefly 0.05
	done
	[ -e "$run/ended" ] || ! over "$run" || { printf 'finished\n' >"tmp/$sid/ended" && mv "tmp/$sid/ended" "$run/ended"; } 2>/dev/null
	cat "$run/changes"
	printf '.\n'
}


# --- garbage ---------------------------------------------------------------------------------------------------------------------

# A run that is over and a workspace that nobody uses go when they are DAYS old; what is then linked from nowhere goes with them.
# Only one collects at a time; pushes and runs go on meanwhile: a push that loses a blob under its hands is told and asks again.
do_clean() { # DAYS dry|now
	identity >"tmp/$sid/me"
	if ! ln "tmp/$sid/me" gc 2>/dev/null; then
		! alive gc || { fail busy "another session is collecting garbage"; return; }
		mv -f "tmp/$sid/me" gc
	fi
	old=$(($1 - 1))
	[ $old -lt 0 ] && old= || old="-mtime +$old"
	in_use=' '
	for ready in run/*.ready; do
		[ -e "$ready" ] && read -r directory _ <"$ready" || continue
		state_of "run/$directory"
		# shellcheck disable=SC2086 # $old is two words or none
		if [ "$state" != ended ] || [ -z "$(find "$ready" $old)" ]; then
			read -r _ workspace <"run/$directory/spec" && in_use="$in_use$workspace "
			continue
		fi
		id=${ready#run/}
		printf 'run %s\n' "${id%.ready}"
		[ "$2" = now ] || continue
		rm -f "$ready"
		mv "run/$directory" "trash/$directory" && remove_tree "trash/$directory"
	done
	for other in tmp/*; do
		[ "$other" != "tmp/$sid" ] || continue
		if alive "$other/owner"; then
			[ ! -r "$other/lease" ] || while read -r workspace; do in_use="$in_use$workspace "; done <"$other/lease"
		elif [ "$2" = now ]; then
			remove_tree "$other"
		fi
	done
	for directory in ws/*.blobs; do
		directory=${directory#ws/}
		directory=${directory%.blobs}
		[ -e "ws/$directory.blobs" ] || continue
		case $in_use in *" $directory "*) continue ;; esac
		read -r current _ 2>/dev/null <"ws/${directory%%.*}.ready" || current=
		# shellcheck disable=SC2086 # $old is two words or none
		[ "$current" != "$directory" ] || [ "$(find "ws/${directory%%.*}.ready" $old)" ] || continue
		printf 'workspace %s\n' "$directory"
		[ "$2" = now ] || continue
		[ "$current" != "$directory" ] || rm -f "ws/${directory%%.*}.ready"
		[ ! -d "ws/$directory" ] || { chmod u+w "ws/$directory" && mv "ws/$directory" "trash/$directory" && remove_tree "trash/$directory"; }
		rm -f "ws/$directory.blobs"
	done
	if [ "$2" = now ]; then
		find res -type f -links 1 -exec rm -f {} +
		find trash quarantine -mindepth 1 -mtime +0 -exec rm -rf {} + 2>/dev/null
	fi
	find cas -type f -links 1 -exec ls -ln {} + 2>/dev/null | while read -r _ _ _ _ size _ _ _ name; do printf 'blob %s %s\n' "$size" "$name"; done
	[ "$2" != now ] || find cas -type f -links 1 -exec rm -f {} +
	rm -f gc
	printf '.\n'
}

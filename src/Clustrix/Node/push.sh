
# --- push: is it there? what is missing? here it is. ---------------------------------------------------------------------------------

# A blob of the workspace whose content is wrong is put aside, and so is the workspace.
check_workspace() { # ROOT-DIGEST DIRECTORY all|changed
	read -r _ ready_boot 2>/dev/null <"ws/$1.ready"
	if [ "$3" = changed ] && [ "$ready_boot" = "$boot" ]; then
		# Everything has the time of the epoch: what is newer was written to.
		[ "$(find "ws/$2" -type f -newer epoch 2>/dev/null | head -n 1)" ] || return 0
	fi
	# After a crash of the machine the disk may hold less than was written: so a workspace of another boot is read again in full.
	# shellcheck disable=SC2086 # the tool is a command and its options
	(cd cas && xargs $sha256_bulk <"../ws/$2.blobs" 2>/dev/null) |
		sed -e '/^\(..\)\([0-9a-f]\{62\}\) [ *]\1\/\2x\{0,1\}$/d' -e 's/^[0-9a-f]* [ *]//' >"tmp/$sid/wrong"
	while IFS= read -r blob; do
		mkdir -p "quarantine/${blob%/*}" && mv "cas/$blob" "quarantine/$blob" 2>/dev/null && printf 'quarantined %s\n' "$blob"
	done <"tmp/$sid/wrong"
	if [ -s "tmp/$sid/wrong" ] || [ "$(find "ws/$2" -type f -newer epoch 2>/dev/null | head -n 1)" ] || ! present "ws/$2.blobs"; then
		mv "ws/$1.ready" "trash/$1.$sid" 2>/dev/null
		return 1
	fi
	printf '%s %s\n' "$2" "$boot" >"tmp/$sid/ready" && mv "tmp/$sid/ready" "ws/$1.ready"
}

present() { # LIST: whether all blobs are there
	# shellcheck disable=SC2013 # names hold no blanks, and read takes a system call a byte
	for blob in $(cat "$1"); do [ -e "cas/$blob" ] || return 1; done
}

do_push() { # ROOT-DIGEST all|changed
	if read -r directory _ 2>/dev/null <"ws/$1.ready" && [ -d "ws/$directory" ]; then
		printf '%s\n' "$directory" >>"tmp/$sid/lease"
		if check_workspace "$1" "$directory" "$2"; then
			touch "ws/$1.ready"
			ok "have $root/ws/$directory"
			return
		fi
	fi
	salvage
	available=$(df -Pk . 2>/dev/null | sed -n '$s/.* \([0-9][0-9]*\)  *[0-9]*% .*/\1/p')
	ok "need ${available:-0}"
}

# Blob names, one a line; answers with those that aren't there.
do_missing() { # LENGTH
	take "$1" >"tmp/$sid/blobs" || { fail store-full "$root/tmp/$sid"; return; }
	# shellcheck disable=SC2013 # names hold no blanks, and read takes a system call a byte
	for blob in $(cat "tmp/$sid/blobs"); do
		[ -e "cas/$blob" ] || printf '%s\n' "$blob"
	done
	printf '.\n'
}

# A tar with in/ (new blobs) and tree/ (the workspace, hard links into cas and in).
do_workspace() { # ROOT-DIGEST plain|gzip
	rm -f "tmp/$sid/whole" "tmp/$sid/unpacked"
	unpack_problem=
	verify_arriving "tmp/$sid/in" "tmp/$sid/unpacked" >"tmp/$sid/wrong" &
	verifier=$!
	unpack "$2"
	is_unpacked=$?
	: >"tmp/$sid/unpacked"
	wait $verifier
	if [ $is_unpacked -ne 0 ]; then
		# What is here of the blobs is as good as what an interrupted session leaves.
		remove_tree "tmp/$sid/tree"
		printf '%s\n' "$unpack_problem"
		return
	fi
	mkdir -p "tmp/$sid/in" "tmp/$sid/tree"
	wrong=$(cat "tmp/$sid/wrong")
	if [ "$wrong" ]; then
		remove_tree "tmp/$sid/in" "tmp/$sid/tree"
		fail corrupt "$wrong"
		return
	fi
	directory=$1.$sid
	publish_blobs "tmp/$sid/in" &&
		mv "tmp/$sid/blobs" "ws/$directory.blobs" &&
		mv "tmp/$sid/tree" "ws/$directory" &&
		find "ws/$directory" -type d -exec chmod a-w {} + &&
		printf '%s %s\n' "$directory" "$boot" >"tmp/$sid/ready" || {
		message=$(cat "tmp/$sid/cp.err" 2>/dev/null)
		remove_tree "ws/$directory" "ws/$directory.blobs" "tmp/$sid/in" "tmp/$sid/tree"
		fail "$(word_for "$message" store-full)" "publishing in $root: $message"
		return
	}
	remove_tree "tmp/$sid/in"
	if ! ln "tmp/$sid/ready" "ws/$1.ready" 2>/dev/null; then
		# Another session was first: its workspace is as good.
		if read -r winner _ 2>/dev/null <"ws/$1.ready" && [ -d "ws/$winner" ]; then
			remove_tree "ws/$directory" "ws/$directory.blobs"
			directory=$winner
		else
			mv -f "tmp/$sid/ready" "ws/$1.ready"
		fi
	fi
	rm -f "tmp/$sid/ready"
	printf '%s\n' "$directory" >>"tmp/$sid/lease"
	ok "$root/ws/$directory"
}

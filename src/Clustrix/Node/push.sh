
# --- push: is it there? what is missing? here it is. ---------------------------------------------------------------------------------

# A blob of the workspace whose content is wrong is put aside, and every workspace with a link to it goes out of use.
check_workspace() { # ROOT-DIGEST DIRECTORY all|changed
	read -r _ ready_boot 2>/dev/null <"ws/$1.ready"
	# After a crash of the machine the disk may hold less than was written: so a workspace of another boot is read again in full.
	if [ "$3" = changed ] && [ "$ready_boot" = "$boot" ]; then
		[ "$(touched "ws/$2")" ] || return 0
	fi
	# shellcheck disable=SC2086 # the tool is a command and its options
	(cd cas && xargs $sha256_bulk <"../ws/$2.blobs" 2>/dev/null) | good_blobs | sort - "ws/$2.blobs" 2>/dev/null | uniq -u >"tmp/$sid/wrong"
	is_verified=$?
	while IFS= read -r blob; do
		mkdir -p "quarantine/${blob%/*}" && mv "cas/$blob" "quarantine/$blob" 2>/dev/null && touch "quarantine/$blob" && printf 'quarantined %s\n' "$blob"
		grep -lxF "$blob" ws/*.blobs | while IFS=/. read -r _ other _; do mv "ws/$other.ready" "trash/$other.$sid" 2>/dev/null; done
	done <"tmp/$sid/wrong"
	# What was written to and holds the same as before is good again. What has no name in cas, or was added, wasn't verified.
	find "ws/$2" -type f -links +1 -newer epoch -exec touch -r epoch {} +
	if [ $is_verified -ne 0 ] || [ -s "tmp/$sid/wrong" ] || [ ! -e "ws/$2.blobs" ] || [ "$(touched "ws/$2")" ]; then
		mv "ws/$1.ready" "trash/$1.$sid" 2>/dev/null
		return 1
	fi
	printf '%s %s\n' "$2" "$boot" >"tmp/$sid/ready" && mv "tmp/$sid/ready" "ws/$1.ready"
}

# Everything has the time of the epoch: a newer file was written to, and in a newer directory something came or went.
touched() { find "$1" \( -type f -o -type d \) -newer epoch 2>/dev/null | head -n 1; }

do_push() { # ROOT-DIGEST all|changed
	if read -r directory _ 2>/dev/null <"ws/$1.ready" && [ -d "ws/$directory" ]; then
		lease "$directory"
		if check_workspace "$1" "$directory" "$2" && [ -e "ws/$1.ready" ]; then
			touch "ws/$1.ready"
			ok "have $root/ws/$directory"
			return
		fi
	fi
	salvage
	ok "need $(free_kilobytes)"
}

# Blob names, one a line; answers with those that aren't there.
do_missing() { # LENGTH
	take_list "$1" "tmp/$sid/blobs" || return
	# shellcheck disable=SC2013 # names hold no blanks, and read takes a system call a byte
	for blob in $(cat "tmp/$sid/blobs"); do
		[ -e "cas/$blob" ] || printf '%s\n' "$blob"
	done
	printf '.\n'
}

# Unpacks, and verifies the blobs meanwhile; leaves the names of wrong ones behind. Sets $unpack_problem when it fails.
arrive() { # COMMAND-THAT-UNPACKS…
	# Something that goes away says that it is over: a disk may be too full for something that comes.
	: 2>/dev/null >"tmp/$sid/unpacking"
	is_marked=$?
	verify_arriving "tmp/$sid/in" "tmp/$sid/unpacking" >"tmp/$sid/wrong" </dev/null &
	verifier=$!
	"$@"
	is_unpacked=$?
	rm -f "tmp/$sid/unpacking"
	wait $verifier && is_verified=$is_marked || is_verified=1
	if [ $is_unpacked -ne 0 ]; then
		remove_tree "tmp/$sid/tree"
		case $unpack_problem in 'error store-full'*) remove_tree "tmp/$sid/in" ;; *) rescue "tmp/$sid/in" ;; esac
		return 1
	fi
	mkdir -p "tmp/$sid/in" "tmp/$sid/tree"
	[ "$is_verified" -eq 0 ] || { remove_tree "tmp/$sid/in" "tmp/$sid/tree"; unpack_problem=$(fail store-full "$root/tmp/$sid"); return 1; }
}

# A tar with in/ (new blobs) and tree/ (the workspace, hard links into cas and in).
do_workspace() { # ROOT-DIGEST plain|gzip|unpacked
	[ "$2" = unpacked ] || arrive unpack "$2" || { printf '%s\n' "$unpack_problem"; return; }
	wrong=$(cat "tmp/$sid/wrong")
	if [ "$wrong" ]; then
		remove_tree "tmp/$sid/tree"
		rescue "tmp/$sid/in"
		fail corrupt "$wrong"
		return
	fi
	publish_blobs "tmp/$sid/in"
	published=$?
	if [ $published -eq 2 ]; then
		remove_tree "tmp/$sid/tree" "tmp/$sid/in"
		fail gone "another session was first"
		return
	fi
	pushes=$((pushes + 1))
	directory=$1.$sid.$pushes
	lease "$directory"
	# The time goes last: whatever is made in a directory moves it.
	[ $published -eq 0 ] &&
		mv "tmp/$sid/blobs" "ws/$directory.blobs" &&
		mv "tmp/$sid/tree" "ws/$directory" &&
		find "ws/$directory" -type d -exec chmod a-w {} + -exec touch -r epoch {} + &&
		printf '%s %s\n' "$directory" "$boot" >"tmp/$sid/ready" || {
		message=$(cat "tmp/$sid/cp.err" 2>/dev/null)
		remove_tree "ws/$directory" "ws/$directory.blobs" "tmp/$sid/in" "tmp/$sid/tree"
		fail "$(word_for "$message" store-full)" "publishing in $root: $message"
		return
	}
	remove_tree "tmp/$sid/in"
	if ! ln "tmp/$sid/ready" "ws/$1.ready" 2>/dev/null; then
		# Another session was first: its workspace is as good.
		if read -r winner _ 2>/dev/null <"ws/$1.ready" && [ -d "ws/$winner" ] && lease "$winner" && [ -e "ws/$1.ready" ]; then
			remove_tree "ws/$directory" "ws/$directory.blobs"
			directory=$winner
		else
			mv -f "tmp/$sid/ready" "ws/$1.ready"
		fi
	fi
	rm -f "tmp/$sid/ready"
	ok "$root/ws/$directory"
}

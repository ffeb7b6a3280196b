
# --- push: is it there? what is missing? here it is. ---------------------------------------------------------------------------------

# A blob of the workspace whose content is wrong is put aside, and every workspace with a link to it goes out of use.
check_workspace() { # ROOT-DIGEST DIRECTORY all|changed
	read -r _ ready_boot 2>/dev/null <"ws/$1.ready"
	# After a crash of the machine the disk may hold less than was written: so a workspace of another boot is read again in full.
	if [ "$3" = changed ] && [ "$ready_boot" = "$boot" ]; then
		touched "ws/$2" || return 0
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
	if [ $is_verified -ne 0 ] || [ -s "tmp/$sid/wrong" ] || [ ! -e "ws/$2.blobs" ] || touched "ws/$2"; then
		mv "ws/$1.ready" "trash/$1.$sid" 2>/dev/null
		return 1
	fi
	printf '%s %s\n' "$2" "$boot" >"tmp/$sid/ready" && mv "tmp/$sid/ready" "ws/$1.ready"
}

# Everything has the time of the epoch: a newer file was written to, and in a newer directory something came or went.
touched() { find "$1" \( -type f -o -type d \) -newer epoch 2>/dev/null | read -r _; }

# $directory becomes the one of a workspace that is there and whole, and that stays while the session lives. What is meant to become
# another one's tree is copied while it is looked at: that takes longer, and what was wrong is not used.
find_workspace() { # ROOT-DIGEST all|changed [copy]
	read -r directory _ 2>/dev/null <"ws/$1.ready" && [ -d "ws/$directory" ] || return 1
	lease "$directory"
	[ "${3-}" ] && begin_copy "$directory"
	check_workspace "$1" "$directory" "$2" && [ -e "ws/$1.ready" ] && return
	drop_copy
	return 1
}

# Names another workspace that differs little, where the client knows of one, and blobs that this one lacks.
do_push() { # ROOT-DIGEST all|changed [BASE-DIGEST [BLOB…]]
	drop_copy
	if find_workspace "$1" "$2"; then
		ok "have $root/ws/$directory"
		touch "ws/$1.ready"
		return
	fi
	if [ "${3-}" ] && find_workspace "$3" "$2" copy; then
		salvage
		free_kilobytes
		shift 3
		# The client is told of the want of room in a word of ours, not of the shell's.
		{ true >"tmp/$sid/blobs" && { [ $# -eq 0 ] || printf '%s\n' "$@" >"tmp/$sid/blobs"; }; } 2>/dev/null || { fail store-full "$root/tmp"; return; }
		for blob; do
			shift
			[ -e "cas/$blob" ] || set -- "$@" "$blob"
		done
		ok "base $free${1+ $*}"
		return
	fi
	salvage
	free_kilobytes
	ok "need $free"
}

# The tree of a new workspace is made of another one's, as hard links, while the client sends what is different.
begin_copy() { # DIRECTORY
	base=$1
	cp -RPpl "ws/$1" "tmp/$sid/tree" 2>"tmp/$sid/copy.err" &
	copier=$!
}

drop_copy() {
	[ "$copier" ] || return 0
	wait "$copier"
	copier=
	remove_tree "tmp/$sid/tree"
}

# Blob names, one a line; answers with those that aren't there.
do_missing() { # LENGTH
	take_list "$1" "tmp/$sid/blobs" || return
	# One process looks at all of them; what it has seen and what was asked for is there twice. It complains
	# of just those that are missing.
	[ ! -s "tmp/$sid/blobs" ] || (cd cas && xargs ls -dL <"../tmp/$sid/blobs" 2>/dev/null) | sort - "tmp/$sid/blobs" | uniq -u
	printf '.\n'
}

# Unpacks a small archive, and verifies its blobs; leaves the names of wrong ones behind. Sets $unpack_problem when it fails.
arrive() { # COMMAND-THAT-UNPACKS…
	"$@" || { abandon; return 1; }
	(
		cd "tmp/$sid/in" || exit
		set -- ??/*
		[ "$*" = '??/*' ] || few_wrong_blobs "$@"
	) >"tmp/$sid/wrong" || { unpack_problem=$(fail store-full "$root/tmp/$sid"); abandon; return 1; }
}

# The same for a large archive: what has arrived is verified while more arrives.
arrive_verifying() { # WHAT-COMES-BEHIND-THE-BLOBS COMMAND-THAT-UNPACKS…
	behind=$1
	shift
	remove_tree "tmp/$sid/$behind"
	# Something that goes away says that it is over: a disk may be too full for something that comes.
	true 2>/dev/null >"tmp/$sid/unpacking"
	is_marked=$?
	verify_arriving "tmp/$sid/in" "tmp/$sid/$behind" "tmp/$sid/unpacking" >"tmp/$sid/wrong" </dev/null &
	verifier=$!
	"$@"
	is_unpacked=$?
	rm -f "tmp/$sid/unpacking"
	wait $verifier && is_verified=$is_marked || is_verified=1
	[ $is_unpacked -eq 0 ] || { abandon; return 1; }
	mkdir -p "tmp/$sid/in" "tmp/$sid/tree"
	[ "$is_verified" -eq 0 ] || { unpack_problem=$(fail store-full "$root/tmp/$sid"); abandon; return 1; }
}

# What has arrived whole stays for the next try, unless there is no room for it.
abandon() {
	drop_copy
	remove_tree "tmp/$sid/tree" "tmp/$sid/change"
	case $unpack_problem in 'error store-full'*) remove_tree "tmp/$sid/in" ;; *) rescue "tmp/$sid/in" ;; esac
}

# Puts new blobs into cas. Says what is wrong with them otherwise.
take_over_blobs() {
	wrong=
	[ ! -s "tmp/$sid/wrong" ] || wrong=$(cat "tmp/$sid/wrong")
	published=0
	[ "$wrong" ] || { publish_blobs "tmp/$sid/in" || published=$?; }
	if [ "$wrong" ]; then
		unpack_problem=$(fail corrupt "$wrong")
	elif [ $published -eq 2 ]; then
		unpack_problem=$(fail gone "another session was first")
	elif [ $published -ne 0 ]; then
		message=$(cat "tmp/$sid/cp.err" 2>/dev/null)
		unpack_problem=$(fail "$(word_for "$message" store-full)" "publishing in $root: $message")
	else
		return 0
	fi
	abandon
	return 1
}

# A tar with in/ (new blobs) and tree/ (the workspace, hard links into cas and in).
do_workspace() { # ROOT-DIGEST stream|unpacked
	if { [ "$2" = unpacked ] || arrive_verifying tree unpack; } && take_over_blobs; then
		publish_workspace "$1" close_all
	else
		printf '%s\n' "$unpack_problem"
	fi
}

# A tar with in/ (new blobs), change/ (what comes into the tree of the base, hard links into cas and in), change.sh (opens
# directories and removes what goes, before that), close.sh (closes the directories in which something came or went, after that) and
# gone (names of blobs that the tree has no more links to).
do_difference() { # ROOT-DIGEST few|many
	if [ -z "$copier" ]; then
		unpack
		unpack_problem=$(fail gone "the base")
		abandon
	elif case $2 in few) arrive unpack ;; *) arrive_verifying change.sh unpack ;; esac && take_over_blobs && apply_difference; then
		publish_workspace "$1" close_changed
		return
	fi
	printf '%s\n' "$unpack_problem"
}

apply_difference() {
	# Copying takes longest: whatever needs no tree comes before it has to be whole.
	# shellcheck disable=SC1091 # the client writes the scripts
	[ -r "ws/$base.blobs" ] && sort "ws/$base.blobs" "tmp/$sid/gone" | uniq -u >>"tmp/$sid/blobs" &&
		wait "$copier" &&
		(cd "tmp/$sid/tree" && . ../change.sh && cp -RPl ../change/. .) 2>>"tmp/$sid/copy.err" || {
		message=$(cat "tmp/$sid/copy.err")
		unpack_problem=$(fail "$(word_for "$message" gone)" "$message")
		abandon
		return 1
	}
	copier=
}

# A directory that is closed can't be moved any more, and its time goes last: whatever is made in it moves that.
close_all() { find "ws/$directory" -type d -perm -u+w -exec chmod a-w {} + -exec touch -r epoch {} +; }
# shellcheck source=/dev/null
close_changed() { (cd "ws/$directory" && . "$root/tmp/$sid/close.sh"); }

# The tree under tmp/ becomes the workspace of its root.
publish_workspace() { # ROOT-DIGEST COMMAND-THAT-CLOSES-DIRECTORIES
	pushes=$((pushes + 1))
	directory=$1.$sid.$pushes
	lease "$directory"
	mv "tmp/$sid/blobs" "ws/$directory.blobs" &&
		mv "tmp/$sid/tree" "ws/$directory" &&
		$2 &&
		printf '%s %s\n' "$directory" "$boot" >"tmp/$sid/ready" || {
		remove_tree "ws/$directory" "ws/$directory.blobs" "tmp/$sid/in" "tmp/$sid/tree"
		fail store-full "publishing in $root"
		return
	}
	if ! ln "tmp/$sid/ready" "ws/$1.ready" 2>/dev/null; then
		# Another session was first: its workspace is as good.
		if read -r winner _ 2>/dev/null <"ws/$1.ready" && [ -d "ws/$winner" ] && lease "$winner" && [ -e "ws/$1.ready" ]; then
			remove_tree "ws/$directory" "ws/$directory.blobs"
			directory=$winner
		else
			mv -f "tmp/$sid/ready" "ws/$1.ready"
		fi
	fi
	ok "$root/ws/$directory"
	rm -rf "tmp/$sid/ready" "tmp/$sid/in" "tmp/$sid/change"
}

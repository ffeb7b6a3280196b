
# --- items that run with nothing beside them ------------------------------------------------------------------------------------------

# An item under which two workers died is attempted once more with nothing of its run beside it on its host. Whoever runs other items there
# says so in here.HOST.MEMBER and then looks whether alone.HOST is taken; whoever has taken that waits until nobody is here: so one of them
# sees the other. Of either, only those count whose pool lives. What can't be written down, for want of room, isn't begun: the run stops.

# Waits until items of a class may run on this host. Fails when nothing is left to wait for, or no time.
enter_host() { # CLASS:WORKERS
	while has_work "$1" && has_time; do
		case $1 in
		"$alone"*) ! take_host || ! is_by_itself || return 0 ;;
		*)
			# There is no room, and room's absence says so to all.
			identity 2>/dev/null >"here.$host.$member" || { rm -f room; break; }
			is_taken || return 0
			leave_host
			;;
		esac
		sleep_briefly 0.2
	done
	leave_host
	return 1
}

# Taking away what a file holds needs neither room nor a process; where even that fails, the file tells of a pool that is about to end.
leave_host() {
	if [ "$has_host" ]; then rm -f "alone.$host"; else true 2>/dev/null >"here.$host.$member"; fi
	has_host=
}

# Whether workers of the class at hand may begin one more item.
may_begin() { [ "$has_host" ] || [ ! -e "alone.$host" ]; }

# Whether somebody has the host for one item alone. Whoever was killed has it no more.
is_taken() {
	[ -e "alone.$host" ] || return 1
	! alive "alone.$host" || return 0
	# Others may free it too: one of us does, and all look again.
	mv "alone.$host" "freed.$member" 2>/dev/null || return 0
	# Between the look and the rename another one may have taken it: it gets it back, unless a third one was quicker still.
	! alive "freed.$member" || ln "freed.$member" "alone.$host" 2>/dev/null
	rm -f "freed.$member"
	[ -e "alone.$host" ]
}

take_host() {
	[ ! "$has_host" ] || return 0
	! is_taken || return 1
	# As above.
	identity 2>/dev/null >"taking.$member" || { rm -f room; return 1; }
	# One link wins; whoever is late waits for the next turn.
	! ln "taking.$member" "alone.$host" 2>/dev/null || has_host=1
	rm -f "taking.$member"
	[ "$has_host" ]
}

# Whether nobody else's items run on this host. What those who were killed have left running is ended.
is_by_itself() {
	for neighbour in "here.$host".*; do
		[ -s "$neighbour" ] && [ "${neighbour##*.}" != "$member" ] || continue
		if alive "$neighbour"; then
			# The name of another host may begin with this one's.
			[ "$o_host" != "$host" ] || return 1
		else
			sweep "CLUSTRIX_POOL=$id/${neighbour##*.}"
			true >"$neighbour"
		fi
	done
}


# --- requests ----------------------------------------------------------------------------------------------------------------------

serve() {
	# Whoever visits a place where there is no store hears of that place, and that its store isn't there yet.
	printf 'clustrix 1 ready %s %s %s\n' "$sid" "${CLUSTRIX_VISITED:+new-}${token:--}" "${CLUSTRIX_VISITED:-$root}"
	while IFS=' ' read -r verb rest; do
		# One of the words may be *, which means all members and not the store's files.
		set -f
		# shellcheck disable=SC2086 # the words of a request hold no blanks
		set -- $rest
		set +f
		case $verb in
		push) do_push "$@" ;;
		missing) do_missing "$1" ;;
		workspace) do_workspace "$1" "$2" ;;
		difference) do_difference "$1" "$2" ;;
		lookup) do_lookup "$1" ;;
		intent) do_intent "$1" ;;
		submit) do_submit "$1" "$2" ;;
		start) do_start "$@" ;;
		watch) do_watch "$@" ;;
		hold) do_hold "$1" ;;
		release) do_release "$@" ;;
		settle) do_settle "$1" ;;
		copy) do_copy "$1" "$2" "$3" ;;
		yield) do_yield "$1" "$2" "$3" ;;
		give) do_give "$1" "$2" ;;
		forget) do_forget "$1" "$2" ;;
		inspect) do_inspect "$1" ;;
		reclaim) do_reclaim "$1" "$2" ;;
		command) do_command "$1" "$2" ;;
		queue) do_queue "$1" "$2" "$3" ;;
		enlist) do_enlist "$@" ;;
		jobs) do_jobs "$1" ;;
		undismissed) do_undismissed ;;
		dismiss) do_dismiss "$1" ;;
		records) do_records "$1" "$2" ;;
		fetch) do_fetch "$1" "$2" ;;
		fetch-one) do_fetch_one "$1" ;;
		describe) do_describe "$1" ;;
		log) do_log "$1" "$2" "$3" "$4" "$5" ;;
		cancel) do_cancel "$@" ;;
		unsettled) do_unsettled ;;
		settled) do_settled "$1" ;;
		status) do_status ;;
		clean) do_clean "$1" "$2" "$3" "$4" ;;
		tidy) do_tidy "$1" "$2" "$3" ;;
		runtimes) do_runtimes ;;
		facts) facts ;;
		space) free_kilobytes; ok "$free" ;;
		*) fail bad-request "$verb" ;;
		esac
	done
}

mode=$1
case $mode in
serve)
	open_store "$2" || exit 0
	trap 'exit 1' HUP INT TERM PIPE
	trap end_session EXIT
	session || { open_reserve && session; } || {
		message=$(identity | cat 2>&1 >"tmp/why.$$")
		rm -f "tmp/why.$$"
		printf 'clustrix 1 error %s %s\n' "$(word_for "$message" store-not-writable)" "$root/tmp"
		exit 0
	}
	keep_reserve
	serve
	;;
unpack)
	open_store "$2" || exit 0
	sid=$3
	if arrive_verifying tree unpack_input; then ok; else printf '%s\n' "$unpack_problem"; fi
	;;
pool)
	open_store "$2" || exit 1
	shift 2
	lifetime=0 is_batch=
	pool "$@"
	;;
worker)
	open_store "$2" || exit 1
	shift 2
	worker "$@"
	;;
esac
exit

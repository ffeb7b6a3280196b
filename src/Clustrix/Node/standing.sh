
# --- what becomes of a run on other hosts -------------------------------------------------------------------------------------------------

# What a host of a cluster knows of a run. It is open where it goes on. Where it has ended it may go on on another host, until somebody says
# that it is cancelled or over; closed when every host knows that, or no other one has a part of it. A run that ends for want of clients may
# be followed on another host.
standing_of() { # RUN-DIRECTORY -> $standing
	standing=open who=
	[ ! -e "$1/ended" ] || standing=ended
	[ "$standing" = open ] || [ -e "$1/elsewhere" ] || { standing=closed; return; }
	[ ! -e "$1/cancel" ] || read -r who _ <"$1/cancel"
	if [ -e "$1/closed" ]; then
		standing=closed
	elif [ "$who" = by ] || [ -e "$1/revoked" ]; then
		standing=cancelled
	elif [ -e "$1/over" ]; then
		standing=over
	fi
}

# The runs that aren't closed, and what is left to say of those that were removed here.
do_unsettled() {
	for ready in run/*.ready; do
		named_in "$ready" && [ -d "run/$name" ] || continue
		standing_of "run/$name"
		[ "$standing" = closed ] || printf '%s %s\n' "${name%%.*}" "$standing"
	done
	for word in words/*; do
		named_in "$word" || continue
		case $name:${word#words/} in cancelled:*[!0-9a-zA-Z-]* | over:*[!0-9a-zA-Z-]*) ;; cancelled:* | over:*) printf '%s %s\n' "${word#words/}" "$name" ;; esac
	done
	printf '.\n'
}

# A run that is removed may go on on a host that hasn't heard that it is over.
leave_word() { # RUN-NAME
	standing_of "run/$1"
	[ -e "run/$1/elsewhere" ] && [ "$standing" != closed ] || return 0
	[ "$standing" = cancelled ] || standing=over
	[ ! -L words ] || rm -f words
	mkdir -p words && printf '%s\n' "$standing" >"tmp/$sid/word" && mv -f "tmp/$sid/word" "words/${1%%.*}"
}

# What all hosts of the cluster say together of the runs that aren't closed here, one a line: RUN open or RUN closed. What there is no room to
# note on a full disk is said again by whoever comes next.
do_settled() { # LENGTH
	take "$1" | while read -r settled_run settled_as; do
		case $settled_run in '' | */* | .*) continue ;; esac
		[ "$settled_as" != closed ] || [ -L words ] || rm -f "words/$settled_run"
		named_in "run/$settled_run.ready" && [ -e "run/$name/elsewhere" ] || continue
		# A run that goes on isn't given up anywhere.
		case $settled_as in
		open) touch -c "run/$name/elsewhere" ;;
		closed) { true >"run/$name/closed" || { open_reserve && true >"run/$name/closed"; }; } 2>/dev/null ;;
		esac
	done
	ok
}

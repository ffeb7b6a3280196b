# Jobs as Slurm tells them (ask_jobs of server.sh) in the way of PBS. A part of the stand-in; there is no PBS in it.
#   task=show   operands are ids: the long form of each, on standard error what is wrong
#   task=find   the operand is a name: the ids of its jobs
#   task=end    operands are ids: what scancel is to end of each, on standard error what is wrong

function column(width, value) {
	value = substr($0, at, width)
	at += width
	gsub(/^ +| +$/, "", value)
	return value
}

{
	at = 1
	split("", id)
	split(column(40), id, "_")
	# Slurm remembers also what it has refused.
	if (id[1] == "" || /BadConstraints/) next
	key = id[1] "_" id[2]
	if (!(id[1] in members)) order[++jobs] = id[1]
	members[id[1]] = members[id[1]] " " key
	place[key] = id[2]
	name[key] = column(80)
	state[key] = column(20)
	restarts[key] = column(8) + 0
	status[key] = column(12) + 0
	node[key] = column(40)
	reason[key] = column(120)
	queue[key] = column(20)
	user[key] = column(20)
	cpus[key] = column(8)
	memory[key] = column(12)
	limit[key] = column(16)
	used[key] = column(16)
	start[key] = column(24)
	if (node[key] ~ /null|assigned/) node[key] = ""
}

function is_array(job) { return members[job] !~ /_$/ }

function letter(key) {
	if (state[key] ~ /^(PENDING|REQUEUED|REQUEUE_FED)$/) return reason[key] ~ /[Hh]eld|HoldMaxRequeue/ ? "H" : "Q"
	if (state[key] ~ /^(REQUEUE_HOLD|SPECIAL_EXIT)$/) return "H"
	if (state[key] ~ /^(RUNNING|CONFIGURING)$/) return "R"
	if (state[key] ~ /^(COMPLETING|STAGE_OUT|SIGNALING)$/) return "E"
	if (state[key] ~ /^(SUSPENDED|STOPPED)$/) return "S"
	return "F"
}

# Of an array: whether all its members have ended, are held, or wait.
function letter_of(job, keys, count, i, seen, l) {
	count = split(members[job], keys, " ")
	for (i = 1; i <= count; i++) {
		l = letter(keys[i])
		if (seen != "" && seen != l) return "B"
		seen = l
	}
	return seen == "R" || seen == "E" || seen == "S" ? (is_array(job) ? "B" : seen) : seen
}

function started(key) { return letter(key) !~ /[QH]/ && node[key] != "" }

# What is known of a job that is over: Exit_status; nothing of one that never ran.
function exit_status(key) {
	if (!started(key)) return ""
	if (state[key] == "TIMEOUT" || state[key] == "DEADLINE") return -29
	if (state[key] == "OUT_OF_MEMORY") return -27
	if (state[key] == "NODE_FAIL" || state[key] == "BOOT_FAIL") return -20
	return status[key] % 128 ? 256 + status[key] % 128 : int(status[key] / 256)
}

function substate(key, l) {
	l = letter(key)
	if (l == "Q") return 10
	if (l == "H") return 20
	if (l == "R") return 42
	if (l == "S") return 43
	if (l == "E") return 50
	return state[key] == "CANCELLED" ? 91 : state[key] == "COMPLETED" ? 92 : 93
}

function comment(key, l, end) {
	l = letter(key)
	if (l == "Q") return (reason[key] == "PartitionConfig" ? "Can Never Run: " : "Not Running: ") reason[key]
	if (l == "H") return reason[key] ~ /User/ ? "Job held by " user[key] "@" server : "job held, " reason[key]
	end = l != "F" ? "" : substate(key) == 91 ? "terminated" : substate(key) == 92 ? "finished" : "failed"
	if (place[key] != "" && end != "") return "Subjob " end
	return "Job run at " start[key] " on (" node[key] ":ncpus=" cpus[key] ")" (end != "" ? " and " end : "")
}

# [DAYS-][HOURS:]MINUTES:SECONDS as HOURS:MINUTES:SECONDS; nothing for what is without limit.
function clock(text, days, parts, count) {
	if (text !~ /:/) return ""
	if (split(text, days, "-") == 2) text = days[2]
	else days[1] = 0
	count = split(text, parts, ":")
	return sprintf("%02d:%02d:%02d", days[1] * 24 + (count > 2 ? parts[1] : 0), parts[count - 1], parts[count])
}

function put(attribute, value, line) {
	if (value == "") return
	line = "    " attribute " = " value
	while (length(line) > 79) {
		printf "%s\n\t", substr(line, 1, 79)
		line = substr(line, 80)
	}
	print line
}

function show(id, key, job, l, counts, keys, count, i) {
	print "Job Id: " id
	put("Job_Name", name[key])
	put("Job_Owner", user[key] "@" server)
	if (id !~ /\[\]/ && started(key)) {
		put("resources_used.ncpus", cpus[key])
		put("resources_used.walltime", clock(used[key]))
	}
	put("job_state", l)
	put("queue", queue[key])
	put("server", server)
	if (id ~ /\[\]/) {
		count = split(members[job], keys, " ")
		for (i = 1; i <= count; i++) counts[letter(keys[i])]++
		put("array", "True")
		put("array_state_count", "Queued:" (counts["Q"] + counts["H"]) " Running:" (counts["R"] + counts["S"] + 0) " Exiting:" (counts["E"] + 0) " Expired:" (counts["F"] + 0) " ")
		put("array_indices_submitted", "1-" count)
	} else if (started(key)) {
		put("exec_host", node[key] "/0")
		put("exec_vnode", "(" node[key] ":ncpus=" cpus[key] ")")
	}
	put("Hold_Types", l != "H" ? "n" : reason[key] ~ /User/ ? "u" : "s")
	put("Join_Path", "oe")
	put("Rerunable", "True")
	put("Resource_List.mem", memory[key] ~ /M$/ ? substr(memory[key], 1, length(memory[key]) - 1) "mb" : "")
	put("Resource_List.ncpus", cpus[key])
	put("Resource_List.walltime", clock(limit[key]))
	if (id ~ /\[\]/) {
		put("comment", l == "B" ? "Job Array Began at " start[key] : l == "F" ? "" : comment(key))
		return
	}
	put("substate", substate(key))
	put("comment", comment(key))
	put("run_count", restarts[key] + started(key))
	if (letter(key) == "F") put("Exit_status", exit_status(key))
	if (place[key] != "") {
		put("array_id", job "[]." server)
		put("array_index", place[key])
	}
}

# Without a history PBS knows of a member that is over that it is, and whether somebody deleted it; of other jobs that are over nothing.
function show_member(job, key, id) {
	id = job "[" place[key] "]." server
	if (letter(key) != "F") show(id, key, job, letter(key))
	else if (history == "on") show(id, key, job, letter_of(job) == "F" ? "F" : "X")
	else {
		print "Job Id: " id
		put("Job_Name", name[key])
		put("job_state", "X")
		put("Hold_Types", "n")
		put("comment", substate(key) == 91 ? "Subjob terminated" : "Subjob finished")
		put("array_index", place[key])
	}
	print ""
}

function complain(number, words) {
	print words >"/dev/stderr"
	code = number % 256
}

END {
	code = 0
	if (task == "find") {
		for (i = 1; i <= jobs; i++) {
			split(members[order[i]], keys, " ")
			if (name[keys[1]] == operands && (letter_of(order[i]) != "F" || (is_extended && history == "on"))) print order[i] (is_array(order[i]) ? "[]." : ".") server
		}
		exit
	}
	count = split(operands, ids, " ")
	for (n = 1; n <= count; n++) {
		operand = ids[n]
		job = operand
		sub(/[.[].*/, "", job)
		member = operand ~ /\[[0-9]+\]/ ? operand : ""
		gsub(/^[^[]*\[|\].*$/, "", member)
		is_over = job in members && letter_of(job) == "F"
		if (task == "show" && is_extended && history != "on") complain(0, command ": PBS is not configured to maintain job history " operand)
		else if (!(job in members) || (is_over && history != "on") || (operand ~ /\[/) != is_array(job) || (member != "" && !((job "_" member) in place))) complain(15001, command ": Unknown Job Id " operand)
		else if (is_over && task == "end") complain(15139, command ": Job has finished " operand)
		else if (is_over && !is_extended) complain(15139, command ": " operand " Job has finished, use -x or -H to obtain historical job information")
		else if (task == "end") print member != "" ? job "_" member : job
		else if (member != "") show_member(job, job "_" member)
		else {
			total = split(members[job], keys, " ")
			show(operand, keys[1], job, letter_of(job))
			print ""
			if (is_array(job) && has_members) for (i = 1; i <= total; i++) show_member(job, job "_" i)
		}
	}
	exit code
}

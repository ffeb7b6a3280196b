#!/usr/bin/env bash
# The first process of a host: makes its network, its root and its server, says 'ready', and stays. hosts.sh starts it, in namespaces
# of the host's own. Descriptor 9 is the network namespace of the set's switch.
#
# The host sees /usr and /etc of this machine, as an overlay that it may write to, and nothing else: no /home, no /tmp, no checkout,
# no .NET. A file that wasn't sent isn't there.
#
# Traits:
#   dotnet=DIR        this machine's .NET installation in DIR, as /usr/share/dotnet
#   busybox           no programs but busybox and sshd
#   missing=A,B       without the programs A and B
#   disk=SIZE         that much space in /home (default 2g)
#   inodes=N          that many files in /home
#   readonly=PATH     a directory of the user's on a read-only file system
#   shared            the set's directory 'shared' as /shared
#   common-home[=SIZE]   the set's file system of that size (default 2g; the first host's counts) as /home
#   caller            knows the user who called by way of sudo, as this machine does
#   clock=SECONDS     'date' is so much ahead; the kernel, and with it the times of files, is not
#   mount=FROM[:TO]   this machine's directory FROM, as TO
#   control-groups    control groups of the host's own (version 1: memory, freezer), which may be divided further
#   noisy             a banner, and a login shell whose profile talks on both streams
#   shell=PATH        the login shell (default /bin/sh)
#   sshd=LINE         a line of sshd_config, e.g. 'sshd=MaxSessions 1'
set -euo pipefail
umask 022
dir=$1 name=$2 user=$3 user_id=$4
shift 4
root=$dir/$name/disk/root
layers=$dir/$name/disk

read -r stat </proc/self/stat
read -ra fields <<<"${stat##*) }"
printf '%s %s\n' "${stat%% *}" "${fields[19]}" >"$dir/$name/init"

dotnet='' only_busybox='' is_noisy='' is_shared='' has_common_home='' has_groups='' knows_caller='' shell=/bin/sh home_options=size=2g
hidden=(/usr/share/dotnet /usr/lib/dotnet /usr/lib64/dotnet /usr/bin/dotnet /usr/bin/dnx /usr/local /etc/dotnet)
readonly=() mounts=() sshd_lines=()
for trait; do
	value=${trait#*=}
	case $trait in
		dotnet=/*) dotnet=$value ;;
		busybox) only_busybox=1 ;;
		missing=?*)
			IFS=, read -ra programs <<<"$value"
			for program in "${programs[@]}"; do
				hidden+=("/usr/bin/$program" "/usr/sbin/$program")
			done
			;;
		disk=?*) home_options=$home_options,size=$value ;;
		inodes=?*) home_options=$home_options,nr_inodes=$value ;;
		readonly=/*) readonly+=("$value") ;;
		shared) is_shared=1 ;;
		common-home | common-home=?*) has_common_home=1 ;;
		caller) knows_caller=1 ;;
		clock=[0-9]* | clock=-[0-9]*) ;; # hosts.sh sets it
		control-groups) has_groups=1 ;;
		mount=/*) mounts+=("$value") ;;
		noisy) is_noisy=1 shell=/bin/bash ;;
		shell=/*) shell=$value ;;
		sshd=?*) sshd_lines+=("$value") ;;
		*)
			echo "'$trait' is no trait of a host" >&2
			exit 1
			;;
	esac
done

plug() {
	local address
	read -r address <"$dir/$name/address"
	nsenter --net=/proc/self/fd/9 ip link add name "$name" type veth peer name eth0 netns 1
	nsenter --net=/proc/self/fd/9 ip -batch - <<-BATCH
		link set dev $name master Bridge
		link set dev $name up
	BATCH
	ip -batch - <<-BATCH
		link set lo up
		addr add $address/24 dev eth0
		link set eth0 up
	BATCH
	exec 9<&-
}

# An overlay reads a character device 0/0 in the upper layer as "not there", which hides a tree of any size at once.
hide() {
	local path
	for path in "${hidden[@]}"; do
		if [ -e "$path" ] || [ -L "$path" ]; then
			mkdir -p "$layers/upper${path%/*}"
			mknod "$layers/upper$path" c 0 0
		fi
	done
}

overlay() {
	local path=$1
	mkdir -p "$layers/upper$path" "$layers/work$path" "$root$path"
	mount -t overlay -o "lowerdir=$path,upperdir=$layers/upper$path,workdir=$layers/work$path" overlay "$root$path"
}

system() {
	local link
	mkdir -p "$layers"
	mount -t tmpfs -o mode=755,size=2g tmpfs "$layers"
	mkdir "$root"
	mount --bind "$root" "$root"
	hide
	overlay /usr
	overlay /etc
	for link in /bin /sbin /lib /lib32 /lib64 /libx32; do
		[ ! -L "$link" ] || cp -a "$link" "$root"
	done
	cd "$root"
	mkdir -p dev home mnt proc run sys tmp var/empty usr/local/bin
	mkdir -m 700 root
	mkdir -m 1777 var/tmp
	mount -t proc proc proc
	mount -t sysfs -o ro sysfs sys
	if [ -n "$has_groups" ]; then
		control_groups
	elif [ -d /sys/fs/cgroup ]; then
		mount --rbind /sys/fs/cgroup sys/fs/cgroup
	fi
	mount -t tmpfs -o mode=1777,size=2g tmpfs tmp
	mount -t tmpfs -o mode=755 tmpfs run
	if [ -n "$has_common_home" ]; then
		mount --bind "$dir/home" home
	else
		mount -t tmpfs -o "mode=755,$home_options" tmpfs home
		install -d -m 700 -o "$user_id" -g "$user_id" "home/$user"
	fi
	mkdir -m 755 run/sshd
	cat /proc/sys/kernel/random/uuid >run/boot_id
	mount --bind run/boot_id proc/sys/kernel/random/boot_id
}

# hosts.sh removes them with the set, whose first process they are named after.
control_groups() {
	local controller group keeper
	if [ ! -e /sys/fs/cgroup/memory/memory.limit_in_bytes ] || [ ! -e /sys/fs/cgroup/freezer/tasks ]; then
		echo 'this machine has no control groups of version 1' >&2
		exit 1
	fi
	read -r keeper <"$dir/keeper"
	mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
	for controller in memory freezer; do
		group=/sys/fs/cgroup/$controller/clx-${keeper/ /-}/$name
		mkdir -p "$group" "sys/fs/cgroup/$controller"
		mount --bind "$group" "sys/fs/cgroup/$controller"
	done
}

devices() {
	local device
	mount -t tmpfs -o mode=755,size=64k tmpfs dev
	for device in 'null 1 3' 'zero 1 5' 'full 1 7' 'random 1 8' 'urandom 1 9' 'tty 5 0'; do
		# shellcheck disable=SC2086 # name, major and minor are three arguments
		set -- $device
		mknod -m 666 "dev/$1" c "$2" "$3"
	done
	mkdir dev/pts
	mkdir -m 1777 dev/shm
	mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
	mount -t tmpfs -o mode=1777,size=2g tmpfs dev/shm
	ln -s pts/ptmx dev/ptmx
	ln -s /proc/self/fd dev/fd
	ln -s fd/0 dev/stdin
	ln -s fd/1 dev/stdout
	ln -s fd/2 dev/stderr
}

programs() {
	if [ -n "$only_busybox" ]; then
		# Libraries stay, for sshd and for what is sent.
		cp /usr/bin/busybox /usr/sbin/sshd tmp
		mount -t tmpfs -o mode=755 tmpfs usr/sbin
		mount -t tmpfs -o mode=755 tmpfs usr/bin
		mv tmp/busybox usr/bin/
		mv tmp/sshd usr/sbin/
		local applet
		for applet in $(busybox --list); do
			[ "$applet" = busybox ] || ln -s busybox "usr/bin/$applet"
		done
	fi
	if [ -n "$dotnet" ]; then
		mkdir -p usr/share/dotnet
		mount --bind "$dotnet" usr/share/dotnet
		mount -o remount,bind,ro usr/share/dotnet
		ln -s ../share/dotnet/dotnet usr/bin/dotnet
	fi
}

accounts() {
	rm -f etc/passwd etc/group etc/shadow etc/hostname
	printf '%s\n' root:x:0:0::/root:/bin/sh sshd:x:102:65534::/run/sshd:/usr/sbin/nologin nobody:x:65534:65534::/:/usr/sbin/nologin \
		"$user:x:$user_id:$user_id::/home/$user:$shell" >etc/passwd
	printf '%s\n' root:x:0: nogroup:x:65534: "$user:x:$user_id:" >etc/group
	if [ -n "$knows_caller" ] && [ "${SUDO_UID:-0}" -ne 0 ]; then
		printf '%s\n' "$SUDO_USER:x:$SUDO_UID:$SUDO_GID::/home/$SUDO_USER:/bin/sh" >>etc/passwd
		printf '%s\n' "$SUDO_USER:x:$SUDO_GID:" >>etc/group
	fi
	# Not '!', by which sshd knows a locked account.
	printf '%s\n' 'root:*:1::::::' "$user:*:1::::::" >etc/shadow
	chmod 600 etc/shadow
	printf '%s\n' "$name" >etc/hostname
	hostname "$name"
	mount --bind "$dir/hosts" etc/hosts
	if [ -n "$is_noisy" ]; then
		cat >"home/$user/.bashrc" <<-'PROFILE'
			echo "Welcome to $(uname -n). Disk quota: 93 % used."
			echo "stty: standard input: Inappropriate ioctl for device" >&2
		PROFILE
		cp "home/$user/.bashrc" "home/$user/.profile"
		chown "$user_id:$user_id" "home/$user/.bashrc" "home/$user/.profile"
	fi
}

directories() {
	local path
	for path in ${readonly[@]+"${readonly[@]}"}; do
		install -d -o "$user_id" -g "$user_id" ".$path"
		mount --bind ".$path" ".$path"
		mount -o remount,bind,ro ".$path"
	done
	for path in ${mounts[@]+"${mounts[@]}"}; do
		mkdir -p ".${path#*:}"
		mount --bind "${path%%:*}" ".${path#*:}"
	done
	if [ -n "$is_shared" ]; then
		mkdir shared
		mount --bind "$dir/shared" shared
	fi
}

server() {
	mkdir -p etc/ssh
	mount -t tmpfs -o mode=755,size=1m tmpfs etc/ssh
	cp "$dir/user_key.pub" etc/ssh/authorized_keys
	chmod 644 etc/ssh/authorized_keys
	cp "$dir/$name/host_key" etc/ssh/host_key
	: >etc/ssh/ssh_known_hosts
	mount --bind "$dir/known_hosts" etc/ssh/ssh_known_hosts
	[ -z "$is_noisy" ] || printf 'All activity on this machine is monitored.\n' >etc/ssh/banner
	{
		# The first line that sets a value wins.
		printf '%s\n' ${sshd_lines[@]+"${sshd_lines[@]}"}
		[ -z "$is_noisy" ] || echo 'Banner /etc/ssh/banner'
		cat <<-'CONFIG'
			HostKey /etc/ssh/host_key
			PidFile /run/sshd.pid
			AuthorizedKeysFile /etc/ssh/authorized_keys
			PasswordAuthentication no
			KbdInteractiveAuthentication no
			UsePAM no
			UseDNS no
			PrintMotd no
			PrintLastLog no
			Subsystem sftp internal-sftp
			LogLevel VERBOSE
		CONFIG
	} >etc/ssh/sshd_config
}

mount --make-rprivate /
plug
system
devices
programs
accounts
directories
server
pivot_root . mnt
cd /
hash -r
umount -l /mnt
/usr/sbin/sshd -f /etc/ssh/sshd_config -E /run/sshd.log
until [ -s /run/sshd.pid ]; do sleep 0.005; done
echo ready
exec >/dev/null 2>&1

# A shell that waits takes in what its host's processes leave behind, as an init must. Nothing ever comes through this pipe.
exec < <(:)
exec 0<>/dev/fd/0
while :; do read -r _ || :; done

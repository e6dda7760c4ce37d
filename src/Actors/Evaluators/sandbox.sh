# Process 1 of an evaluator's namespaces. It builds a root of what is listed here and nothing else, moves into it, runs the program
# without any privilege, and stays to be its init: when it ends, everything ends.
# Arguments: 'nobody' of a host that is root, or 'self'; the staging folder; MB of /tmp; most tasks; most bytes of data of a process;
# 'yes' or 'no' for the network; folders to show; --; the program and its arguments.
set -eu
who=$1 staging=$2 tmp=$3 tasks=$4 data=$5 network=$6
shift 6
mount -t tmpfs -o size=1m,mode=755,nosuid,nodev evaluator "$staging/root"
cd "$staging/root"
mkdir evaluator etc dev proc tmp .old

show() {
  if [ -d "$1" ]; then mkdir -p "./$2"; else mkdir -p "./${2%/*}"; : > "./$2"; fi
  # With what is mounted inside: a user namespace may not look beneath it.
  mount --rbind "$1" "./$2"
  mount -o remount,bind,ro,nosuid,nodev "./$2"
}

mount -t tmpfs -o "size=${tmp}m,mode=1777,nosuid,nodev" tmp tmp
mount -t proc -o nosuid,nodev,noexec proc proc
show /usr usr
for folder in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$folder" ]; then ln -s "$(readlink "/$folder")" "$folder"; elif [ -d "/$folder" ]; then show "/$folder" "$folder"; fi
done
if [ "$network" = yes ]; then names='resolv.conf hosts nsswitch.conf ssl/certs'; else names=; fi
for name in ld.so.cache alternatives localtime $names; do
  if [ -e "/etc/$name" ]; then show "/etc/$name" "etc/$name"; fi
done
printf 'root:x:0:0::/tmp:/bin/sh\nnobody:x:65534:65534::/tmp:/bin/sh\n' > etc/passwd
printf 'root:x:0:\nnogroup:x:65534:\n' > etc/group
for device in null zero full random urandom; do : > "dev/$device"; mount --bind "/dev/$device" "dev/$device"; done
ln -s /proc/self/fd dev/fd
ln -s /tmp dev/shm # where libc keeps semaphores
show "$staging/files" evaluator
while [ "$1" != -- ]; do
  case $1 in /usr | /usr/*) ;; *) show "$1" "$1" ;; esac
  shift
done
shift

pivot_root . .old
cd /evaluator
umount -l /.old
rmdir /.old
mount -o remount,bind,ro /

bare='--inh-caps=-all --ambient-caps=-all --bounding-set=-all --no-new-privs'
limits="prlimit --nproc=$tasks --data=$data --fsize=$((tmp << 20)) --nofile=512 --core=0 --"
# In a user namespace of its own a program would be root again, and would reach more of the kernel.
close='echo 0 > /proc/sys/user/max_user_namespaces'
if [ "$who" = nobody ]; then
  nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
  own='unshare --user --map-current-user --keep-caps --'
  # Where there are user namespaces, its tasks are counted apart from those of other processes of nobody.
  if $nobody $own true 2> /dev/null
  then nice $nobody $own sh -c "$close && exec setpriv $bare $limits \"\$@\"" sh "$@"
  else nice $nobody $bare $limits "$@"
  fi
else
  eval "$close"
  nice setpriv $bare $limits "$@"
fi
exit $?

#!/bin/bash
# run.sh OUT - boots this machine's own root under real systemd, read-only with
# a layer of memory above, and runs inside.sh there. Needs root.
set -e
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
out=$1
name=nj-e2e-$$
root=$(mktemp -d)
for tree in unified systemd; do
    [ -d /sys/fs/cgroup/$tree ] || continue
    mkdir -p /sys/fs/cgroup/$tree/$name
    echo $$ >/sys/fs/cgroup/$tree/$name/cgroup.procs
done
cat >"$out/look.service" <<UNIT
[Unit]
After=basic.target
SuccessAction=exit
FailureAction=exit
[Service]
Type=oneshot
ExecStart=/opt/nightjar/tests/e2e/systemd/inside.sh
StandardOutput=file:/out/log
StandardError=file:/out/log
UNIT
set +e
unshare -m --propagation private bash -c "mount --bind / $root && exec timeout -k 10 120 \
    systemd-nspawn -q --volatile=overlay -D $root --boot --keep-unit --register=no \
    --private-network --machine=$name --bind-ro=$top:/opt/nightjar --bind=$out:/out \
    --bind-ro=$out/look.service:/etc/systemd/system/look.service \
    systemd.unit=look.service" </dev/null >"$out/boot" 2>&1
rc=$?
for tree in unified systemd; do
    [ -d /sys/fs/cgroup/$tree/$name ] || continue
    echo $$ >/sys/fs/cgroup/$tree/cgroup.procs
    find /sys/fs/cgroup/$tree/$name -depth -type d -exec rmdir {} + 2>/dev/null
done
rmdir "$root"
exit $rc

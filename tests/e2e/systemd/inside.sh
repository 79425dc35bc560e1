#!/bin/bash
# inside.sh - runs inside the booted container as a oneshot unit: installs
# nightjar, starts it as its real unit, and looks. A line a finding.
export SYSTEMD_PAGER= SYSTEMD_COLORS=0 PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin
cd /opt/nightjar || exit 1
ok() { # ok WHAT CONDITION
    if eval "$2"; then echo "ok - $1"; else echo "not ok - $1 [$2]"; fi
}
show() { systemctl show -P "$1" nightjard.service; }
wait_for() { for _ in $(seq 200); do eval "$1" && return 0; sleep 0.05; done; return 1; }

tests/install.sh install "" /usr/local /etc /usr/local/lib/systemd build/release >/dev/null
systemd-sysusers /usr/local/lib/sysusers.d/nightjar.conf
mkdir -p /etc/systemd/system/nightjard.service.d
printf 's3cr3t-hook\n' >/etc/nightjar/hook.secret
chmod 600 /etc/nightjar/hook.secret
cat >/etc/systemd/system/nightjard.service.d/here.conf <<CONF
[Service]
LoadCredential=hook:/etc/nightjar/hook.secret
WatchdogSec=2s
CONF
cat >/etc/nightjar/nightjar.yaml <<CONF
daemon: {http: {listen: "127.0.0.1:8484"}}
sources: {hook: {type: webhook, place: own-page, secret: {credential: hook}}}
people: {maya: {email: maya@example.org, login: root}}
CONF
systemd-tmpfiles --create nightjar.conf
systemctl daemon-reload

systemctl start nightjard
ok "it starts and says READY" '[ "$(show ActiveState)" = active ]'
[ "$(show ActiveState)" = active ] || journalctl -u nightjard --no-pager | tail -n 20
ok "its status tells what it watches" '[[ "$(show StatusText)" == *"1 source"* ]]'
pid=$(show MainPID)
uid=$(stat -c %u /proc/$pid)
ok "it runs as a user of its own" '[ "$uid" -ge 61184 ] && [ "$uid" -le 65519 ]'
ok "the store is private" '[ "$(stat -c %a /var/lib/private/nightjar)" = 700 ]'
ok "the socket is for group nightjar" '[ "$(stat -c %a:%G /run/nightjar/nightjar.sock)" = 660:nightjar ]'
ok "the configuration is for group nightjar" '[ "$(stat -c %a:%G /etc/nightjar/nightjar.yaml /etc/nightjar | tr "\n" " ")" = "640:nightjar 750:nightjar " ]'
ok "no secret in environment or arguments" '! tr "\0" "\n" </proc/$pid/environ | grep -q s3cr3t && ! grep -aq s3cr3t /proc/$pid/cmdline'
ok "a seccomp filter is on" 'grep -q "^Seccomp:.2" /proc/$pid/status'
ok "the command line reaches it" 'nightjar status --json | grep -q "\"open\":0"'
ok "healthz answers" '[ "$(curl -s http://127.0.0.1:8484/healthz)" = ok ]'

body='{"id":"1","author":"troll","text":"you stupid idiots, worthless scum"}'
mac=$(printf %s "$body" | openssl dgst -sha256 -hmac s3cr3t-hook | sed 's/.*= //')
curl -s -o /tmp/out -w '%{http_code}' -H "X-Nightjar-Signature: sha256=$mac" \
    -d "$body" http://127.0.0.1:8484/v1/posts/hook >/tmp/code
ok "the credential signs a push" '[ "$(cat /tmp/code)" = 202 ]'
ok "the post became an alert" 'nightjar list --json | grep -q "\"id\":1"'

systemctl reload nightjard
sleep 0.5
ok "a reload keeps the process" '[ "$(show MainPID)" = "$pid" ]'

kill -9 "$pid"
ok "killed, it comes back" 'wait_for "[ \"\$(show MainPID)\" != $pid ] && [ \"\$(show ActiveState)\" = active ]"'
ok "and remembers" 'wait_for "nightjar list --json | grep -q \"\\\"id\\\":1\""'
pid=$(show MainPID)
kill -STOP "$pid"
ok "hanging, the watchdog starts it anew" 'wait_for "[ \"\$(show MainPID)\" != $pid ] && [ \"\$(show ActiveState)\" = active ]"'
ok "records carry their level" 'journalctl -u nightjard -o json --no-pager | grep "watches 1 source" | grep -q "\"PRIORITY\":\"5\""'
systemctl stop nightjard
ok "it stops cleanly" '[ "$(show Result)" = success ] || [ "$(show ActiveState)" = inactive ]'
tests/install.sh uninstall "" /usr/local /etc /usr/local/lib/systemd build/release
ok "uninstall takes the programs away" '[ ! -e /usr/local/bin/nightjard ]'
echo "end"

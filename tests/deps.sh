#!/bin/sh
# deps.sh [demo] - install the Debian packages nightjar needs, quietly; skip when
# all are there. `demo`: only what `make demo` needs. As root or through sudo.
set -eu
build='gcc make pkg-config libuv1-dev libcurl4-openssl-dev libcjson-dev
libnotify-dev libssl-dev libsqlite3-dev libxml2-dev
libyaml-dev libvectorscan-dev libutf8proc-dev libical-dev
zlib1g-dev libbrotli-dev tzdata ca-certificates'
test='libcmocka-dev clang clang-tidy clang-format cppcheck git python3
python3-pytest python3-aiosmtpd python3-dateutil python3-icalendar khal
vdirsyncer openssl curl sqlite3 dbus dunst xvfb xauth
xdotool imagemagick fonts-dejavu-core socat systemd systemd-container npm man-db wordpress
php-cli php-mysql php-xml php-mbstring mariadb-server mariadb-client'
[ "${1:-}" != demo ] || test='python3 python3-aiosmtpd dbus dunst xvfb
fonts-dejavu-core'
missing=
for package in $build $test; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || :)
    [ "$state" = installed ] || missing="$missing $package"
done
# A tool that is there from elsewhere serves as well as the package.
command -v npm >/dev/null 2>&1 && missing=$(echo " $missing " | sed 's/ npm / /')
[ -n "$(echo $missing)" ] || exit 0
run=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || {
        echo "deps: please install, as root:$missing" >&2
        exit 1
    }
    run=sudo
fi
echo "deps: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$run apt-get update -qq
$run apt-get install -y -qq --no-install-recommends $missing >/dev/null

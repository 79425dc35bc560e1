#!/bin/sh
# install.sh install|uninstall DESTDIR PREFIX SYSCONFDIR UNITDIR BUILD - called
# by the Makefile.
set -eu
what=$1 dest=$2 prefix=$3 sysconf=$4 unit=$5 build=$6
bin=$dest$prefix/bin share=$dest$prefix/share
units=$dest$unit/system user_units=$dest$unit/user

each() { # each ACTION: calls ACTION MODE FILE TARGET for everything we ship
    for program in nightjard nightjar nightjar-desktop; do
        "$1" 755 "$build/$program" "$bin/$program"
    done
    for file in config/lexicons/*; do
        "$1" 644 "$file" "$share/nightjar/lexicons/${file##*/}"
    done
    for file in config/models/*; do
        "$1" 644 "$file" "$share/nightjar/models/${file##*/}"
    done
    "$1" 644 config/nightjar.yaml "$share/nightjar/nightjar.yaml"
    for file in config/examples/*; do
        "$1" 644 "$file" "$share/doc/nightjar/examples/${file##*/}"
    done
    for page in docs/*.[1-8]; do
        "$1" 644 "$page" "$share/man/man${page##*.}/${page##*/}"
    done
    "$1" 644 contrib/completions/nightjar.bash \
        "$share/bash-completion/completions/nightjar"
    "$1" 644 systemd/nightjard.service "$units/nightjard.service"
    "$1" 644 systemd/nightjar-desktop.service \
        "$user_units/nightjar-desktop.service"
    "$1" 644 systemd/nightjar.sysusers "$dest${unit%/systemd}/sysusers.d/nightjar.conf"
    "$1" 644 systemd/nightjar.tmpfiles "$dest${unit%/systemd}/tmpfiles.d/nightjar.conf"
}

put() {
    install -d "${3%/*}"
    case $2 in
    systemd/*.service | systemd/*.tmpfiles)
        sed -e "s,@PREFIX@,$prefix,g" -e "s,@SYSCONFDIR@,$sysconf,g" "$2" >"$3"
        chmod "$1" "$3"
        ;;
    *) install -m "$1" "$2" "$3" ;;
    esac
}

drop() {
    rm -f "$3"
}

case $what in
install)
    each put
    install -d -m 750 "$dest$sysconf/nightjar"
    if [ ! -e "$dest$sysconf/nightjar/nightjar.yaml" ]; then
        install -m 640 config/nightjar.yaml "$dest$sysconf/nightjar/nightjar.yaml"
    fi
    echo "Installed. Next: edit $sysconf/nightjar/nightjar.yaml, then"
    echo "  systemd-sysusers && systemd-tmpfiles --create nightjar.conf"
    echo "  systemctl enable --now nightjard"
    ;;
uninstall)
    each drop
    rmdir "$share/nightjar/lexicons" "$share/nightjar/models" "$share/nightjar" \
        "$share/doc/nightjar/examples" "$share/doc/nightjar" 2>/dev/null || :
    ;;
esac

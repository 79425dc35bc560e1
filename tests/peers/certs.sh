#!/bin/sh
# certs.sh DIR - a throw-away CA, a server certificate it signed, and a CA that
# signed nothing.
set -eu
cd "$1"
ec="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
openssl req -x509 $ec -keyout ca.key -out ca.pem -days 2 -subj "/CN=nightjar test CA"
openssl req -x509 $ec -keyout other.key -out other.pem -days 2 -subj "/CN=another CA"
openssl req -new $ec -keyout srv.key -out srv.csr -subj "/CN=localhost"
printf 'subjectAltName=DNS:localhost,DNS:*.nj.test,IP:127.0.0.1' >san
openssl x509 -req -in srv.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
    -extfile san -out srv.pem

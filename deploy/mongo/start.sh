#!/bin/sh
# Starts mongod as a member of the replica set "sikap" with authentication. Members prove themselves to each other by a shared key; it is made from the root password, which gives no less away.
set -eu
umask 077
printf '%s' "$MONGO_INITDB_ROOT_PASSWORD" | sha256sum | cut -d ' ' -f 1 > /tmp/replica.key
chown mongodb /tmp/replica.key
exec docker-entrypoint.sh mongod --replSet sikap --keyFile /tmp/replica.key --bind_ip_all --wiredTigerCacheSizeGB 0.5

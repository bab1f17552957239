#!/usr/bin/env bash
# Runs the whole system on this machine without containers: Debian's RabbitMQ as a node of its own (own ports, data, cookie; nothing of an installed broker is touched) and the five services as
# processes. Everything listens on loopback and lies in one folder.
# usage: deploy/run-local.sh start|status|stop [FOLDER]     FOLDER: default ./local
# SIKAP_PORT_BASE (5300): eight ports from here on: Gateway, Ingestion, Extraction, StanceClassification, Query, AMQP, distribution and mapper of the broker.
# CONFIGURATION (Debug): which build of the services; it is made where it is missing.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
folder=$(realpath -m "${2:-local}")
base=${SIKAP_PORT_BASE:-5300}
configuration=${CONFIGURATION:-Debug}
services=(Gateway Ingestion Extraction StanceClassification Query)
binaries=/usr/lib/rabbitmq/bin

export HOME=$folder/broker RABBITMQ_NODENAME=sikap-local-$base@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$((base + 5)) RABBITMQ_DIST_PORT=$((base + 6))
export ERL_EPMD_PORT=$((base + 7)) ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_MNESIA_BASE=$HOME/data RABBITMQ_LOG_BASE=$HOME/log RABBITMQ_PID_FILE=$folder/broker.pid
export RABBITMQ_CONFIG_FILE=$HOME/rabbitmq.conf RABBITMQ_ADVANCED_CONFIG_FILE=$HOME/none.config RABBITMQ_CONF_ENV_FILE=$HOME/none.conf
export RABBITMQ_GENERATED_CONFIG_DIR=$HOME/generated RABBITMQ_ENABLED_PLUGINS_FILE=$HOME/plugins
# The start script becomes the Erlang machine itself, so that signals reach it.
export RABBITMQ_ALLOW_INPUT=1 RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-noinput

program() { echo "$repository/services/$1/bin/$configuration/net10.0/Sikap.$1.dll"; }
address() { for i in "${!services[@]}"; do [ "${services[$i]}" = "$1" ] && echo "http://127.0.0.1:$((base + i))"; done; return 0; }
runs() { [ -f "$folder/$1.pid" ] && kill -0 "$(cat "$folder/$1.pid")" 2>/dev/null; }

# Asks a process of ours to end, and ends it where it does not.
end() {
  runs "$1" || { rm -f "$folder/$1.pid"; return 0; }
  local pid; pid=$(cat "$folder/$1.pid")
  kill -TERM "$pid"
  for _ in $(seq 300); do kill -0 "$pid" 2>/dev/null || { rm -f "$folder/$1.pid"; return 0; }; sleep 0.1; done
  echo "$1 did not end in 30 s and is killed" >&2
  kill -KILL "$pid"; rm -f "$folder/$1.pid"
}

start() {
  [ -x $binaries/rabbitmq-server ] || { echo "rabbitmq-server is missing (Debian: apt-get install rabbitmq-server)" >&2; exit 1; }
  for name in broker "${services[@]}"; do ! runs "$name" || { echo "$name runs already; stop first" >&2; exit 1; }; done
  for service in "${services[@]}"; do [ -f "$(program "$service")" ] || dotnet build "$repository/services/$service" -c "$configuration" -v q -nologo; done
  mkdir -p "$HOME" "$folder/data"
  chmod 700 "$folder" "$HOME"
  # A user of its own; the one that every broker has is not used, and may not be from elsewhere.
  [ -f "$folder/password" ] || (umask 077; od -An -N16 -tx1 /dev/urandom | tr -d ' \n' > "$folder/password")
  printf '{"rabbit_version": "3.10.8", "users": [{"name": "sikap", "password": "%s", "tags": ""}], "vhosts": [{"name": "/"}], "permissions": [{"user": "sikap", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}]}' \
    "$(cat "$folder/password")" > "$HOME/definitions.json"
  echo "load_definitions = $HOME/definitions.json" > "$HOME/rabbitmq.conf"
  echo '[].' > "$HOME/plugins"
  /usr/bin/epmd -port "$ERL_EPMD_PORT" > "$folder/mapper.log" 2>&1 < /dev/null & echo $! > "$folder/mapper.pid"
  $binaries/rabbitmq-server > "$folder/broker.log" 2>&1 < /dev/null & echo $! > "$folder/broker.pid.start"
  for _ in $(seq 600); do $binaries/rabbitmqctl --quiet await_startup --timeout 60 > /dev/null 2>&1 && break; kill -0 "$(cat "$folder/broker.pid.start")" 2>/dev/null || { tail -20 "$folder/broker.log" >&2; exit 1; }; sleep 0.1; done
  rm "$folder/broker.pid.start"

  export Bus__Hosts=127.0.0.1:$RABBITMQ_NODE_PORT Bus__Username=sikap Bus__PasswordFile=$folder/password Endpoint__Address=127.0.0.1
  for service in "${services[@]}"; do
    case $service in Ingestion|StanceClassification|Query) export "${service}__DataDirectory=$folder/data" ;; esac
    [ "$service" = Gateway ] || export "Gateway__$service=$(address "$service")"
  done
  for i in "${!services[@]}"; do
    Endpoint__Port=$((base + i)) dotnet exec "$(program "${services[$i]}")" > "$folder/${services[$i]}.log" 2>&1 < /dev/null & echo $! > "$folder/${services[$i]}.pid"
  done
  for service in "${services[@]}"; do
    for try in $(seq 60); do
      ! dotnet exec "$(program "$service")" --health "$(address "$service")" > /dev/null 2>&1 || break
      runs "$service" && [ "$try" -lt 60 ] || { echo "$service does not serve:" >&2; tail -20 "$folder/$service.log" >&2; stop; exit 1; }
      sleep 0.5
    done
  done
  echo "Gateway on $(address Gateway), data and logs in $folder"
}

status() {
  local all=0
  for name in broker "${services[@]}"; do
    if ! runs "$name"; then echo "$name: not running"; all=1
    elif [ "$name" = broker ]; then echo "broker: process $(cat "$folder/broker.pid")"
    elif dotnet exec "$(program "$name")" --health "$(address "$name")" > /dev/null 2>&1; then echo "$name: serving on $(address "$name")"
    else echo "$name: not ready"; all=1; fi
  done
  return $all
}

# The door first, so that nobody hands in what nobody takes; the broker last.
stop() { for name in "${services[@]}" broker mapper; do end "$name"; done; }

case ${1:-} in start) start ;; status) status ;; stop) stop ;; *) sed -n '2,7s/^# //p' "$0"; exit 2 ;; esac

#!/bin/sh
# Runs a command where a Docker engine answers: the one that is there, else one started for it alone, with data of
# its own, gone afterwards. Where neither is possible it says why, and runs the command without.
#
#     tools/with-docker.sh npm test
set -eu

without() {
  echo "with-docker: going on without a Docker engine: $1" >&2
  shift
  exec "$@"
}

if docker version >/dev/null 2>&1; then exec "$@"; fi
[ "$(id -u)" = 0 ] || without 'none answers, and only root can start one' "$@"
if ! command -v dockerd >/dev/null; then
  command -v apt-get >/dev/null || without 'there is no dockerd, and no apt-get to install it with' "$@"
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends docker.io; } >&2 ||
    without 'docker.io could not be installed' "$@"
fi

bridge=/sys/class/net/docker0
[ -e "$bridge" ] && had_bridge=yes || had_bridge=no
home="$(mktemp -d "${TMPDIR:-/tmp}/holdfast-docker-XXXXXX")"
DOCKER_HOST="unix://$home/docker.sock"
export DOCKER_HOST

# vfs works on every file system, nested overlays included. Ports are published by the userland proxy alone, so
# that no rule of the machine's firewall is touched.
dockerd --host="$DOCKER_HOST" --data-root="$home/data" --exec-root="$home/exec" --pidfile="$home/pid" \
  --storage-driver=vfs --iptables=false --ip6tables=false >"$home/log" 2>&1 &
engine=$!

stop() {
  kill "$engine" 2>/dev/null || true
  wait "$engine" 2>/dev/null || true
  if [ "$had_bridge" = no ] && [ -e "$bridge" ]; then ip link delete docker0 2>/dev/null || true; fi
  rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

tries=0
until docker version >/dev/null 2>&1; do
  tries=$((tries + 1))
  if ! kill -0 "$engine" 2>/dev/null || [ "$tries" -gt 120 ]; then
    tail -n 5 "$home/log" >&2
    stop
    trap - EXIT
    unset DOCKER_HOST
    without 'dockerd did not start' "$@"
  fi
  sleep 0.5
done

"$@"

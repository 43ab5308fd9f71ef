#!/bin/bash
# Runs a command on an instance as the application, with what its web process was told: `exec.sh flask shell`. Needs root.
# Written by Slipway.
#
# SLIPWAY_ROOT  folder that stands for / (default: none does)
set -euo pipefail
cd "${SLIPWAY_ROOT:-}/var/app/current"
process=$(systemctl show --property MainPID --value web)
if [ "${process:-0}" = 0 ]; then
    echo "slipway: no web process runs on this instance" >&2
    exit 1
fi
terminal=${TERM:-dumb}
# Not as arguments, which everybody on the machine can read.
while IFS= read -r -d '' variable; do
    if [[ $variable =~ ^[A-Za-z_][A-Za-z0-9_]*= ]]; then
        export "${variable?}"
    fi
done <"/proc/$process/environ"
export TERM="$terminal"
exec bash .slipway/instance.sh "$@"

#!/bin/bash
# Runs a command on an instance as the application: `instance.sh python …`, in the folder of a release. Written by Slipway.
#
# SLIPWAY_ROOT  folder that stands for / (default: none does)
set -euo pipefail
venvs=("${SLIPWAY_ROOT:-}"/var/app/venv/*/bin)
export PATH="${venvs[0]}:$PATH"
# What the release says of itself.
while IFS= read -r -d '' variable; do
    export "${variable?}"
done <.slipway/environment
# Hooks and commands of a deployment run as root, processes do not.
if [ "$(id -u)" = 0 ] && id webapp >/dev/null 2>&1; then
    exec runuser -u webapp -- "$@"
fi
exec "$@"

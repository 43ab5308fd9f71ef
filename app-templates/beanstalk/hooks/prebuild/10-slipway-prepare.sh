#!/bin/bash
# Prepares an instance for a release, before its packages are installed. Written by Slipway.
set -euo pipefail
root=${SLIPWAY_ROOT:-}

# What outlives a release.
mkdir -p "$root/var/lib/slipway"
if id webapp >/dev/null 2>&1; then
    chown webapp:webapp "$root/var/lib/slipway"
fi
chmod 750 "$root/var/lib/slipway"

# Libraries that packages of Python are compiled with.
mapfile -t packages <.slipway/packages
if ((${#packages[@]} > 0)); then
    dnf install --assumeyes --quiet "${packages[@]}"
fi

# A process is asked to stop by itself, and passes it on to its children as it sees fit; it gets the time that it needs.
while read -r process seconds; do
    unit="$root/etc/systemd/system/$process.service.d"
    mkdir -p "$unit"
    printf '[Service]\nKillMode=mixed\nTimeoutStopSec=%s\n' "$seconds" >"$unit/slipway.conf"
done <.slipway/processes

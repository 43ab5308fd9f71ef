#!/bin/bash
# Waits until what was started answers: a release that does not come up fails its deployment. Written by Slipway.
set -euo pipefail
path=$(sed -n 's/^SLIPWAY_LIVE_PATH=//p' .slipway/environment)
deadline=$((SECONDS + 120))
until status=$(curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' \
    "http://127.0.0.1:8000$path") && ((status < 500)); do
    if ((SECONDS > deadline)); then
        echo "slipway: $path did not answer within 120 seconds; the last status was ${status:-none}" >&2
        exit 1
    fi
    sleep 1
done

#!/bin/bash
# Waits until what was started answers: a release that does not come up fails its deployment. Written by Slipway.
set -euo pipefail
told() {
    sed --null-data -n "s/^$1=//p" .slipway/environment | tr -d '\0'
}
path=$(told SLIPWAY_LIVE_PATH)
address=$(told SLIPWAY_LISTEN)
deadline=$((SECONDS + 120))
until status=$(curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' \
    "http://${address#tcp://}$path") && ((status < 500)); do
    if ((SECONDS > deadline)); then
        echo "slipway: $path did not answer within 120 seconds; the last status was ${status:-none}" >&2
        exit 1
    fi
    sleep 1
done

#!/bin/bash
# Proves that a release can be loaded, while the one before still runs. Written by Slipway.
set -euo pipefail
bash .slipway/instance.sh python .slipway/slipway_check.py web
if grep --quiet --null-data "^SLIPWAY_CELERY=" .slipway/environment; then
    bash .slipway/instance.sh python .slipway/slipway_check.py celery
fi

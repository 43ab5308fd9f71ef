#!/bin/bash
# Proves that a release can be loaded, while the one before still runs. Written by Slipway.
set -euo pipefail
bash .slipway/instance.sh python .slipway/slipway_check.py web
if [ -n "${SLIPWAY_CELERY:-}" ]; then
    bash .slipway/instance.sh python .slipway/slipway_check.py celery
fi

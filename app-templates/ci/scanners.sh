#!/bin/sh
# Puts Syft and Grype into a folder, for `slipway scan`. Each is installed by its own script as it is at a commit; that script
# holds what it downloads to the release's checksums, and is told not to fetch another one.
set -eu
folder=$1
script=$(mktemp)
trap 'rm -f "$script"' EXIT

install() {
  curl --fail --silent --show-error --location --output "$script" "https://raw.githubusercontent.com/anchore/$1/$3/install.sh"
  DOWNLOAD_TAG_INSTALL_SCRIPT=false sh "$script" -b "$folder" "$2"
}

install syft v1.51.0 2293641e3bd628a01bb37639318d62c0ebe89b39
install grype v0.116.0 3b014b00097d43933e5cce485e744db8289a406f

#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the npm packages of package-lock.json beside it, unless they are there already.
set -eu
cd "$(dirname "$0")"
if [ -e node_modules/.package-lock.json ] && [ ! package-lock.json -nt node_modules/.package-lock.json ]; then
  exit 0
fi
exec npm ci --ignore-scripts --no-audit --no-fund

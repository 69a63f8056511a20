#!/usr/bin/env bash
# Builds the command where the checkout of the action does not have it yet. Needs Node 20.19 or later on the path.
set -euo pipefail
cd "$GITHUB_ACTION_PATH"
[ -f dist/src/cli/main.js ] && exit 0
command -v node > /dev/null || {
  echo "There is no node on the path: let actions/setup-node go first." >&2
  exit 2
}
npm ci --ignore-scripts --no-audit --no-fund
npm run build

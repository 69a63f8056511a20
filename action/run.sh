#!/usr/bin/env bash
# Tests the seller that the INPUT_ variables name, and writes outputs and summary of the job's step. Its exit code is the
# command's: the gate.
set -uo pipefail
main="$GITHUB_ACTION_PATH/dist/src/cli/main.js"

words=()
case "$INPUT_URL" in
  "") ;;
  http://* | https://*) words+=("$INPUT_URL") ;;
  *)
    echo "The input url has to begin with https://." >&2
    exit 2
    ;;
esac
case "$INPUT_OUT" in
  "" | *$'\n'* | *$'\r'*)
    echo "The input out has to be the name of a folder." >&2
    exit 2
    ;;
esac

# option NAME VALUE: hands a value on; one that begins with a dash stays a value.
option() {
  [ -z "$2" ] || words+=("--$1=$2")
}
option account "$INPUT_ACCOUNT"
option second-account "$INPUT_SECOND_ACCOUNT"
option release "$INPUT_RELEASE"
option only "$INPUT_ONLY"
option skip "$INPUT_SKIP"
option seller-managed "$INPUT_SELLER_MANAGED"
option baseline "$INPUT_BASELINE"
option rules "$INPUT_RULES"
option fail-on "$INPUT_FAIL_ON"
option shard "$INPUT_SHARD"
option seed "$INPUT_SEED"
option runs "$INPUT_RUNS"
option max-rps "$INPUT_MAX_RPS"
option format "$INPUT_FORMAT"

node "$main" run "${words[@]}" --out="$INPUT_OUT"
code=$?

verdict=""
if [ "$code" -ne 2 ] && [ -f "$INPUT_OUT/report.json" ]; then
  verdict=$(node -p 'JSON.parse(fs.readFileSync(process.argv[1], "utf8")).verdict' "$INPUT_OUT/report.json")
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    summary=$(mktemp)
    # Lines that are set in are no markup, whatever a seller says in them.
    node "$main" report "$INPUT_OUT" --format=markdown > "$summary" 2> /dev/null ||
      { echo "## AdCP conformance" && echo && node "$main" report "$INPUT_OUT" | sed 's/^/    /'; } > "$summary"
    cat "$summary" >> "$GITHUB_STEP_SUMMARY"
    rm -f "$summary"
  fi
fi
{
  echo "exit-code=$code"
  echo "verdict=$verdict"
  echo "report=$INPUT_OUT"
} >> "${GITHUB_OUTPUT:-/dev/null}"
exit "$code"

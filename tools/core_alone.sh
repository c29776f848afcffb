#!/usr/bin/env bash
# The core without any extra: install it by its own lock file, then design a trial and analyse data with it.
set -eu
python=${1:-python3}
cd "$(dirname "$0")/.."
venv=.venv-core
if [ ! -e "$venv/.installed" ] || [ requirements-core.lock -nt "$venv/.installed" ]; then
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-core.lock
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    touch "$venv/.installed"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$venv/bin/equipoise" design examples/aall1731/protocol.toml > "$work/design.txt"
grep -q "Planned looks" "$work/design.txt"
cat > "$work/trial.csv" <<END
id,rx,time,status,etype
1,Obs,100,1,1
2,Obs,300,0,1
3,Lev,200,1,1
4,Lev,400,1,1
5,Lev+5FU,500,0,1
6,Lev+5FU,350,1,1
END
"$venv/bin/equipoise" analyze examples/colon/protocol.toml --data "$work/trial.csv" > "$work/analysis.txt"
grep -q "Hazard ratio" "$work/analysis.txt"
# Without the extras a report is refused by the name of what is missing and the command that installs it.
if "$venv/bin/equipoise" analyze examples/colon/protocol.toml --data "$work/trial.csv" --out "$work/out" > /dev/null 2> "$work/error.txt"; then
    echo "core alone: a report was written without the report extra" >&2
    exit 1
fi
grep -q "equipoise\[report\]" "$work/error.txt"
echo "core alone: design and analyze run, a report names what it lacks"

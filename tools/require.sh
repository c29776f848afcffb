#!/usr/bin/env bash
# What the machine itself must have before anything can be installed; a missing part is named, exit 2.
set -u
python=${1:-python3}
missing=0
need() { echo "equipoise: $1" >&2; missing=1; }
command -v "$python" >/dev/null 2>&1 || { need "Python is missing. Install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)."; exit 2; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || need "Python $("$python" -c 'import platform; print(platform.python_version())') is too old: 3.11 or newer is needed. Give another with: make PYTHON=python3.12 demo"
"$python" -c 'import venv, ensurepip' 2>/dev/null || need "Python's venv is missing (Debian: apt-get install python3-venv)."
command -v git >/dev/null 2>&1 || need "git is missing (Debian: apt-get install git)."
exit $((missing * 2))

#!/usr/bin/env bash
# Record R's numbers again: every tests/reference/<software>/generate.R, run in its own folder.
set -eu
command -v Rscript >/dev/null 2>&1 || { echo "equipoise: R is missing (Debian: apt-get install r-cran-survival r-cran-cmprsk r-cran-rpact r-cran-coin r-cran-etm r-cran-riskregression r-cran-geepack)." >&2; exit 2; }
for script in tests/reference/*/generate.R; do
    echo "Recording $(dirname "$script") ..."
    (cd "$(dirname "$script")" && Rscript generate.R)
done

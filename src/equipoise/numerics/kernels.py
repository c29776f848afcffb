"""The one decorator of hot loops, and the folder that keeps them compiled.

Numba's own cache sees an edit to a kernel's file but not to a kernel it calls in another file, so the folder
is named by a hash of every kernel source of the package: any edit gives a new folder, never a stale answer.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

F = TypeVar("F", bound=Callable[..., object])

_PACKAGE = Path(__file__).resolve().parent.parent


def kernel_sources(package: Path = _PACKAGE) -> tuple[Path, ...]:
    """Every file of the package that holds a kernel, sorted."""
    return tuple(sorted(p for p in package.rglob("*.py") if "@kernel" in p.read_text(encoding="utf-8")))


def sources_hash(package: Path = _PACKAGE) -> str:
    """Twelve hexadecimal digits that change when any kernel source does."""
    digest = hashlib.sha256()
    for path in kernel_sources(package):
        digest.update(path.relative_to(package).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def cache_folder() -> Path:
    """Where compiled kernels are kept: EQUIPOISE_CACHE, the user's cache folder, or a temporary one."""
    base = os.environ.get("EQUIPOISE_CACHE") or os.environ.get("XDG_CACHE_HOME")
    root = Path(base) if base else Path.home() / ".cache"
    folder = root / "equipoise" / "kernels" / sources_hash()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()) / "equipoise-kernels" / sources_hash()
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def _numba_njit() -> Callable[..., Callable[[F], F]]:
    import numba

    numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]
    return cast("Callable[..., Callable[[F], F]]", numba.njit)


_NJIT = _numba_njit()


def kernel(function: F) -> F:
    """Compile a hot loop: no interpreter lock, kept on disk, IEEE arithmetic as written."""
    return _NJIT(nogil=True, cache=True, fastmath=False)(function)


def kernel_in_place(function: F) -> F:
    """The same for a loop that makes no arrays, only fills those that it is given.

    No references to arrays are counted: threads that read the same arrays would do so by turns. NumPy's
    reductions and searches have no place in it: Numba may refuse to compile them so.
    """
    return _NJIT(nogil=True, cache=True, fastmath=False, _nrt=False)(function)

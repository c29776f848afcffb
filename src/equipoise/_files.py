"""Files that leave the program: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping


def write_atomically(path: str | Path, content: bytes | str) -> Path:
    """Write one file beside its place, then rename: a reader never sees half of it.

    Raises
    ------
    OutputError
        The folder or the file cannot be written; nothing is left half-written.

    """
    target = Path(path)
    return write_together(target.parent, {target.name: content})[0]


def write_together(folder: str | Path, contents: Mapping[str, bytes | str]) -> tuple[Path, ...]:
    """Write several files into a folder, made if need be: all of them, or the folder stays as it was."""
    place = Path(folder)
    drafts: list[tuple[Path, Path]] = []
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            handle, draft = tempfile.mkstemp(prefix=f".{name}.", dir=place)
            drafts.append((Path(draft), place / name))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content.encode() if isinstance(content, str) else content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(draft).chmod(0o666 & ~_umask())
        for draft_path, target in drafts:
            draft_path.replace(target)
        _make_lasting(place)
    except BaseException as error:
        for draft_path, _ in drafts:
            with contextlib.suppress(OSError):
                draft_path.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        reason = error.strerror or str(error)
        names = ", ".join(contents)
        raise OutputError(
            f"{place}: cannot be written ({names}: {reason}). "
            "Name a folder that this user may write, with room in it."
        ) from error
    return tuple(target for _, target in drafts)


def _make_lasting(folder: Path) -> None:
    """Have the new names of a folder survive a power cut, where the system can promise it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

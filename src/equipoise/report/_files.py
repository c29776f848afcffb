"""Files that leave the program: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from equipoise.errors import OutputError


def write_atomically(path: Path | str, content: bytes | str) -> Path:
    """Write beside the target, then rename: a reader never sees half a file.

    Raises
    ------
    OutputError
        The folder or the file cannot be written.
    """
    target = Path(path)
    data = content.encode() if isinstance(content, str) else content
    unfinished: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        unfinished = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        unfinished.chmod(0o666 & ~_umask())
        unfinished.replace(target)
    except OSError as error:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise OutputError(
            f"{target} cannot be written: {reason}. Name a folder that exists and may be written to."
        ) from error
    return target


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from equipoise.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping


def written_whole(folder: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write every file beside its place, then rename all; on trouble the folder is left as it was."""
    drafts: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            handle, draft = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
            drafts.append((Path(draft), folder / name))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(draft).chmod(0o644)
        for draft_path, place in drafts:
            draft_path.replace(place)
    except OSError as error:
        for draft_path, _ in drafts:
            with contextlib.suppress(OSError):
                draft_path.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise OutputError(
            f"{folder}: cannot be written ({reason}). Choose a folder that this user may write, with room "
            "in it."
        ) from error
    return tuple(place for _, place in drafts)

"""Bytes of a file become text, or the place where they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path


def decoded(raw: bytes, path: Path, encoding: str = "utf-8") -> str:
    """The text, without a byte order mark."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{path}, line {line}: byte 0x{raw[error.start]:02x} is not {encoding} text. "
            "Save the file as UTF-8, or name its encoding, for example encoding='windows-1252'."
        ) from error
    except LookupError as error:
        raise DataError(
            f"{path}: there is no encoding named {encoding!r}. Is 'utf-8' or 'windows-1252' meant?"
        ) from error
    return text.removeprefix("\ufeff")

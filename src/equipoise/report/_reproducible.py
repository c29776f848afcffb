"""Equal inputs give equal bytes: the one place for hash salts, dates and identifiers in outputs."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import datetime
from typing import Any

SVG_SETTINGS: dict[str, Any] = {"svg.hashsalt": "equipoise", "svg.fonttype": "none", "svg.id": None}
PDF_SETTINGS: dict[str, Any] = {"pdf.fonttype": 42}
METADATA: dict[str, dict[str, None]] = {
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}
"""What matplotlib would write of the clock and of its own version, left out."""

WRITTEN = datetime(1980, 1, 1)  # noqa: DTZ001 - the first moment that a zip archive can hold, of no zone
"""The moment that stands in files whose format asks for one."""

LONGEST = 100
"""Characters of an identifier: PDF allows 127 bytes."""

_NOT_WORD = re.compile(r"[^A-Za-z0-9_.-]+")
_FAITHFUL = re.compile(r"[A-Za-z0-9 .-]*")
_ID = re.compile(r'\bid="([^"]+)"')
_LONG_NUMBER = re.compile(r"(?<=[ \"])-?\d+\.\d{3,}")
_TAG = re.compile(r"<[^>]+>")
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
    'stroke-linejoin="round" stroke-linecap="butt"'
)
_REFERENCE = re.compile(r'(url\(#|xlink:href="#)([^)"]+)')


def identifier(*parts: str) -> str:
    """An identifier of words alone, the same in every run: ("DFS", "3-year rate") to DFS__3-year_rate.

    What cannot stand in one becomes a hyphen, and a hash of the whole then keeps it apart from its like.
    """
    words = [_NOT_WORD.sub("-", part.replace(" ", "_")).strip("-") for part in parts if part]
    plain = "__".join(words)
    faithful = all(_FAITHFUL.fullmatch(part) for part in parts)
    if faithful and len(plain) <= LONGEST:
        return plain
    return f"{plain[: LONGEST - 9]}-{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:8]}"


def for_a_page(svg: str, prefix: str) -> str:
    """A drawing fit to stand in a page beside others: own identifiers, no preamble, no idle digits."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(
        r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>|<defs>\s*</defs>", "", svg, flags=re.DOTALL
    )
    used = {found for _, found in _REFERENCE.findall(svg)}
    svg = _REFERENCE.sub(rf"\g<1>{prefix}-\g<2>", svg)
    svg = _ID.sub(lambda m: f'id="{prefix}-{m[1]}"' if m[1] in used else "", svg)
    svg = _TAG.sub(lambda tag: _LONG_NUMBER.sub(lambda m: f"{float(m[0]):.2f}", tag[0]), svg)
    svg = re.sub(r"[ \t\r\n]+", " ", svg).replace("> <", "><")
    return _HEAD + svg[svg.index(" viewBox=") :].replace(' version="1.1"', "", 1)


def fixed_archive(content: bytes) -> bytes:
    """A zip archive (a Word document) with one moment for all its parts, in their order."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, WRITTEN.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return out.getvalue()

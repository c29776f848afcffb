"""Equal inputs give equal bytes, and a drawing's text is never touched on its way into a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from equipoise.report import TrialReport, plot, render
from equipoise.report._reproducible import for_a_page

if TYPE_CHECKING:
    from pathlib import Path


def test_the_same_report_has_the_same_bytes(report: TrialReport, tmp_path: Path) -> None:
    part = TrialReport(analysis=report.analysis, design=report.design)
    first = render(part, tmp_path / "a.html").read_bytes()
    assert render(part, tmp_path / "b.html").read_bytes() == first


def test_figures_have_the_same_bytes_in_every_format(report: TrialReport, tmp_path: Path) -> None:
    for kind in ("svg", "pdf", "png"):
        files = [plot(report.interim).save(tmp_path / f"{i}.{kind}").read_bytes() for i in range(2)]
        assert files[0] == files[1], kind


def test_coordinates_are_shortened_and_words_are_not() -> None:
    drawn = '<svg viewBox="0 0 9 9" version="1.1"><path d="M 1.23456 -7.891 L 2 3"/><text x="1.2345">P &lt; 0.001, 0.0126</text></svg>'
    page = for_a_page(drawn, "f")
    assert "P &lt; 0.001, 0.0126</text>" in page
    assert 'd="M 1.23 -7.89 L 2 3"' in page
    assert 'x="1.23"' in page


def test_drawings_on_one_page_share_no_identifier(report: TrialReport) -> None:
    assert report.analysis is not None
    e = report.analysis.endpoints[0]
    pages = [plot(e, unit="years").svg(prefix) for prefix in ("one", "two")]
    ids = [set(re.findall(r'id="([^"]+)"', page)) for page in pages]
    assert ids[0]
    assert not ids[0] & ids[1]
    for page, own in zip(pages, ids, strict=True):
        assert set(re.findall(r"url\(#([^)]+)\)", page)) <= own
        assert "<style" not in page
        assert "<metadata" not in page

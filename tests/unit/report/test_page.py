"""The page: self-contained, labelled, every number linked to its row, and equal to the analysis."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from equipoise.errors import ArgumentError, MissingPartError, OutputError
from equipoise.report import ResultsTable, TrialReport, numbers, render

if TYPE_CHECKING:
    from pathlib import Path

VOID = {"meta", "input", "col", "br", "path", "use", "rect"}


class Outline(HTMLParser):
    """Ids, links, addresses and text of a page; refuses tags that do not close."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102 - HTMLParser
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"]] if given.get("id") else []
        self.links += [given["href"] or ""] if tag == "a" else []
        self.fetched += [str(given[k]) for k in ("src", "srcset", "data", "poster") if k in given]
        self.fetched += [str(given["href"])] if tag == "link" else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102 - HTMLParser
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:  # noqa: D102 - HTMLParser
        if tag in VOID:
            return
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:  # noqa: D102 - HTMLParser
        self.text.append(data)


@pytest.fixture(scope="module")
def page(report: TrialReport, tmp_path_factory: pytest.TempPathFactory) -> str:
    return render(report, tmp_path_factory.mktemp("page") / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    assert found.open == []
    return found


def test_nothing_is_fetched_and_nothing_runs(page: str, outline: Outline) -> None:
    assert outline.fetched == []
    assert not {"script", "link", "iframe", "object", "embed", "img"} & set(outline.tags)
    assert "@import" not in page
    assert all(inside.startswith("#") for inside in re.findall(r"url\(([^)]*)\)", page))
    assert set(re.findall(r"https?://[^\"' <)]+", page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


def test_every_link_has_its_target_and_no_id_stands_twice(outline: Outline) -> None:
    assert len(outline.ids) == len(set(outline.ids))
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)
    assert len(outline.links) > 200


def test_every_row_of_results_stands_in_the_page(outline: Outline, results: ResultsTable) -> None:
    assert {r.id for r in results} <= set(outline.ids)


def test_synthetic_is_said_in_the_title_on_the_page_and_on_every_print(page: str) -> None:
    assert "(SYNTHETIC)</title>" in page
    assert page.count('class="mark">SYNTHETIC') >= 2
    margin = re.search(r"@top-left \{ content: \"([^\"]*)\"", page)
    assert margin
    assert "SYNTHETIC" in margin[1]
    assert "counter(page)" in page
    assert "counter(pages)" in page


def test_the_print_margin_carries_hashes_and_cutoff(page: str, report: TrialReport) -> None:
    assert report.analysis is not None
    margin = re.search(r"@bottom-left \{ content: \"([^\"]*)\"", page)
    assert margin
    for said in (report.plan.hash[:8], report.analysis.data_hash[:8], "30 June 2024"):
        assert said in margin[1]


def test_labels_from_data_are_words_and_never_markup(page: str) -> None:
    assert "<b>rare</b>" not in page
    assert "&lt;b&gt;rare&lt;/b&gt;" in page


def test_first_screen_comes_first(page: str, report: TrialReport) -> None:
    question = page.index(report.plan.trial.question)
    curves, boundary, contents = (
        page.index(s) for s in ('id="figure-primary"', 'id="figure-boundary"', "Contents")
    )
    assert question < curves < boundary < contents


def test_numbers_shown_are_those_of_the_analysis(page: str, report: TrialReport) -> None:
    assert report.analysis is not None
    e = report.analysis.endpoints[0]
    c = e.comparisons[0]
    shown = numbers.ratio_with_interval(c.hazard_ratio, c.lower, c.upper)
    row = "DFS__all__blinatumomab_v_chemotherapy__hazard_ratio"
    assert f'<a class="n" href="#{row}">{shown}</a>' in page
    assert re.search(rf'id="{row}"><i>hazard_ratio</i> {c.hazard_ratio:.10g}<', page)
    for m in e.milestones:
        assert numbers.percent_with_error(m.survival, m.std_err) in page
    for arm in e.arms:
        assert f">{arm.events}/{arm.n}</a>" in page


def test_figures_say_in_words_what_they_show(page: str) -> None:
    drawings = re.findall(r"<svg[^>]*role=\"img\"[^>]*><title>([^<]+)</title><desc>([^<]+)</desc>", page)
    assert len(drawings) == page.count("<svg")
    assert all(len(desc) > 60 for _, desc in drawings)


def test_parts_that_do_not_exist_have_no_section(report: TrialReport) -> None:
    alone = TrialReport(design=report.design).document()
    assert [s.id for s in alone.sections] == ["obtained", "design", "assumed"]
    assert alone.running.marks == ()
    assert alone.running.data == ""


def test_a_report_needs_a_protocol() -> None:
    with pytest.raises(ArgumentError, match="protocol"):
        TrialReport().results()


def test_other_endings_and_places_are_refused(report: TrialReport, tmp_path: Path) -> None:
    small = TrialReport(design=report.design)
    with pytest.raises(ArgumentError, match=r"must end in \.html"):
        render(small, tmp_path / "report.odt")
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        render(small, tmp_path / "file" / "report.html")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("library", ["matplotlib", "jinja2"])
def test_a_missing_library_is_named_with_its_command(
    report: TrialReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, library, None)
    with pytest.raises(MissingPartError, match=rf"{library}.*equipoise\[report\]"):
        render(TrialReport(design=report.design), tmp_path / "report.html")

"""A document as one self-contained page: styles and drawings inside, nothing fetched, ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from typing import TYPE_CHECKING, Any

from equipoise.errors import MissingPartError
from equipoise.report import numbers
from equipoise.report.document import FigureBlock

if TYPE_CHECKING:
    from equipoise.report.document import DisplayTable, Document, Running
    from equipoise.report.results_table import ResultRow, ResultsTable


def html_page(document: Document, results: ResultsTable) -> str:
    """The page as text: the document, then every row of results that its numbers link to."""
    environment = _environment()
    return str(
        environment.get_template("page.html.j2").render(
            document=document,
            css=_markup(_template("page.css")),
            page_margins=_markup(_page_margins(document.running)),
            running=_running_items(document.running),
            opening_words=[x for x in document.opening if not isinstance(x, FigureBlock)],
            opening_figures=[x for x in document.opening if isinstance(x, FigureBlock)],
            results=_grouped(results),
        )
    )


def _environment() -> Any:
    try:
        import jinja2
    except ImportError:
        raise MissingPartError("jinja2", "Writing a report", "report") from None
    environment = jinja2.Environment(
        autoescape=True,
        loader=jinja2.FunctionLoader(_template),
        undefined=jinja2.StrictUndefined,
        trim_blocks=False,
    )
    environment.filters["kind"] = _kind
    environment.filters["svg"] = _svg
    environment.filters["over_groups"] = _over_groups
    environment.filters["in_short_groups"] = _in_short_groups
    environment.filters["full_precision"] = _full_precision
    return environment


def _kind(block: object) -> str:
    return type(block).__name__


def _svg(block: FigureBlock) -> Any:
    return _markup(block.figure.svg(block.id))


def _template(name: str) -> str:
    return resources.files("equipoise.report").joinpath("templates", name).read_text(encoding="utf-8")


def _markup(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - our own styles and drawings, already escaped


def _over_groups(table: DisplayTable) -> list[tuple[str, int]]:
    """Titles that neighbouring columns share, each with the number of columns; none where there are none."""
    if not any(c.over for c in table.columns):
        return []
    return [(title, len(list(group))) for title, group in groupby(c.over for c in table.columns)]


def _in_short_groups(table: DisplayTable, most: int = 14) -> bool:
    """Whether every group of rows under a heading fits a page easily, so that none need be broken."""
    sizes = [0]
    for row in table.rows:
        if row.heading:
            sizes.append(0)
        sizes[-1] += 1
    return len(sizes) > 1 and max(sizes) <= most


def _full_precision(row: ResultRow) -> str:
    """The value as stored, to ten significant digits, or the words in its place."""
    if row.value is not None:
        return f"{row.value:.10g}"
    return row.text or row.note or numbers.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class _Line:
    """Results about one thing."""

    about: str
    """Population, group and item."""
    rows: tuple[ResultRow, ...]
    method: int
    """Number of its method among those of the analysis; 0 where it has none."""


@dataclass(frozen=True, slots=True)
class _Group:
    """The results of one analysis, and its methods, each once."""

    analysis: str
    lines: tuple[_Line, ...]
    methods: tuple[str, ...]


def _grouped(results: ResultsTable) -> list[_Group]:
    analyses: dict[str, dict[str, list[ResultRow]]] = {}
    for row in results:
        about = " · ".join(w for w in (row.population, row.group, row.item) if w)
        analyses.setdefault(row.analysis, {}).setdefault(about, []).append(row)
    return [_one_analysis(name, lines) for name, lines in analyses.items()]


def _one_analysis(name: str, lines: dict[str, list[ResultRow]]) -> _Group:
    methods = {about: _method(rows) for about, rows in lines.items()}
    named = tuple(dict.fromkeys(m for m in methods.values() if m))
    found = (
        _Line(about, tuple(rows), named.index(methods[about]) + 1 if methods[about] else 0)
        for about, rows in lines.items()
    )
    return _Group(name, tuple(found), named)


def _method(rows: list[ResultRow]) -> str:
    """Methods and notes of a line, each once."""
    said = [w for r in rows for w in (r.method, r.note if r.value is not None else "") if w]
    return "; ".join(dict.fromkeys(said))


def _running_items(running: Running) -> list[tuple[str, str]]:
    named = (
        ("Trial", running.trial),
        ("protocol", running.protocol),
        ("data cut-off", running.cutoff),
        ("data", running.data),
        ("equipoise", running.program),
    )
    return [(name, value) for name, value in named if value]


def _page_margins(running: Running) -> str:
    """What is printed in the margins of every page; page n of m is counted by the printer."""
    left = " · ".join([running.trial, *running.marks])
    below = " · ".join(f"{name} {value}" for name, value in _running_items(running)[1:])
    style = 'font: 7.5pt "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; color: #444;'
    return (
        "@page {\n"
        f"  @top-left {{ content: {_css_string(left)}; {style} font-weight: 700; }}\n"
        f'  @top-right {{ content: "page " counter(page) " of " counter(pages); {style} }}\n'
        f"  @bottom-left {{ content: {_css_string(below)}; {style} white-space: nowrap; }}\n"
        "}"
    )


def _css_string(text: str) -> str:
    safe = "".join(c if c.isalnum() or c in " .,:+-·_" else f"\\{ord(c):x} " for c in text)
    return f'"{safe}"'

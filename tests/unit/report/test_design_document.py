"""The design as a document: one document, three formats, the same numbers in each."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest

from equipoise.design import design_trial
from equipoise.design.trial_design import Design
from equipoise.errors import ArgumentError
from equipoise.protocol import read_protocol
from equipoise.report.design_curves import design_results
from equipoise.report.design_document import design_document, design_figures, write_design
from equipoise.report.document import (
    Column,
    DisplayTable,
    Document,
    Facts,
    Paragraph,
    Running,
    Section,
    TableRow,
    plain,
)
from equipoise.report.latex import escaped, latex_text
from equipoise.report.protocol_text import protocol_text
from equipoise.report.results_table import ResultsTable
from equipoise.report.tables.design import design_looks_table
from equipoise.report.word import word_file
from equipoise.report.write_document import FORMATS, document_file, write_document
from small_trial import PROTOCOL

docx = pytest.importorskip("docx")

EXAMPLE = Path(__file__).parents[3] / "examples" / "aall1731" / "protocol.toml"
SMALL = Document(
    "A & B_1: 100 %",
    "",
    Running("T", "abc", program="1.0", marks=("SYNTHETIC",)),
    (Paragraph(("First.",), "lead"), Facts((("Term", ("what", " it is")),))),
    (
        Section(
            "s",
            "Part {1}",
            (
                Paragraph(("Under",), "heading"),
                DisplayTable(
                    "t",
                    "Table ρ ≤ 1\u202f%",
                    (Column("Look", numeric=False), Column("z", over="Both"), Column("P", over="Both")),
                    (
                        TableRow(("Head #",), heading=True),
                        TableRow(("1", "−2.5", "0.01"), indent=True),
                        TableRow(("2", "—", "<0.001")),
                    ),
                    ("A note.", "Another."),
                ),
            ),
        ),
    ),
)


@pytest.fixture(scope="module")
def example() -> Design:
    return design_trial(read_protocol(EXAMPLE))


@pytest.fixture(scope="module")
def left(example: Design, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("design")
    write_design(example, folder)
    return folder


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def test_a_design_leaves_results_document_text_and_figures(left: Path) -> None:
    figures = ("boundary", "hazard-ratio", "spending", "power", "calendar")
    wanted = {"design.csv", "design.json", "protocol-text.txt", *(f"design{kind}" for kind in FORMATS)}
    wanted |= {f"{f}.{kind}" for f in figures for kind in ("svg", "pdf")}
    assert {p.name for p in left.iterdir()} == wanted


def test_each_format_holds_the_looks_as_the_table_does(example: Design, left: Path) -> None:
    table = design_looks_table(example, design_results(example))
    cells = [[plain((c,)) for c in row.cells] for row in table.rows]
    page = (left / "design.html").read_text()
    latex = (left / "design.tex").read_text()
    word = docx.Document(str(left / "design.docx"))
    grid = next(t for t in word.tables if len(t.columns) == len(table.columns))
    assert [[c.text for c in row.cells] for row in grid.rows][2:] == cells
    for row in cells:
        assert " & ".join(escaped(c) for c in row) + r" \\" in latex
        for cell in row:
            assert cell in page


def test_each_format_holds_the_paragraphs(left: Path) -> None:
    said = (left / "protocol-text.txt").read_text().strip().split("\n\n")
    assert len(said) == 5
    word = [p.text.replace("\u202f", " ") for p in docx.Document(str(left / "design.docx")).paragraphs]
    latex = (left / "design.tex").read_text()
    page = re.sub(r"<[^>]+>", "", (left / "design.html").read_text()).replace("\u202f", " ")
    for paragraph in said:
        assert paragraph in word
        assert paragraph.replace("'", "&#39;") in page
        assert escaped(paragraph).split(" ")[-1] in latex


def test_word_figures_have_a_text_alternative_and_heads_repeat(left: Path) -> None:
    word = docx.Document(str(left / "design.docx"))
    assert len(word.inline_shapes) == 5
    for shape in word.inline_shapes:
        assert len(shape._inline.docPr.get("descr")) > 60
    body = word.element.xml
    assert body.count("w:tblHeader") >= 2 * 3
    assert "NUMPAGES" in word.sections[0].footer._element.xml
    assert "AALL1731" in word.sections[0].header.paragraphs[0].text


def test_equal_documents_give_equal_files(example: Design) -> None:
    results = design_results(example)
    figures = {"power": design_figures(example)["power"]}
    first, second = (design_document(example, results, figures) for _ in range(2))
    assert word_file(first) == word_file(second)
    assert latex_text(first) == latex_text(second)
    assert document_file(first, ".html", results) == document_file(second, ".html", results)


def test_word_shows_the_small_document() -> None:
    word = opened(word_file(SMALL))
    assert [p.text for p in word.paragraphs if p.style.name == "Title"] == ["A & B_1: 100 % SYNTHETIC"]
    assert [p.text for p in word.paragraphs if p.style.name == "Heading 1"] == ["Part {1}"]
    facts, table = word.tables
    assert [c.text for c in facts.rows[0].cells] == ["Term", "what it is"]
    assert [[c.text for c in row.cells] for row in table.rows] == [
        ["", "Both", "Both"],
        ["Look", "z", "P"],
        ["Head #"] * 3,
        ["\u20031", "−2.5", "0.01"],
        ["2", "—", "<0.001"],
    ]
    assert word.core_properties.created.year == 1980


LATEX = r"""% trial T, protocol abc, equipoise 1.0

% Needs \usepackage{booktabs,graphicx}.

First.

\begin{description}
\item[Term] what it is
\end{description}

\subsection*{Part \{1\}}

\paragraph{Under}

\begin{table}[htbp]
\centering\footnotesize\setlength{\tabcolsep}{3.5pt}
\caption{Table $\rho$ $\leq$ 1\,\%}
\begin{tabular}{@{}lrr@{}}
\toprule
\multicolumn{1}{c}{} & \multicolumn{2}{c}{Both} \\
\cmidrule(lr){2-3}
\multicolumn{1}{l}{Look} & \multicolumn{1}{r}{z} & \multicolumn{1}{r}{P} \\
\midrule
\multicolumn{3}{@{}l}{\textbf{Head \#}} \\
\quad 1 & $-$2.5 & 0.01 \\
2 & --- & \textless{}0.001 \\
\bottomrule
\end{tabular}
\par\smallskip\parbox{\textwidth}{\scriptsize A note. Another.}
\end{table}
"""


def test_latex_shows_the_small_document() -> None:
    assert latex_text(SMALL) == LATEX


def test_latex_of_a_design_is_balanced_and_every_row_has_its_columns(left: Path) -> None:
    text = (left / "design.tex").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("%")]
    bare = re.sub(r"\\[{}%&$#_]", "", "\n".join(lines))
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0
    assert not re.search(r"[%#]", bare)
    assert re.findall(r"\\begin\{(\w+)\}", bare).sort() == re.findall(r"\\end\{(\w+)\}", bare).sort()
    for columns, body in re.findall(
        r"\\begin\{tabular\}\{@\{\}(\w+)@\{\}\}(.*?)\\end\{tabular\}", bare, re.DOTALL
    ):
        for row in body.split(r"\\")[:-1]:
            spanned = sum(int(n) - 1 for n in re.findall(r"\\multicolumn\{(\d+)\}", row))
            assert row.count("&") + 1 + spanned == len(columns), row
    assert {c for c in bare if ord(c) > 0x17F} == set()
    for name in re.findall(r"\\includegraphics\[[^]]*\]\{([^}]+)\}", bare):
        assert (left / name).is_file()


def test_a_figure_without_a_file_is_left_out_of_latex(example: Design) -> None:
    figures = {"power": design_figures(example)["power"]}
    document = design_document(example, design_results(example), figures)
    assert "includegraphics" not in latex_text(document)
    assert r"{power.pdf}" in latex_text(document, {"figure-power": "power.pdf"})


def test_a_file_is_written_by_its_ending(tmp_path: Path) -> None:
    for kind in FORMATS:
        path = write_document(SMALL, tmp_path / f"small{kind}", ResultsTable())
        assert path.stat().st_size > 500
    with pytest.raises(ArgumentError, match=r"path must end in \.html, .* or \.tex, got '\.pages'"):
        write_document(SMALL, tmp_path / "small.pages", ResultsTable())


def test_a_design_without_interim_looks_is_written_too(tmp_path: Path) -> None:
    path = tmp_path / "protocol.toml"
    path.write_text(PROTOCOL[: PROTOCOL.index("[monitoring]")] + PROTOCOL[PROTOCOL.index("[analyses]") :])
    written = write_design(design_trial(read_protocol(path)), tmp_path / "out")
    assert len(written) == 13 + len(FORMATS)
    assert "There is no interim look." in (tmp_path / "out" / "protocol-text.txt").read_text()


def test_a_test_without_hazard_ratio_shows_none_at_its_bounds(tmp_path: Path) -> None:
    path = tmp_path / "protocol.toml"
    planned = PROTOCOL[: PROTOCOL.index("[monitoring]")] + PROTOCOL[PROTOCOL.index("[analyses]") :]
    planned = planned.replace("power = 0.8", 'power = 0.8\ntest = "rmst"\nhorizon = 12')
    path.write_text(planned.replace("patients = 200", "patients = 600"))
    design = design_trial(read_protocol(path))
    titles = [c.title for c in design_looks_table(design, design_results(design)).columns]
    assert "z" in titles
    assert "HR" not in titles
    assert "hazard-ratio" not in design_figures(design)
    text = protocol_text(design)
    assert "hazard ratio at most" not in text
    assert "z is positive where the experimental arm fares better" in text

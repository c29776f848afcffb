"""A document as LaTeX to be read into another one: text, tables ruled by booktabs, figures by their files."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from equipoise.report import numbers
from equipoise.report.document import DisplayTable, Facts, FigureBlock, Paragraph, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from equipoise.report.document import Block, Column, Document, Span, TableRow

_GREEK = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "Δ": "Delta",
    "δ": "delta",
    "θ": "theta",
    "λ": "lambda",
    "ν": "nu",
    "ρ": "rho",
    "σ": "sigma",
    "τ": "tau",
}
_SPECIAL = (
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        numbers.SPACE: r"\,",
        numbers.MINUS: "$-$",
        numbers.NOT_APPLICABLE: "---",
        numbers.DASH: "--",
        "\u2019": "'",
        "\u201c": "``",
        "\u201d": "''",
        "·": r"$\cdot$",
        "×": r"$\times$",
        "±": r"$\pm$",
        "√": r"$\surd$",
        "∞": r"$\infty$",
        "≤": r"$\leq$",
        "≥": r"$\geq$",
        "²": r"$^{2}$",
        "³": r"$^{3}$",
        "µ": r"$\mu$",
        "°": r"$^{\circ}$",
        "→": r"$\to$",
    }
    | {c: f"$\\{name}$" for c, name in _GREEK.items()}
)
"""What LaTeX would read otherwise, or has no letter for; other letters are UTF-8, which it takes."""


def latex_text(document: Document, figures: Mapping[str, str] | None = None) -> str:
    r"""The document for \input: needs booktabs, and graphicx where `figures` name files.

    Parameters
    ----------
    figures : the file of each figure by its id; a figure without a file is left out.
    """
    drawn = figures or {}
    where = ", ".join(f"{k} {v}" for k, v in _made_from(document) if v)
    parts = [f"% {where}", r"% Needs \usepackage{booktabs,graphicx}."]
    parts += [line for block in document.opening for line in _block(block, drawn)]
    for section in document.sections:
        lines = [line for block in section.blocks for line in _block(block, drawn)]
        if lines:
            parts += [f"\\subsection*{{{escaped(section.title)}}}", *lines]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Words as LaTeX reads them."""
    return "".join(_SPECIAL.get(c, c) for c in text)


def _made_from(document: Document) -> tuple[tuple[str, str], ...]:
    running = document.running
    return (
        ("trial", running.trial),
        ("protocol", running.protocol),
        ("data cut-off", running.cutoff),
        ("data", running.data),
        ("equipoise", running.program),
    )


def _block(block: Block, figures: Mapping[str, str]) -> Iterator[str]:
    if isinstance(block, Paragraph):
        words = escaped(plain(block.spans))
        yield f"\\paragraph{{{words}}}" if block.role == "heading" else words
    elif isinstance(block, DisplayTable):
        yield _table(block)
    elif isinstance(block, Facts):
        rows = [f"\\item[{escaped(name)}] {escaped(plain(spans))}" for name, spans in block.items]
        yield "\n".join([r"\begin{description}", *rows, r"\end{description}"])
    elif isinstance(block, FigureBlock) and block.id in figures:
        yield "\n".join(
            [
                r"\begin{figure}[htbp]",
                r"\centering",
                f"\\includegraphics[width=\\textwidth]{{{figures[block.id]}}}",
                f"\\caption{{{escaped(' '.join([block.title + '.', *block.foot]))}}}",
                r"\end{figure}",
            ]
        )


def _table(table: DisplayTable) -> str:
    marks = "".join("r" if c.numeric else "l" for c in table.columns)
    lines = [
        r"\begin{table}[htbp]",
        r"\centering\footnotesize\setlength{\tabcolsep}{3.5pt}",
        f"\\caption{{{escaped(table.title)}}}",
        f"\\begin{{tabular}}{{@{{}}{marks}@{{}}}}",
        r"\toprule",
        *_over(table.columns),
        *_heads(table.columns),
        r"\midrule",
        *(_line(row, len(table.columns)) for row in table.rows),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    if table.foot:
        lines.append(
            f"\\par\\smallskip\\parbox{{\\textwidth}}{{\\scriptsize {escaped(' '.join(table.foot))}}}"
        )
    return "\n".join([*lines, r"\end{table}"])


def _over(columns: tuple[Column, ...]) -> Iterator[str]:
    """Titles shared by neighbouring columns, each with a rule below; nothing where there are none."""
    if not any(c.over for c in columns):
        return
    cells, rules, i = [], [], 1
    for title, group in groupby(c.over for c in columns):
        n = len(list(group))
        cells.append(f"\\multicolumn{{{n}}}{{c}}{{{escaped(title)}}}")
        rules += [f"\\cmidrule(lr){{{i}-{i + n - 1}}}"] if title else []
        i += n
    yield " & ".join(cells) + r" \\"
    yield " ".join(rules)


def _heads(columns: tuple[Column, ...], longest: int = 12) -> Iterator[str]:
    """Column titles, over as many lines as the longest needs."""
    broken = [_broken(c.title, longest) for c in columns]
    tall = max(len(b) for b in broken)
    for k in range(tall):
        cells = [([""] * (tall - len(b)) + b)[k] for b in broken]
        yield (
            " & ".join(
                f"\\multicolumn{{1}}{{{'r' if c.numeric else 'l'}}}{{{escaped(cell)}}}"
                for c, cell in zip(columns, cells, strict=True)
            )
            + r" \\"
        )


def _broken(title: str, longest: int) -> list[str]:
    lines: list[str] = []
    for word in title.split():
        if lines and len(lines[-1]) + 1 + len(word) <= longest:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _line(row: TableRow, width: int) -> str:
    if row.heading:
        return f"\\multicolumn{{{width}}}{{@{{}}l}}{{\\textbf{{{escaped(_words(row.cells[0]))}}}}} \\\\"
    cells = [escaped(_words(c)) for c in row.cells]
    return (r"\quad " if row.indent else "") + " & ".join(cells) + r" \\"


def _words(span: Span) -> str:
    return span if isinstance(span, str) else span.text

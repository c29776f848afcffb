"""What a notebook shows of a trial's design."""

from __future__ import annotations

from pathlib import Path

from equipoise.design import design_trial
from equipoise.design.notebook_table import notebook_table
from equipoise.protocol import read_protocol

EXAMPLE = Path(__file__).parents[3] / "examples" / "aall1731" / "protocol.toml"


def test_words_are_escaped() -> None:
    page = notebook_table(["a < b"], ["look", "|z| & p"], [["1", "<2"]])
    assert page == (
        "<p>a &lt; b</p><table><thead><tr><th>look</th><th>|z| &amp; p</th></tr></thead>"
        "<tbody><tr><th>1</th><td>&lt;2</td></tr></tbody></table>"
    )


def test_a_trials_looks_stand_with_their_dates_and_bounds() -> None:
    page = design_trial(read_protocol(EXAMPLE))._repr_html_()
    assert "AALL1731, hypothesis primary: one-sided alpha 0.025, power 0.9005" in page
    assert page.count("<tr>") == 6
    assert (
        "<td>77</td><td>0.6063</td><td>2024-02-02</td><td>2.3579</td><td>0.009190</td><td>0.5843</td><td></td>"
        in page
    )
    assert "<td>2022-04-22</td><td></td><td></td><td></td><td>-0.7270</td>" in page

"""Run every example in README and docs, and compare what it prints with what the page says.

```python blocks with >>> are doctests (a page is one session), without >>> they are executed; in ```console
blocks each line after "$ " is run in a folder that holds examples/, and its output must be as printed, "..."
standing for anything. A block under <!-- not run: reason --> is passed over, and its reason is counted.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(
    r"(?P<skip><!-- not run: [^>]+ -->\n)?```(?P<kind>python|console)\n(?P<body>.*?)```", re.DOTALL
)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def main() -> int:
    """Check the pages named, or all."""
    named = [Path(a).resolve() for a in sys.argv[1:]]
    pages = named or [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    failures = examples = passed_over = 0
    began = time.perf_counter()
    for page in pages:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "examples").symlink_to(ROOT / "examples")
            with contextlib.chdir(folder):
                ran, skipped, wrong = check_page(page)
        examples, passed_over, failures = examples + ran, passed_over + skipped, failures + wrong
    seconds = time.perf_counter() - began
    print(
        f"docs: {len(pages)} pages, {examples} examples run, {passed_over} not run, {failures} wrong, "
        f"{seconds:.0f} s"
    )
    return 1 if failures else 0


def check_page(page: Path) -> tuple[int, int, int]:
    """Run one page's blocks in order: how many ran, were passed over, were wrong."""
    session: dict[str, object] = {"__name__": "__main__"}
    ran = skipped = wrong = 0
    text = page.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        if match["skip"]:
            skipped += 1
            continue
        line = text.count("\n", 0, match.start("body")) + 1
        place = f"{page.relative_to(ROOT)}:{line}"
        ran += 1
        check = check_console if match["kind"] == "console" else check_python
        wrong += not check(match["body"], place, session)
    return ran, skipped, wrong


def check_python(body: str, place: str, session: dict[str, object]) -> bool:
    """A block of Python: a doctest where it has prompts."""
    if ">>>" in body:
        test = doctest.DocTestParser().get_doctest(body, session, place, place, 0)
        out = io.StringIO()
        results = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=out.write, clear_globs=False)
        session.update(test.globs)
        if results.failed:
            print(f"{place}:\n{out.getvalue()}")
        return not results.failed
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(body, place, "exec"), session)  # noqa: S102 - running the page's examples is the purpose
    except Exception as error:  # noqa: BLE001 - whatever an example raises is the finding
        print(f"{place}: {type(error).__name__}: {error}")
        return False
    return True


def command_and_output(part: str) -> tuple[str, str]:
    """The command, with its here-document up to END where it has one, and the output printed below it."""
    if "<<END" in part.partition("\n")[0]:
        command, end, rest = part.partition("\nEND\n")
        return command + end, rest
    command, _, rest = part.partition("\n")
    return command, rest


def check_console(body: str, place: str, session: dict[str, object]) -> bool:  # noqa: ARG001 - one signature
    """A block of shell: every command's output must be as printed."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "COLUMNS": "100",
    }
    good = True
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, expected = command_and_output(part)
        done = subprocess.run(
            ["bash", "-c", command],  # noqa: S607 - bash is whatever bash the reader has
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        got = done.stdout + done.stderr
        if expected.strip() and not doctest.OutputChecker().check_output(expected, got, FLAGS):
            print(f"{place}: $ {command}\nexpected:\n{expected}\ngot:\n{got}")
            good = False
        elif not expected.strip() and done.returncode:
            print(f"{place}: $ {command}\nexit status {done.returncode}\n{got}")
            good = False
    return good


if __name__ == "__main__":
    sys.exit(main())

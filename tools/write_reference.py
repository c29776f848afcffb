"""Write what is generated from the code: docs/reference/cli.md and the JSON Schema. --check compares only."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import typer

ROOT = Path(__file__).resolve().parent.parent


def commands() -> str:
    """The reference page of the command line, from the commands' own help."""
    os.environ["COLUMNS"] = "100"
    from equipoise.cli.app import app

    group = typer.main.get_command(app)
    parts = [
        "# The command line\n",
        "Generated from the commands' own help by `tools/write_reference.py`.\n",
        "Exit statuses: 0 done; 1 a computation failed; 2 what was given cannot be used; 130 interrupted.\n",
    ]
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        context = command.make_context(f"equipoise {name}", [], resilient_parsing=True)
        parts.append(f"## equipoise {name}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


def schema() -> str:
    """The JSON Schema of a protocol."""
    from equipoise.protocol import protocol_schema

    return json.dumps(protocol_schema(), indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the generated files, or say which are out of date."""
    generated = {
        ROOT / "docs" / "reference" / "cli.md": commands,
        ROOT / "src" / "equipoise" / "protocol" / "protocol.schema.json": schema,
    }
    stale = [p for p, make in generated.items() if not p.exists() or p.read_text(encoding="utf-8") != make()]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run python tools/write_reference.py")
        return 1 if stale else 0
    for path in stale:
        path.write_text(generated[path](), encoding="utf-8")
        print(f"{path.relative_to(ROOT)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""equipoise check: every mistake in a protocol at once."""

from __future__ import annotations

from collections import Counter

from equipoise.cli._shell import Json, ProtocolFile, say, say_json
from equipoise.errors import ProtocolError


def check(protocol: ProtocolFile, *, json: Json = False) -> None:
    """Check a protocol and name every mistake: where, which value, which rule, what to do.

    Example:  equipoise check examples/aall1731/protocol.toml
    """
    from equipoise.protocol import read_protocol

    try:
        read = read_protocol(protocol)
    except ProtocolError as error:
        if json:
            say_json(
                {
                    "file": str(protocol),
                    "ok": False,
                    "problems": [
                        {"path": p.path, "value": p.value, "rule": p.rule, "remedy": p.remedy}
                        for p in error.problems
                    ],
                }
            )
        raise
    statuses = Counter(p.status for p in read.provenance if p.status)
    if json:
        say_json({"file": str(protocol), "ok": True, "hash": read.hash, "status": dict(statuses)})
        return
    known = ", ".join(f"{n} {s}" for s, n in sorted(statuses.items())) or "none said"
    say(f"{protocol}: no mistake found. {read.trial.name}, {len(read.arm)} arms, {len(read.stratum)} strata.")
    say(f"Where its values come from: {known}.")
    say(f"Protocol hash {read.hash}")

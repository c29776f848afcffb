"""The integer Philox4x32-10 gives the known answers that its authors publish with Random123 (Salmon et al., 2011)."""

from __future__ import annotations

import pytest

from independent.philox_in_integers import philox4x32_10

KNOWN = {
    "zeros": (
        "00000000 00000000 00000000 00000000",
        "00000000 00000000",
        "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    ),
    "ones": (
        "ffffffff ffffffff ffffffff ffffffff",
        "ffffffff ffffffff",
        "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ),
    "digits of pi": (
        "243f6a88 85a308d3 13198a2e 03707344",
        "a4093822 299f31d0",
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
}


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN.values(), ids=KNOWN)
def test_known_answers(counter: str, key: str, answer: str) -> None:
    words = philox4x32_10([int(w, 16) for w in counter.split()], [int(w, 16) for w in key.split()])
    assert " ".join(f"{word:08x}" for word in words) == answer

"""Answers posted by the plain forms."""

from __future__ import annotations

import pytest

from lms.player.page_model import Response
from lms.player.responses import from_form


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("single", [("answer", "a")], "a"),
        ("truefalse", [], ""),
        ("multiple", [("answer", "a"), ("x", "y"), ("answer", "b")], ["a", "b"]),
        ("multiple", [], []),
        ("text", [("answer", " LGWAN\n")], "LGWAN"),
        ("order", [("order-a", "3"), ("order-b", "1"), ("order-c", "2")], ["b", "c", "a"]),
        ("order", [("order-a", "1"), ("order-b", "1"), ("order-c", "?")], ["a", "b", "c"]),
        ("match", [("match-a", "x"), ("match-b", "")], {"a": "x"}),
    ],
)
def test_each_kind(kind: str, fields: list[tuple[str, str]], expected: Response) -> None:
    assert from_form(kind, fields) == expected

"""The session cookie is taken apart once, and is as strict the second time."""

from __future__ import annotations

import pytest
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner

from lms.core.web.cookies import KeepingSerializer


def _serializer() -> KeepingSerializer:
    return KeepingSerializer("key", salt="cookie")


def test_what_was_read_before_belongs_to_whoever_reads_it() -> None:
    serializer = _serializer()
    text = serializer.dumps({"t": 1})
    first = serializer.loads(text)
    first["t"] = 2
    assert serializer.loads(text) == {"t": 1}


def test_a_list_inside_is_shared_by_nobody() -> None:
    serializer = _serializer()
    text = serializer.dumps({"_flashes": [["success", "saved"]]})
    serializer.loads(text)["_flashes"].append(["error", "of somebody else"])
    assert serializer.loads(text) == {"_flashes": [["success", "saved"]]}


def test_a_changed_text_is_refused_after_the_right_one_was_read() -> None:
    serializer = _serializer()
    text = serializer.dumps({"t": 1})
    serializer.loads(text)
    changed = text[:-1] + ("A" if text[-1] != "A" else "B")
    with pytest.raises(BadSignature):
        serializer.loads(changed)


def test_a_cookie_grows_too_old_after_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    serializer = _serializer()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: 1_000)
    monkeypatch.setattr("lms.core.web.cookies.time.time", lambda: 1_100.0)
    text = serializer.dumps({"t": 1})
    assert serializer.loads(text, max_age=100) == {"t": 1}
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: 1_101)
    monkeypatch.setattr("lms.core.web.cookies.time.time", lambda: 1_101.0)
    with pytest.raises(SignatureExpired):
        serializer.loads(text, max_age=100)

"""What an upload must not do: each file is refused with a sentence that says what to do."""

from __future__ import annotations

import stat
import zipfile
from typing import TYPE_CHECKING

import pytest

from lms.authoring.archive import deck_format
from lms.authoring.conversion import convert_deck
from lms.authoring.deckfile import make_working_copy
from lms.authoring.limits import Limits
from lms.core.i18n import catalogue
from lms.kernel.result import DomainError
from tests.hostile import decks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DOCTYPE = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;&x;&x;&x;&x;&x;">]>'
)


def with_name(path: Path, name: str) -> Path:
    decks.plain_deck(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"x")
    return path


def with_link(path: Path) -> Path:
    decks.plain_deck(path)
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("ppt/media/link.png")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return path


def with_entries(path: Path) -> Path:
    decks.plain_deck(path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(10_001):
            archive.writestr(f"ppt/media/{number}.bin", b"")
    return path


def with_doctype(path: Path, encoding: str = "utf-8") -> Path:
    text = DOCTYPE.decode().replace('"1.0"', f'"1.0" encoding="{encoding}"')
    decks.plain_deck(path)
    return decks.rewrite(
        path,
        {decks.SLIDE: lambda xml: (text + xml.decode().split("?>", 1)[1]).encode(encoding)},
    )


def truncated(path: Path) -> Path:
    decks.plain_deck(path)
    path.write_bytes(path.read_bytes()[:-2000])
    return path


def word_file(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return path


def locked_odp(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.presentation")
        archive.writestr("META-INF/manifest.xml", "<m><manifest:encryption-data/></m>")
    return path


def written(content: bytes) -> Callable[[Path], Path]:
    def build(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return build


HOSTILE = {
    "empty": (written(b""), "deck.empty"),
    "text": (written(b"hello"), "deck.format"),
    "picture named pptx": (written(decks.png()), "deck.format"),
    "zip of nothing": (written(b"PK\x05\x06" + bytes(18)), "deck.format"),
    "zip magic only": (written(b"PK\x03\x04" + bytes(60)), "deck.damaged"),
    "word": (word_file, "deck.format"),
    "pdf": (written(b"%PDF-1.7\n"), "deck.pdf"),
    "password": (decks.protected_office, "deck.password"),
    "password of an old ppt": (
        lambda p: decks.protected_office(p, "PowerPoint Document EncryptedSummary"),
        "deck.password",
    ),
    "password of an odp": (locked_odp, "deck.password"),
    "other ole": (lambda p: decks.protected_office(p, "WordDocument"), "deck.format"),
    "encrypted entries": (decks.flagged_encrypted, "deck.password"),
    "truncated": (truncated, "deck.damaged"),
    "overlap": (decks.overlapping, "deck.damaged"),
    "bomb by sum": (lambda p: decks.bomb(p, 501), "deck.bomb"),
    "bomb by ratio": (lambda p: decks.bomb(p, 60), "deck.bomb"),
    "too many entries": (with_entries, "deck.bomb"),
    "parent path": (lambda p: with_name(p, "../../etc/cron.d/x"), "deck.path"),
    "inner parent path": (lambda p: with_name(p, "ppt/../../x"), "deck.path"),
    "absolute path": (lambda p: with_name(p, "/etc/passwd"), "deck.path"),
    "drive": (lambda p: with_name(p, "C:/x.xml"), "deck.path"),
    "backslash": (lambda p: with_name(p, "ppt\\..\\x"), "deck.path"),
    "deep path": (lambda p: with_name(p, "a/" * 40 + "x"), "deck.path"),
    "symbolic link": (with_link, "deck.path"),
    "doctype": (with_doctype, "deck.doctype"),
    "doctype in utf-16": (lambda p: with_doctype(p, "utf-16"), "deck.doctype"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_upload_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    build, code = HOSTILE[name]
    deck = build(tmp_path / "deck.pptx")

    with pytest.raises(DomainError) as refused:
        convert_deck(deck, tmp_path, file_name="deck.pptx")

    assert refused.value.code == code
    assert refused.value.field == "deck"
    assert isinstance(catalogue("ja").get(refused.value.message), str)
    assert [path.name for path in tmp_path.iterdir()] == ["deck.pptx"], "the job folder is gone"


def test_the_plain_deck_itself_is_accepted(tmp_path: Path) -> None:
    # The control of the table above: without an attack none of its checks refuses the deck.
    deck = decks.plain_deck(tmp_path / "deck.pptx")
    assert deck_format(deck, Limits()) == "pptx"
    assert make_working_copy(deck, tmp_path / "copy.pptx", Limits()).macros is False


def test_a_file_that_lies_about_its_sizes_is_damaged(tmp_path: Path) -> None:
    deck = decks.plain_deck(tmp_path / "deck.pptx")
    content = bytearray(deck.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = (12).to_bytes(4, "little")
    deck.write_bytes(content)

    with pytest.raises(DomainError) as refused:
        make_working_copy(deck, tmp_path / "copy.pptx", Limits())

    assert refused.value.code == "deck.damaged"


def test_an_upload_larger_than_allowed_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    deck = tmp_path / "deck.pptx"
    deck.write_bytes(b"PK\x03\x04" + bytes(2_000_000))

    with pytest.raises(DomainError) as refused:
        deck_format(deck, Limits(upload_bytes=1024 * 1024))

    assert refused.value.code == "deck.size"
    assert str(refused.value).startswith("The file is larger than 1 MB")

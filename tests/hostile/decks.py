"""Builds decks: harmless ones, and ones that attack, out of a harmless one."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pptx
from PIL import Image
from pptx.util import Inches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SLIDE = "ppt/slides/slide1.xml"
SLIDE_RELS = "ppt/slides/_rels/slide1.xml.rels"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"

Change = bytes | None


def png(width: int = 8, height: int = 8, color: tuple[int, int, int] = (10, 120, 60)) -> bytes:
    target = BytesIO()
    Image.new("RGB", (width, height), color).save(target, "PNG")
    return target.getvalue()


def plain_deck(path: Path, slides: int = 1, *, notes: str = "話します。") -> Path:
    """A deck of the shape python-pptx makes, with a title, a text and notes on each slide."""
    deck = pptx.Presentation()
    for number in range(1, slides + 1):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = f"題{number}"
        slide.placeholders[1].text_frame.text = f"本文{number}"
        slide.notes_slide.notes_text_frame.text = notes
    deck.save(path)
    return path


def picture_deck(path: Path, image: bytes) -> Path:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "絵"
    slide.shapes.add_picture(BytesIO(image), Inches(1), Inches(2), Inches(4), Inches(3))
    deck.save(path)
    return path


def rewrite(
    path: Path,
    changes: Mapping[str, Change | Callable[[bytes], bytes]],
    *,
    compression: int = zipfile.ZIP_DEFLATED,
) -> Path:
    """Replace, change, add or (``None``) drop entries of a ZIP file."""
    with zipfile.ZipFile(path) as source:
        entries = {name: source.read(name) for name in source.namelist()}
    for name, change in changes.items():
        if callable(change):
            entries[name] = change(entries[name])
        elif change is None:
            del entries[name]
        else:
            entries[name] = change
    with zipfile.ZipFile(path, "w", compression) as target:
        for name, content in entries.items():
            target.writestr(name, content)
    return path


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """A change for :func:`rewrite` that must find what it replaces."""

    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new)

    return change


def linked_picture(path: Path, target: str) -> Path:
    """A deck whose picture is not in it but is to be fetched from ``target``."""
    picture_deck(path, png())
    relation = f'<Relationship Id="rId99" Type="{_IMAGE}" Target="{target}" TargetMode="External"/>'
    return rewrite(
        path,
        {
            SLIDE: lambda xml: xml.replace(b'r:embed="rId2"', b'r:link="rId99"'),
            SLIDE_RELS: replaced(b"</Relationships>", relation.encode() + b"</Relationships>"),
        },
    )


def bomb(path: Path, megabytes: int) -> Path:
    """A deck with a part that unpacks to so many megabytes of zeros."""
    plain_deck(path)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("ppt/media/zeros.bin", "w", force_zip64=True) as entry,
    ):
        for _ in range(megabytes):
            entry.write(bytes(1024 * 1024))
    return path


def overlapping(path: Path) -> Path:
    """A ZIP in which two entries of the directory are the same bytes (CVE-2024-0450)."""
    plain_deck(path)
    content = bytearray(path.read_bytes())
    end = content.rfind(b"PK\x05\x06")
    start = struct.unpack_from("<I", content, end + 16)[0]
    first = content.index(b"PK\x01\x02", start)
    second = content.index(b"PK\x01\x02", first + 4)
    offset = struct.unpack_from("<I", content, first + 42)[0]
    struct.pack_into("<I", content, second + 42, offset)
    path.write_bytes(content)
    return path


def flagged_encrypted(path: Path) -> Path:
    """A ZIP whose entries claim to be encrypted."""
    plain_deck(path)
    content = bytearray(path.read_bytes())
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + flag] |= 1
            at = content.find(mark, at + 4)
    path.write_bytes(content)
    return path


def protected_office(path: Path, stream: str = "EncryptedPackage") -> Path:
    """An OLE container with the stream that Office uses for a password."""
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(600)
    )
    return path


def office_command(profile: Path, kind: str, folder: Path, deck: Path) -> list[str]:
    """The command that converts ``deck`` with stock LibreOffice and no cage."""
    return [
        "soffice",
        f"-env:UserInstallation=file://{profile}",
        "--headless",
        "--norestore",
        "--convert-to",
        kind,
        "--outdir",
        str(folder),
        str(deck),
    ]

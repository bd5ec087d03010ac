"""Looks at an uploaded file before any parser does: what it is, and whether it may be unpacked.

The rules follow those of package indexes for untrusted ZIP files (count, sum, ratio, overlap,
names), because Python 3.11.7 has no check for overlapping entries (CVE-2024-0450).
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from enum import StrEnum
from typing import TYPE_CHECKING
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from pathlib import Path

    from lms.authoring.limits import Limits

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MAGIC = b"PK\x03\x04"
_PDF_MAGIC = b"%PDF-"
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_ENCRYPTED_FLAG = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK = 64 * 1024
_DIRECTORY_SCAN = 64 * 1024 * 1024
_DOCTYPE_MARKS = ("<!DOCTYPE", "<!ENTITY")


class _RootReachedError(Exception):
    """The part before the root element is over."""


class _StopAtRoot(ContentHandler):
    def startElement(self, name: str, attrs: object) -> None:  # noqa: ARG002, N802 - SAX
        raise _RootReachedError


class DeckFormat(StrEnum):
    """What an uploaded deck is, by its content and never by its name."""

    OOXML = "pptx"
    ODP = "odp"
    PPT = "ppt"


def deck_format(deck: Path, limits: Limits) -> DeckFormat:
    """Tell the format of an upload.

    Raises:
        DomainError: it is empty, too large, protected by a password, or no presentation.
    """
    size = deck.stat().st_size
    if size == 0:
        raise DomainError("deck.empty", "The file is empty. Choose the presentation again.", "deck")
    if size > limits.upload_bytes:
        raise DomainError(
            "deck.size",
            "The file is larger than %(limit)s MB. Compress the pictures in PowerPoint "
            "(File > Compress Pictures) and upload it again.",
            "deck",
            limit=limits.upload_bytes // (1024 * 1024),
        )
    with deck.open("rb") as source:
        start = source.read(8)
        if start == _OLE_MAGIC:
            source.seek(0)
            return _ole_format(source.read(_DIRECTORY_SCAN))
    if start.startswith(_PDF_MAGIC):
        raise DomainError(
            "deck.pdf",
            "This is a PDF. Choose the PowerPoint file, and add the PDF in the second field.",
            "deck",
        )
    if not start.startswith(_ZIP_MAGIC):
        raise not_a_deck()
    return _zip_format(deck, limits)


def check_archive(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse a ZIP file that must not be unpacked.

    Raises:
        DomainError: too many entries, too large unpacked, unbelievable ratio, overlapping
            entries, a link, a path that leaves the folder, an unknown method, or a password.
    """
    entries = archive.infolist()
    if len(entries) > limits.archive_entries:
        raise _bomb()
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if total > limits.archive_bytes:
        raise _bomb()
    if total > limits.ratio_floor and total > packed * limits.archive_ratio:
        raise _bomb()
    for entry in entries:
        _check_entry(entry, limits)
    _check_overlap(archive, entries)


def read_entry(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read one entry of a checked archive.

    Raises:
        DomainError: its content is damaged.
    """
    try:
        return archive.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise damaged() from error
    except RuntimeError as error:
        raise protected() from error


def check_xml(content: bytes) -> None:
    """Refuse XML with a document type: Office never writes one, attacks need one.

    Only the part before the root element is read, so that this costs nothing on large parts.

    Raises:
        DomainError: there is a DOCTYPE or an entity declaration.
    """
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(_StopAtRoot())
    try:
        for start in range(0, len(content), _CHUNK):
            parser.feed(content[start : start + _CHUNK])
    except _RootReachedError:
        return
    except DefusedXmlException as error:
        raise _doctype() from error
    except (SAXException, LookupError, ValueError) as error:
        # Broken XML is for the reader to judge, unless the part that broke hides a DOCTYPE.
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-7"):
            if any(mark.encode(encoding) in content for mark in _DOCTYPE_MARKS):
                raise _doctype() from error


def damaged() -> DomainError:
    """Give the error of a file that PowerPoint itself would offer to repair."""
    return DomainError(
        "deck.damaged",
        "The file is damaged. Open it in PowerPoint, save it again and upload the new file.",
        "deck",
    )


def not_a_deck() -> DomainError:
    """Give the error of a file that is something else."""
    return DomainError(
        "deck.format",
        "This is not a presentation. Choose a file of the type .pptx, .ppsx, .pptm, .odp or .ppt.",
        "deck",
    )


def protected() -> DomainError:
    """Give the error of a file that cannot be opened without its password."""
    return DomainError(
        "deck.password",
        "The file is protected by a password. "
        "Remove the password in PowerPoint (File > Info > Protect Presentation) and upload it "
        "again.",
        "deck",
    )


def _ole_format(content: bytes) -> DeckFormat:
    # Names of streams stand as UTF-16 in the directory of the container; no parser is needed.
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise protected()
    if "PowerPoint Document".encode("utf-16-le") in content:
        if "EncryptedSummary".encode("utf-16-le") in content:
            raise protected()
        return DeckFormat.PPT
    raise not_a_deck()


def _zip_format(deck: Path, limits: Limits) -> DeckFormat:
    try:
        with zipfile.ZipFile(deck) as archive:
            check_archive(archive, limits)
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                if any(name.startswith("ppt/") for name in names):
                    return DeckFormat.OOXML
                raise not_a_deck()
            if "mimetype" in names:
                kind = read_entry(archive, "mimetype").strip()
                if kind.startswith(b"application/vnd.oasis.opendocument.presentation"):
                    _check_odf_password(archive, names)
                    return DeckFormat.ODP
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError) as error:
        raise damaged() from error
    raise not_a_deck()


def _check_odf_password(archive: zipfile.ZipFile, names: set[str]) -> None:
    manifest = "META-INF/manifest.xml"
    if manifest in names and b"encryption-data" in read_entry(archive, manifest):
        raise protected()


def _check_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    if entry.flag_bits & _ENCRYPTED_FLAG:
        raise protected()
    if entry.compress_type not in _METHODS:
        raise damaged()
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _path()
    # zipfile cuts a name at NUL and turns the separator of other systems round: look at both.
    for name in (entry.filename, entry.orig_filename):
        parts = name.split("/")
        if (
            not name
            or name.startswith("/")
            or "\\" in name
            or "\0" in name
            or ":" in name
            or ".." in parts
            or len(parts) > limits.archive_depth
        ):
            raise _path()


def _check_overlap(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Two entries sharing bytes are how a small file unpacks to petabytes."""
    source = archive.fp
    if source is None:
        raise damaged()
    spans = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    ends = [offset for offset, _ in spans[1:]] + [archive.start_dir]
    for (offset, size), end in zip(spans, ends, strict=True):
        source.seek(offset)
        header = source.read(_LOCAL_HEADER.size)
        if len(header) != _LOCAL_HEADER.size:
            raise damaged()
        fields = _LOCAL_HEADER.unpack(header)
        if fields[0] != _ZIP_MAGIC or offset + _LOCAL_HEADER.size + sum(fields[-2:]) + size > end:
            raise damaged()


def _bomb() -> DomainError:
    return DomainError(
        "deck.bomb",
        "The file unpacks to far more than a presentation holds, so it was not opened. "
        "Save it again in PowerPoint with compressed pictures.",
        "deck",
    )


def _path() -> DomainError:
    return DomainError(
        "deck.path",
        "The file contains names that no presentation has, so it was not opened. "
        "Save it again in PowerPoint and upload the new file.",
        "deck",
    )


def _doctype() -> DomainError:
    return DomainError(
        "deck.doctype",
        "The file contains declarations that no presentation has, so it was not opened. "
        "Save it again in PowerPoint and upload the new file.",
        "deck",
    )

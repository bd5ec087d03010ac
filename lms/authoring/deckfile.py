"""Makes the working copy of a deck: the same slides, and nothing that reaches out or runs.

The copy is written entry by entry from checked bytes, so that every later reader sees one
well-formed archive. Changes on the way (pipeline study, A5-A7): the content type becomes that
of an ordinary presentation, ``show="0"`` is removed (page n of the PDF is slide n), macros go,
links to outside files go (hyperlinks stay: nobody follows them), and relationships to parts
that do not exist go, because one of them stops python-pptx.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lms.authoring.archive import check_archive, check_xml, damaged, read_entry

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from lms.authoring.limits import Limits

_PRESENTATION_TYPE = (
    b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
)
_OTHER_TYPES = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument\.presentationml"
    rb"\.(?:slideshow|template)"
    rb"|ms-powerpoint\.(?:presentation|slideshow|template)\.macroEnabled)\.main\+xml"
)
_HIDDEN = re.compile(rb"""(<(?:\w+:)?sld\b[^>]*?)\sshow\s*=\s*(?:"(?:0|false)"|'(?:0|false)')""")
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONSHIP = f"{{{_RELATIONS}}}Relationship"
_DROPPED_KINDS = ("/vbaProject", "/wordVbaData", "/attachedTemplate", "/activeXControlBinary")
_MACRO_PARTS = re.compile(r"(?:^|/)(?:vbaProject|vbaProjectSignature\w*|vbaData)\.(?:bin|xml)$")
_XML_SUFFIXES = (".xml", ".rels", ".vml")
_SLIDE_PART = re.compile(r"ppt/slides/[^/]+\.xml")


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """The working copy and what was removed from it.

    ``hidden`` holds the part names of slides that were hidden (``ppt/slides/slide3.xml``),
    ``linked`` the number of outside files that were cut off per part.
    """

    path: Path
    macros: bool
    hidden: frozenset[str]
    linked: dict[str, int]


def make_working_copy(deck: Path, target: Path, limits: Limits) -> WorkingCopy:
    """Write the working copy of an OOXML presentation to ``target``.

    Raises:
        DomainError: the archive breaks a rule of ``archive``, or is damaged.
    """
    try:
        with (
            zipfile.ZipFile(deck) as source,
            zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy,
        ):
            check_archive(source, limits)
            # A name that occurs twice means its last entry, as it does for PowerPoint's readers.
            return _copy_entries(source, copy, target)
    except (zipfile.BadZipFile, struct.error, ValueError, OSError, NotImplementedError) as error:
        raise damaged() from error


def _copy_entries(source: zipfile.ZipFile, copy: zipfile.ZipFile, target: Path) -> WorkingCopy:
    names = dict.fromkeys(name for name in source.namelist() if not name.endswith("/"))
    kept = {name for name in names if not _MACRO_PARTS.search(name)}
    known = {name.lower() for name in kept}
    hidden: set[str] = set()
    linked: dict[str, int] = {}
    for name in names:
        if name not in kept:
            continue
        content = read_entry(source, name)
        if name.lower().endswith(_XML_SUFFIXES):
            check_xml(content)
        if name == "[Content_Types].xml":
            content = _OTHER_TYPES.sub(_PRESENTATION_TYPE, content)
        elif name.endswith(".rels"):
            content, cut = _safe_relationships(name, content, known)
            if cut:
                folder, file = posixpath.split(name)
                owner = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
                linked[owner] = cut
        elif _SLIDE_PART.fullmatch(name):
            content, shown = _HIDDEN.subn(rb"\1", content, count=1)
            if shown:
                hidden.add(name)
        # A fixed date keeps the copy the same from run to run, and old dates from failing.
        copy.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content)
    return WorkingCopy(target, len(kept) != len(names), frozenset(hidden), linked)


def _safe_relationships(name: str, content: bytes, known: set[str]) -> tuple[bytes, int]:
    """Drop relationships that reach outside, run something or lead nowhere."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise damaged() from error
    # ppt/slides/_rels/slide1.xml.rels describes links seen from ppt/slides/.
    folder = posixpath.dirname(posixpath.dirname(name))
    linked = 0
    lines = []
    for relationship in root.iterfind(_RELATIONSHIP):
        if _is_outside(relationship):
            linked += 1
        elif _leads_somewhere(relationship, folder, known):
            attributes = " ".join(f"{k}={quoteattr(v)}" for k, v in relationship.items())
            lines.append(f"<Relationship {attributes}/>")
    # Written by hand: LibreOffice does not load a package whose relationships have a prefix.
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    text = f'{head}<Relationships xmlns="{_RELATIONS}">{"".join(lines)}</Relationships>'
    return text.encode(), linked


def _is_outside(relationship: Element) -> bool:
    """Tell whether an application would fetch the target by itself; hyperlinks wait for a click."""
    return relationship.get("TargetMode") == "External" and not relationship.get(
        "Type", ""
    ).endswith("/hyperlink")


def _leads_somewhere(relationship: Element, folder: str, known: set[str]) -> bool:
    if relationship.get("Type", "").endswith(_DROPPED_KINDS):
        return False
    if relationship.get("TargetMode") == "External":
        return True
    target = relationship.get("Target", "").partition("#")[0]
    path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/").lower()
    return path in known or unquote(path) in known

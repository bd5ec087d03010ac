"""From an uploaded deck to a module: the one entry point of the import.

Steps: look at the file, make the working copy, read its meaning and draw its pages side by side,
put both together. Whatever fails after the first two costs only its own part of the result, and
the report says so; the upload itself is never touched.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Literal

from lms.authoring import children, office
from lms.authoring.archive import DeckFormat, damaged, deck_format
from lms.authoring.assembly import Material, assemble, slide_id
from lms.authoring.deck import PdfFacts
from lms.authoring.deckfile import WorkingCopy, make_working_copy
from lms.authoring.findings import Finding, FindingCode, finding
from lms.authoring.fonts import replaced_fonts
from lms.authoring.limits import Limits
from lms.authoring.notesfile import read_notes
from lms.authoring.rules import thumbnail_name
from lms.catalog.source import ModuleSource
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from lms.authoring.deck import Deck

Engine = Literal["libreoffice", "pdf", "none"]

_PDF_MAGIC = b"%PDF-"
_SHAPE_TOLERANCE = 0.03
_SHOWN_AS = dict.fromkeys(("convert", "copy", "office", "repair"), "read")
"""Steps that are measured by themselves but are part of another one for the person waiting.

Some of them are done side by side, so that nothing true could be said about their order.
"""

_STEM_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Conversion:
    """What came out of a deck.

    ``files`` maps names relative to the module folder to files in the work folder: for each slide
    ``assets/<id>.webp`` (1600 px), ``…-zoom.webp`` (2400 px) and ``…-thumb.webp`` (320 px).
    ``seconds`` is wall clock per step, ``sizes`` bytes: ``deck``, ``pdf``, ``pictures``, ``zoom``,
    ``thumbnails``. ``fonts`` are the fonts the deck asks for.
    """

    source: ModuleSource
    files: Mapping[str, Path]
    findings: tuple[Finding, ...]
    fonts: tuple[str, ...]
    slide_count: int
    engine: Engine
    seconds: Mapping[str, float]
    sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The pages of a PDF that show the slides.

    ``pages`` maps slide numbers to pages, ``drawn`` pages to the pictures for screen, zoom, lists.
    """

    engine: Engine = "none"
    facts: PdfFacts | None = None
    pages: Mapping[int, int] = field(default_factory=dict)
    drawn: Mapping[int, tuple[Path, Path, Path]] = field(default_factory=dict)


@dataclass(slots=True)
class _Stopwatch:
    progress: Callable[[str, int, int], None]
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        self.progress(_SHOWN_AS.get(name, name), 0, 0)
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)


def _no_progress(step: str, done: int, total: int) -> None:
    """Ignore progress."""


def convert_deck(
    deck: Path,
    work: Path,
    *,
    file_name: str,
    pdf: Path | None = None,
    notes: Path | None = None,
    progress: Callable[[str, int, int], None] = _no_progress,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Conversion:
    """Turn a presentation into a module, its pictures and a report.

    Args:
        deck: the upload: .pptx, .ppsx, .potx, their macro forms, .odp or .ppt, told apart by
            content.
        work: an existing folder for the result; a job folder inside it is removed at the end.
        file_name: the name the user gave the deck; used as title of last resort.
        pdf: the same deck as PDF, one page per slide or per visible slide. Gives exact pictures
            without LibreOffice.
        notes: narration beside the deck (see ``notesfile``); replaces the speaker notes of the
            slides it names.
        progress: called with a step (``check`` ``read`` ``pictures`` ``finish``, in this order)
            and how many of how many parts of it are done, 0 of 0 where it has no parts. May be
            called from other threads.
        limits: bounds of the conversion.

    Raises:
        DomainError: a file cannot be used. ``code`` begins with ``deck.``, ``pdf.`` or ``notes.``,
            ``field`` names the upload, and the message says what to do.
    """
    watch = _Stopwatch(progress)
    with tempfile.TemporaryDirectory(prefix="job-", dir=work) as folder:
        run = _Run(Path(folder), work, limits, watch)
        return run.convert(deck, file_name, pdf, notes)


@dataclass(slots=True)
class _Run:
    """One conversion in its job folder."""

    job: Path
    work: Path
    limits: Limits
    watch: _Stopwatch
    findings: list[Finding] = field(default_factory=list)

    def convert(
        self, upload: Path, file_name: str, pdf: Path | None, notes: Path | None
    ) -> Conversion:
        with self.watch.step("check"):
            kind = deck_format(upload, self.limits)
            beside = read_notes(notes, self.limits) if notes else {}
            if pdf:
                self._check_pdf(pdf)
        copy = self._working_copy(upload, kind)
        deck, document = self._read_and_draw(copy, pdf)
        deck = self._completed(deck, copy)
        drawing = self._drawing(deck, document, own=pdf is not None)
        with self.watch.step("finish"):
            files, pictures = self._collect(deck, drawing)
            material = Material(
                deck=deck,
                file_stem=_stem(file_name),
                pages=drawing.pages,
                pdf=drawing.facts,
                pictures=pictures,
                notes=beside,
                max_hotspots=self.limits.hotspots,
                max_text=self.limits.text_characters,
            )
            source, found = assemble(material)
        return Conversion(
            source=source,
            files=files,
            findings=(*self.findings, *found),
            fonts=deck.fonts,
            slide_count=len(deck.slides),
            engine=drawing.engine,
            seconds=self.watch.seconds,
            sizes=_sizes(upload, document, files),
        )

    def _drawing(self, deck: Deck, document: Path | None, *, own: bool) -> _Drawing:
        """Draw the pages of the PDF, the author's ``own`` or LibreOffice's, as far as they fit."""
        facts = children.read_pdf(document, self.limits) if document else None
        pages = self._pages(facts, deck, own=own) if document else {}
        drawn: Mapping[int, tuple[Path, Path, Path]] = {}
        if document and pages:
            with self.watch.step("pictures"):
                drawn = self._draw(document, len(pages))
        if not drawn:
            possible = own or office.office_available()
            reason = FindingCode.PICTURES if possible else FindingCode.SANDBOX
            self.findings.append(finding(None, reason))
            return _Drawing("none", facts, pages)
        if facts and not own:
            self.findings += replaced_fonts(deck.fonts, facts.fonts)
        return _Drawing("pdf" if own else "libreoffice", facts, pages, drawn)

    def _working_copy(self, upload: Path, kind: DeckFormat) -> WorkingCopy:
        """Bring every format to an OOXML presentation that is safe to read."""
        if kind is not DeckFormat.OOXML:
            self.findings.append(finding(None, FindingCode.FORMAT, format=f".{kind.value}"))
            upload = self._converted(upload, kind.value)
        with self.watch.step("copy"):
            copy = make_working_copy(upload, self.job / "deck.pptx", self.limits)
        if copy.macros:
            self.findings.append(finding(None, FindingCode.MACROS))
        return copy

    def _converted(self, upload: Path, kind: str) -> Path:
        if not office.office_available():
            raise DomainError(
                "deck.sandbox",
                "This server cannot open files of this type. Save the deck as .pptx in "
                "PowerPoint and upload that file.",
                "deck",
            )
        original = self.job / f"original.{kind}"
        shutil.copyfile(upload, original)
        with self.watch.step("convert"):
            result = office.convert(original, "pptx", self.limits)
        if result is None:
            raise damaged()
        return result

    def _read_and_draw(self, copy: WorkingCopy, pdf: Path | None) -> tuple[Deck, Path | None]:
        """Read the meaning while LibreOffice makes the PDF: each keeps one processor busy."""
        with ThreadPoolExecutor(1) as pool:
            drawing = pool.submit(self._document, copy.path, pdf)
            with self.watch.step("read"):
                deck = children.read_deck(copy.path, self.limits)
            document = drawing.result()
        if deck is None:
            deck = self._reread(copy)
        if deck is None:
            raise damaged()
        if not deck.slides:
            raise DomainError(
                "deck.no-slides",
                "The deck has no slides. Choose the file that holds them.",
                "deck",
            )
        if len(deck.slides) > self.limits.slides:
            raise DomainError(
                "deck.slides",
                "The deck has more than %(limit)s slides. Split it into several modules.",
                "deck",
                limit=self.limits.slides,
            )
        return deck, document

    def _reread(self, copy: WorkingCopy) -> Deck | None:
        """What python-pptx cannot open LibreOffice often can; it writes a plain file."""
        if not office.office_available():
            return None
        with self.watch.step("repair"):
            repaired = office.convert(copy.path, "pptx", self.limits)
            if repaired is None:
                return None
            plain = make_working_copy(repaired, self.job / "repaired.pptx", self.limits)
            deck = children.read_deck(plain.path, self.limits)
        if deck:
            self.findings.append(finding(None, FindingCode.REPAIRED))
        return deck

    def _document(self, deck: Path, pdf: Path | None) -> Path | None:
        if pdf is not None:
            document = self.job / "added.pdf"
            shutil.copyfile(pdf, document)
            return document
        if not office.office_available():
            return None
        with self.watch.step("office"):
            return office.convert(deck, "pdf", self.limits)

    def _check_pdf(self, pdf: Path) -> None:
        with pdf.open("rb") as source:
            start = source.read(1024)
        if _PDF_MAGIC not in start:
            raise DomainError("pdf.format", "The added file is not a PDF.", "pdf")
        if pdf.stat().st_size > self.limits.upload_bytes:
            raise DomainError(
                "pdf.size",
                "The PDF is larger than %(limit)s MB.",
                "pdf",
                limit=self.limits.upload_bytes // (1024 * 1024),
            )

    def _completed(self, deck: Deck, copy: WorkingCopy) -> Deck:
        """Add what only the working copy knows: slides that were hidden, files cut off."""
        slides = []
        for slide in deck.slides:
            counts = dict(slide.counts)
            if copy.linked.get(slide.part):
                counts[FindingCode.LINKED.value] = copy.linked[slide.part]
            hidden = slide.hidden or slide.part in copy.hidden
            slides.append(replace(slide, hidden=hidden, counts=counts))
        elsewhere = sum(copy.linked.values()) - sum(
            copy.linked.get(slide.part, 0) for slide in deck.slides
        )
        if elsewhere:
            self.findings.append(finding(None, FindingCode.LINKED, count=elsewhere))
        if deck.embedded_fonts:
            self.findings.append(finding(None, FindingCode.FONT_EMBEDDED))
        return replace(deck, slides=tuple(slides))

    def _pages(self, facts: PdfFacts | None, deck: Deck, *, own: bool) -> dict[int, int]:
        """Map slide numbers to pages: all slides, or the visible ones where that count fits."""
        if facts is None:
            if own:
                raise DomainError(
                    "pdf.damaged",
                    "The PDF could not be opened. Export it again from PowerPoint, "
                    "without a password.",
                    "pdf",
                )
            return {}
        numbers = list(range(1, len(deck.slides) + 1))
        visible = [n for n, slide in enumerate(deck.slides, 1) if not slide.hidden]
        if facts.pages not in {len(numbers), len(visible)}:
            if own:
                raise DomainError(
                    "pdf.pages",
                    "The number of pages of the PDF is %(pages)s, that of slides %(slides)s. "
                    "Export the whole deck as PDF, one slide per page.",
                    "pdf",
                    pages=facts.pages,
                    slides=len(numbers),
                )
            return {}
        if own:
            self.findings.append(finding(None, FindingCode.PDF))
            if abs(facts.ratio - deck.width / deck.height) > _SHAPE_TOLERANCE * facts.ratio:
                self.findings.append(finding(None, FindingCode.PDF_SHAPE))
        shown = numbers if facts.pages == len(numbers) else visible
        return {number: page for page, number in enumerate(shown, 1)}

    def _draw(self, document: Path, total: int) -> dict[int, tuple[Path, Path, Path]]:
        folder = document.parent / "pictures"
        folder.mkdir()
        return children.draw(
            document, folder, self.limits, lambda done: self.watch.progress("pictures", done, total)
        )

    def _collect(
        self, deck: Deck, drawing: _Drawing
    ) -> tuple[dict[str, Path], dict[int, tuple[str, str]]]:
        """Move the pictures to the work folder under the names the module uses."""
        files: dict[str, Path] = {}
        pictures: dict[int, tuple[str, str]] = {}
        assets = self.work / "assets"
        assets.mkdir(exist_ok=True)
        for number, slide in enumerate(deck.slides, 1):
            drawn = drawing.drawn.get(drawing.pages.get(number, 0))
            if drawn is None:
                continue
            screen, zoom, small = drawn
            base = f"assets/{slide_id(slide.pptx_id)}"
            names = (f"{base}.webp", f"{base}-zoom.webp", thumbnail_name(f"{base}.webp"))
            for name, file in zip(names, (screen, zoom, small), strict=True):
                files[name] = Path(shutil.move(file, self.work / name))
            pictures[number] = (names[0], names[1])
        return files, pictures


def _stem(file_name: str) -> str:
    name = PurePath(file_name.replace("\\", "/")).name
    shown = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    return PurePath(shown).stem[:_STEM_LENGTH] if shown else ""


def _sizes(upload: Path, document: Path | None, files: Mapping[str, Path]) -> dict[str, int]:
    sizes = {"deck": upload.stat().st_size, "pictures": 0, "zoom": 0, "thumbnails": 0}
    if document and document.is_file():
        sizes["pdf"] = document.stat().st_size
    for name, file in files.items():
        kind = "pictures"
        if name.endswith("-zoom.webp"):
            kind = "zoom"
        elif name.endswith("-thumb.webp"):
            kind = "thumbnails"
        sizes[kind] += file.stat().st_size
    return sizes

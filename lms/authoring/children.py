"""Starts the worker program in the cage and reads its answers.

Where the machine forbids the cage, our own readers still run with limits on memory and time;
LibreOffice does not run at all (see ``sandbox``).
"""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import TYPE_CHECKING

from lms.authoring import sandbox
from lms.authoring.deck import Deck, PdfFacts, load_deck, load_pdf_facts
from lms.authoring.drawing import SIZES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lms.authoring.limits import Limits

DRAWERS = 2
"""Processes that draw pages side by side; encoding WebP is most of the work of an import."""


def read_deck(deck: Path, limits: Limits) -> Deck | None:
    """Read the meaning of a working copy; ``None`` when the reader failed or ran out of limits."""
    lines = _worker("read", deck, limits, limits.read_seconds)
    try:
        return load_deck(lines[-1]) if lines else None
    except ValueError:
        return None


def read_pdf(pdf: Path, limits: Limits) -> PdfFacts | None:
    """Read the facts of a PDF; ``None`` when it is damaged, protected or too expensive."""
    lines = _worker("pdf", pdf, limits, limits.read_seconds)
    try:
        return load_pdf_facts(lines[-1]) if lines else None
    except ValueError:
        return None


def draw(
    pdf: Path, folder: Path, limits: Limits, progress: Callable[[int], None]
) -> dict[int, tuple[Path, Path, Path]]:
    """Draw all pages with two processes side by side.

    Args:
        pdf: the document; its folder is the job folder.
        folder: an existing folder inside the job folder.
        limits: sizes of the pictures and bounds of the processes.
        progress: called with the number of pages done.

    Returns:
        Page number to screen, zoom and thumbnail picture; pages that failed are left out.
    """
    done: list[int] = []

    def on_line(line: str) -> None:
        if line.isdigit():
            done.append(int(line))
            progress(len(done))

    def run(first: int) -> None:
        _worker("draw", pdf, limits, limits.render_seconds, folder, first, on_line=on_line)

    with ThreadPoolExecutor(DRAWERS) as pool:
        list(pool.map(run, range(1, DRAWERS + 1)))
    pictures = {}
    for number in sorted(done):
        files = tuple(folder / f"{number}{suffix}.webp" for suffix in SIZES)
        if all(file.is_file() and not file.is_symlink() for file in files):
            pictures[number] = (files[0], files[1], files[2])
    return pictures


def _worker(
    task: str,
    source: Path,
    limits: Limits,
    seconds: int,
    folder: Path | None = None,
    first: int = 1,
    *,
    on_line: Callable[[str], None] | None = None,
) -> list[str]:
    """Run one task; give its lines, or none when it did not end well."""
    isolate = sandbox.isolation_works()
    job = source.parent
    base = sandbox.JOB if isolate else job
    arguments = [json.dumps(asdict(limits)), task, str(base / source.name)]
    if folder is not None:
        arguments += [str(base / folder.relative_to(job)), str(first), str(DRAWERS)]
    lines: list[str] = []
    try:
        outcome = sandbox.run(
            sandbox.python_command("lms.authoring.worker", *arguments),
            job=job,
            limits=limits,
            seconds=seconds,
            readable=sandbox.python_paths(),
            environment={**sandbox.python_environment(), "HOME": str(base), "TMPDIR": str(base)},
            isolate=isolate,
            on_line=on_line or lines.append,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return lines if outcome.good else []

"""Makes the two decks that ship with the product, in the shape real staff make them.

They are generated instead of stored, so that what they contain can be read and reviewed; the same
version of the product writes the same bytes on every machine.
"""

from __future__ import annotations

from pathlib import Path

from lms.authoring.limits import Limits
from lms.authoring.notesfile import read_notes
from lms.authoring.samples import approval, plain_japanese

_TEXTS = Path(__file__).parent / "samples"

SAMPLES = {
    "e-approval.pptx": (approval.draw, _TEXTS / "approval.txt"),
    "plain-japanese.pptx": (plain_japanese.draw, _TEXTS / "plain-japanese.txt"),
}
"""File name to the function that draws the deck and the file with its narration."""


def write_sample_decks(folder: Path) -> list[Path]:
    """Write both decks into an existing folder and give their paths, in the order of ``SAMPLES``.

    ``e-approval.pptx`` (20 slides) and ``plain-japanese.pptx`` (12 slides) have tables, charts,
    pictures, groups, slide jumps, links, narration, and questions on two slides each.
    """
    paths = []
    for name, (draw, narration) in SAMPLES.items():
        path = folder / name
        draw(read_notes(narration, Limits())).save(path)
        paths.append(path)
    return paths

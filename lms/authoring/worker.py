"""The program that runs in the cage: reads a deck or a PDF, or draws pages.

``python -m lms.authoring.worker LIMITS read DECK`` prints the facts of a deck as JSON,
``pdf FILE`` those of a PDF, ``draw FILE FOLDER FIRST STEP`` writes pictures of the pages FIRST,
FIRST+STEP … and prints a line per page. LIMITS is JSON (``limits.Limits``). Nothing else may be
printed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lms.authoring.deck import dump
from lms.authoring.limits import Limits


def main(arguments: list[str]) -> int:
    """Do one task; 0 means that the answer on standard output is complete."""
    limits = Limits(**json.loads(arguments[0]))
    task, path = arguments[1], Path(arguments[2])
    # Each task loads only the library it needs: starting up is most of the time of a small deck.
    if task == "read":
        from lms.authoring.pptx.reader import read_deck  # noqa: PLC0415

        print(dump(read_deck(path, limits)), flush=True)  # noqa: T201 - the answer
    elif task == "pdf":
        from lms.authoring.pdffacts import read_pdf  # noqa: PLC0415

        print(dump(read_pdf(path)), flush=True)  # noqa: T201 - the answer
    elif task == "draw":
        from lms.authoring.drawing import draw_pages  # noqa: PLC0415

        folder, first, step = Path(arguments[3]), int(arguments[4]), int(arguments[5])
        for line in draw_pages(path, folder, first=first, step=step, limits=limits):
            print(line, flush=True)  # noqa: T201 - the answer
    else:
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

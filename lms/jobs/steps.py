"""What background work is doing at the moment, in words."""

from __future__ import annotations

from lms.core.i18n import gettext
from lms.kernel.messages import N_

STEP_WORDS = {
    "assign": N_("Assigning"),
    "check": N_("Checking the file"),
    "finish": N_("Putting it together"),
    "mark": N_("Marking answers"),
    "narrate": N_("Making the narration"),
    "pictures": N_("Making the pictures"),
    "read": N_("Reading the slides"),
    "seal": N_("Sealing the audit log"),
}
"""Steps as tasks name them."""


def step_text(step: str) -> str:
    """A step in the reader's language; what has no words here is a message itself."""
    return gettext(STEP_WORDS.get(step, step))

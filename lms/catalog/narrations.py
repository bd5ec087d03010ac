"""Speech that is not made yet: its row, and how the jobs that make it are named. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lms.catalog.content import NarrationNeed

NARRATION_LANES = 2
"""Jobs that share the slides of one module, one for each processor."""


def narration_job_key(owner: str, lane: int) -> str:
    """The unique key of one lane; ``owner`` is the key of a module version or of a draft."""
    return f"narrate:{owner}:{lane}"


def narration_job_keys(owner: str) -> tuple[str, ...]:
    """The unique keys of all lanes of one owner."""
    return tuple(narration_job_key(owner, lane) for lane in range(NARRATION_LANES))


def narration_row(need: NarrationNeed, tenant_id: int) -> dict[str, object]:
    """A narration without speech; the player keeps estimated time until it is made."""
    return {
        "tenant_id": tenant_id,
        "key": need.key,
        "voice": need.voice,
        "script": need.script,
        "readings_text": need.readings_text,
        "lang": need.lang,
        "timeline": "",
        "recorded": need.voice.startswith("recorded:"),
        "media_type": "",
        "audio_sha": "",
        "audio_bytes": 0,
        "seconds": 0.0,
    }

"""Background work of the workshop: importing a deck, speaking scripts."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from lms.authoring import service
from lms.authoring.conversion import convert_deck
from lms.authoring.models import DeckImport
from lms.authoring.narrating import NARRATE_TASK, voice_for
from lms.authoring.speech.clips import FolderClips
from lms.authoring.speech.encode import TooLongAudioError, UnreadableAudioError
from lms.authoring.speech.narrate import Narration as Speech
from lms.authoring.speech.narrate import narrate
from lms.authoring.speech.recorded import narrate_recording
from lms.catalog import textformat
from lms.catalog.assets import store_assets
from lms.catalog.models import Narration
from lms.catalog.script import parse_script
from lms.jobs.registry import task
from lms.kernel.messages import N_
from lms.kernel.result import DomainError
from lms.player.timeline import silent_timeline, to_json

if TYPE_CHECKING:
    from lms.authoring.conversion import Conversion
    from lms.jobs.registry import JobContext


@task(service.IMPORT_TASK, timeout=900, max_attempts=2, title=N_("Import a deck"))
def import_deck(context: JobContext, deck_import: str) -> dict[str, Any]:
    """Turn an uploaded deck into a draft; a failure keeps the upload and says what to do."""
    with context.reader() as session:
        row = session.scalars(select(DeckImport).where(DeckImport.public_id == deck_import)).one()
    with context.transaction() as session:
        service.mark_import_running(session, deck_import)
    started = time.perf_counter()
    try:
        with tempfile.TemporaryDirectory(prefix="lms-import-") as folder:
            conversion = _convert(context, row, Path(folder))
            contents = {name: path.read_bytes() for name, path in conversion.files.items()}
            assets = store_assets(context.files, contents)
        with context.transaction() as session:
            draft = service.finish_import(
                session,
                deck_import,
                conversion,
                assets,
                seconds=time.perf_counter() - started,
                default_voice=context.settings.voice,
                now=context.now(),
            )
            return {"draft": draft.public_id, "slides": conversion.slide_count}
    except DomainError as error:
        with context.transaction() as session:
            service.fail_import(session, deck_import, error, now=context.now())
        return {"failed": error.code}


def _convert(context: JobContext, row: DeckImport, folder: Path) -> Conversion:
    def given(digest: str, name: str) -> Path | None:
        if not digest:
            return None
        target = folder / f"upload-{digest[:8]}{PurePath(name).suffix.lower()}"
        shutil.copyfile(context.files.path(digest), target)
        return target

    deck = given(row.deck_sha, row.file_name)
    if deck is None:
        raise DomainError("deck.missing", "The uploaded file is gone. Please upload it again.")
    return convert_deck(
        deck,
        folder,
        file_name=row.file_name,
        pdf=given(row.pdf_sha, "deck.pdf"),
        notes=given(row.notes_sha, row.notes_name),
        progress=context.progress,
    )


@task(NARRATE_TASK, timeout=3600, title=N_("Make the narration"))
def narrate_scripts(context: JobContext, keys: list[str]) -> dict[str, Any]:
    """Speak the scripts of these narrations; those that are there already are passed over.

    Raises:
        UnreadableAudioError, TooLongAudioError: a recording cannot be used; everything else is done
            by then.
    """
    made, refused = 0, None
    for done, key in enumerate(keys):
        context.progress("narrate", done, len(keys))
        with context.reader() as session:
            row = session.scalar(
                select(Narration).where(
                    Narration.key == key, Narration.tenant_id == context.tenant_id
                )
            )
        if row is None or row.ready_at is not None:
            continue
        try:
            speech = speak(context, row)
        except (TooLongAudioError, UnreadableAudioError) as error:
            # A bad recording stays bad: its slide is timed without sound, the others are spoken.
            refused, speech = error, None
        values: dict[str, Any] = {"ready_at": context.now()}
        if speech is None:
            silent = silent_timeline(parse_script(row.script))
            values |= {"timeline": to_json(silent), "seconds": silent.duration}
        else:
            values |= {
                "audio_sha": context.files.put(speech.audio) if speech.audio else "",
                "media_type": speech.media_type,
                "audio_bytes": len(speech.audio),
                "seconds": speech.duration,
                "timeline": to_json(speech.timeline),
            }
        with context.transaction() as session:
            session.execute(update(Narration).where(Narration.id == row.id).values(**values))
        made += 1
    context.progress("narrate", len(keys), len(keys))
    if refused is not None:
        raise refused
    return {"made": made}


def speak(context: JobContext, row: Narration) -> Speech | None:
    """The sound of one narration, or None when no voice here speaks its language."""
    script = parse_script(row.script)
    if row.recorded:
        digest = row.voice.removeprefix("recorded:")
        return narrate_recording(script, context.files.get(digest))
    voice = voice_for(row.voice, row.lang)
    if voice is None:
        return None
    readings, _problems = textformat.read_readings(row.readings_text, file="readings.csv")
    clips = FolderClips(context.settings.home / "clips" / str(context.tenant_id))
    return narrate(script, voice=voice, readings=readings, clips=clips)

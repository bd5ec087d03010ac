"""What this machine can do: one line for each ability, with what to install where it lacks."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from lms.authoring import office
from lms.authoring.speech.provider import available_voices
from lms.core.db import dialect
from lms.core.i18n import gettext
from lms.core.settings import EVERY_ADDRESS
from lms.kernel.messages import N_
from lms.ops.health import Check, check_all

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from lms.core.db.engine import Database
    from lms.core.settings import Settings

FONTS = ("BIZ UDPGothic", "BIZ UDPMincho", "Noto Sans CJK JP")


def examine(settings: Settings, database: Database, *, now: datetime) -> tuple[Check, ...]:
    """The health of the server and the abilities of the machine."""
    return (
        Check(N_("Python"), sys.version_info >= (3, 11), sys.version.split()[0]),
        *check_all(settings, database, now=now),
        _home(settings),
        _address(settings),
        *_postgresql(database),
        _office(),
        _speech(),
        _fonts(),
    )


def _home(settings: Settings) -> Check:
    if settings.home.stat().st_mode & (stat.S_IROTH | stat.S_IXOTH):
        detail = gettext(
            "everybody on this machine may look in. chmod 700 %(home)s", home=settings.home
        )
        return Check(N_("data folder"), good=False, detail=detail)
    if settings.home.stat().st_uid != os.geteuid():
        # A superuser can write everywhere; what it makes the server can neither read nor change.
        detail = gettext(
            "belongs to %(owner)s, so files made by this command may be closed to the server. "
            "Run commands as its user: sudo -u %(owner)s",
            owner=_owner(settings.home),
        )
        return Check(N_("data folder"), good=False, detail=detail)
    return Check(N_("data folder"), good=True, detail=str(settings.home))


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:  # A container may not know the users of the machine around it.
        return f"#{path.stat().st_uid}"


def _address(settings: Settings) -> Check:
    """What certificates name as the place where they can be checked, for good."""
    address = settings.effective_base_url
    if not settings.base_url and (settings.host in EVERY_ADDRESS or settings.trusted_proxies):
        detail = gettext(
            "%(address)s is a guess. Set LMS_BASE_URL to the address that everybody opens",
            address=address,
        )
        return Check(N_("address on certificates"), good=False, detail=detail)
    return Check(N_("address on certificates"), good=True, detail=address)


def _postgresql(database: Database) -> Iterator[Check]:
    """What a server on PostgreSQL needs besides."""
    if database.is_sqlite:
        return
    try:
        passes = dialect.passes_row_security(database.reader)
    except SQLAlchemyError:
        return  # The health of the server has said that the database does not answer.
    detail = gettext("kept apart by row-level security")
    if passes:
        detail = gettext(
            "not kept apart: the role in LMS_DATABASE_URL must be NOSUPERUSER NOBYPASSRLS"
        )
    yield Check(N_("municipalities"), good=not passes, detail=detail)
    missing = [name for name in ("pg_dump", "pg_restore") if shutil.which(name) is None]
    detail = gettext("off. apt-get install postgresql-client") if missing else "pg_dump"
    yield Check(N_("backup"), good=not missing, detail=detail)


def _office() -> Check:
    if office.office_available():
        return Check(N_("pictures of decks"), good=True, detail="LibreOffice, bubblewrap")
    detail = gettext(
        "off; a PDF beside the deck still works. "
        "apt-get install libreoffice-impress-nogui bubblewrap"
    )
    if shutil.which("soffice") and shutil.which("bwrap"):
        # Ubuntu 24.04 is delivered like this, and so are many containers.
        detail = gettext(
            "off; a PDF beside the deck still works. This machine lets bubblewrap make no cage: "
            "allow it user namespaces"
        )
    return Check(N_("pictures of decks"), good=False, detail=detail)


def _speech() -> Check:
    voices = [voice.id for voice in available_voices("ja") if voice.id != "silent"]
    if voices:
        return Check(N_("Japanese speech"), good=True, detail=", ".join(voices))
    detail = gettext("off; modules play with silent timing")
    return Check(N_("Japanese speech"), good=False, detail=detail)


def _fonts() -> Check:
    lister = shutil.which("fc-list")
    if lister is None:
        detail = gettext("fc-list is missing: apt-get install fontconfig")
        return Check(N_("fonts"), good=False, detail=detail)
    listed = subprocess.run(  # noqa: S603 - a program of the system, no input
        [lister, ":", "family"], capture_output=True, text=True, check=False
    ).stdout
    missing = [name for name in FONTS if name not in listed]
    if not missing:
        return Check(N_("fonts"), good=True, detail=", ".join(FONTS))
    return Check(
        N_("fonts"),
        good=False,
        detail=gettext(
            "missing: %(fonts)s. apt-get install fonts-morisawa-bizud-gothic "
            "fonts-morisawa-bizud-mincho fonts-noto-cjk",
            fonts=", ".join(missing),
        ),
    )

"""Bring a database to a revision, with Alembic configured in code.

Alembic is imported where it is used: with its template engine it is a fifth of what a web process
loads, and a web process never needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from lms.core.db.base import Base
from lms.core.db.metadata import import_models
from lms.core.i18n import gettext
from lms.core.settings import ROOT
from lms.kernel.messages import N_
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Engine

# ruff: noqa: PLC0415

VERSIONS = ROOT / "migrations" / "versions"
_NEWER = N_(
    "The database is at revision %(found)s of a newer release; this one knows %(wanted)s. "
    "Install the newer release again."
)
DAMAGED = N_(
    "The database is damaged (%(why)s). Stop the server, move the folder LMS_HOME away, and "
    "restore the last backup."
)


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate up to ``revision``; does nothing when the database is there already.

    Raises:
        DomainError: a newer release has made the database.
    """
    found, newest = current(engine), head()
    if found == (newest if revision == "head" else revision):
        return
    if found and found > (newest or ""):
        raise DomainError("schema.newer", _NEWER, found=found, wanted=newest)
    from alembic import command

    _run(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate down to ``revision`` (``base`` for an empty database)."""
    from alembic import command

    _run(engine, lambda config: command.downgrade(config, revision))


def current(engine: Engine) -> str | None:
    """The revision the database is at; None when it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def head() -> str | None:
    """The newest revision of this release; their files are numbered in a row."""
    return max(revisions(), default=None)


def revisions() -> list[str]:
    """Every revision of this release, the oldest first."""
    return sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))


def outdated(engine: Engine) -> str:
    """Why this release cannot use the database and what to do; empty when it can."""
    found, wanted = current(engine), head()
    if found == wanted:
        return ""
    if not found:
        return gettext("The database is empty. Run: flask --app wsgi lms db upgrade")
    if found > (wanted or ""):
        return gettext(_NEWER, found=found, wanted=wanted)
    return gettext(
        "The database is at revision %(found)s; this release needs %(wanted)s. "
        "Run: flask --app wsgi lms db upgrade",
        found=found,
        wanted=wanted,
    )


def differences(engine: Engine) -> list[str]:
    """What autogenerate would change, one line each; tables of the job engine are left out."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    import_models()
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": False, "include_name": _is_ours},
        )
        return [str(change) for change in compare_metadata(context, Base.metadata)]


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not (name or "").startswith("procrastinate_")


def new_revision(engine: Engine, message: str, number: str) -> None:
    """Write a revision from the difference between models and database (developers)."""
    from alembic import command

    _run(
        engine,
        lambda config: command.revision(config, message=message, rev_id=number, autogenerate=True),
    )


def _run(engine: Engine, action: object) -> None:
    config = _config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        action(config)  # type: ignore[operator]
        connection.commit()

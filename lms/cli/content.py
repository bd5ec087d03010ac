"""``lms content``: course texts on disk."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.catalog import checks, loading, textformat
from lms.core.settings import ROOT
from lms.core.web.state import state
from lms.kernel.clock import jst_date

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
BUNDLED = ROOT / "courses"


@click.group()
def content() -> None:
    """Course texts and decks."""


@content.command()
@click.argument("root", type=FOLDER, default=BUNDLED)
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@with_appcontext
def check(root: Path, *, strict: bool) -> None:
    """Check every course below ROOT (default: the bundled ones); exit with 1 on errors."""
    folders = [root] if (root / "course.toml").exists() else list(textformat.iter_courses(root))
    if not folders:
        raise click.ClickException(f"There is no course.toml below {root}.")
    report = checks.check_courses(folders, jst_date(state().clock.now()))
    click.echo(str(report))
    if report.errors or (strict and report.warnings):
        raise SystemExit(1)


@content.command()
@click.argument("root", type=FOLDER, default=BUNDLED)
@with_appcontext
def load(root: Path) -> None:
    """Publish every course below ROOT (default: the bundled ones) whose content changed."""
    app = state()
    try:
        courses = loading.load_courses(
            app.db, app.files, root, now=app.clock.now(), default_voice=app.settings.voice
        )
    except loading.SourceError as error:
        raise click.ClickException("\n".join(map(str, error.problems))) from error
    for course in courses:
        click.echo(
            f"{course.slug}: {course.title}, {course.changed} of {course.modules} modules new"
        )

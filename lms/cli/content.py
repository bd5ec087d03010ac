"""``lms content``: course texts on disk."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from lms.authoring.speech.dictionary import municipal_entries
from lms.catalog import checks, loading, textformat
from lms.catalog.programmes import forget_programme
from lms.cli.parts import ProgressLine, find_tenant, operator, runtime
from lms.core.i18n import gettext
from lms.core.settings import ROOT
from lms.core.tenancy import LIBRARY_TENANT_ID
from lms.core.web.state import AppState, state
from lms.kernel.clock import jst_date
from lms.ops import importing, serving
from lms.tenants.service import ensure_library

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
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
    known = {entry.surface for entry in municipal_entries()}
    today = jst_date(state().clock.now())
    if (root / textformat.COURSE_FILE).exists():
        curriculum, _problems = textformat.read_curriculum(root.resolve().parents[1])
        report = checks.check_courses([root], today, readings=known, curriculum=curriculum)
    elif any(textformat.iter_courses(root)):
        report = checks.check_tree(root, today, readings=known)
    else:
        raise _no_courses(root)
    click.echo(report.text(gettext))
    if report.errors or (strict and report.warnings):
        raise SystemExit(1)


@content.command()
@click.argument("root", type=FOLDER, default=BUNDLED)
@with_appcontext
def load(root: Path) -> None:
    """Publish every course below ROOT (default: the bundled ones) whose content changed."""
    if not any(textformat.iter_courses(root)):
        raise _no_courses(root)
    for course in publish_courses(state(), root):
        click.echo(
            gettext(
                "%(slug)s: %(title)s, new modules: %(changed)s of %(modules)s",
                slug=course.slug,
                title=course.title,
                changed=course.changed,
                modules=course.modules,
            )
        )


def _no_courses(root: Path) -> click.ClickException:
    return click.ClickException(
        gettext("There is no TIER/COURSE/course.toml below %(folder)s.", folder=root)
    )


def publish_courses(app: AppState, root: Path) -> list[loading.LoadedCourse]:
    """Publish what changed below ``root`` into the shared library.

    Raises:
        click.ClickException: a course has errors; the text is all of them.
    """
    with app.db.platform_transaction(reason="load courses") as session:
        ensure_library(session)
    try:
        return loading.load_courses(
            app.db, app.files, root, now=app.clock.now(), default_voice=app.settings.voice
        )
    except loading.SourceError as error:
        lines = (problem.line_in(gettext) for problem in error.problems)
        raise click.ClickException("\n".join(lines)) from error


@content.command()
@click.argument("slug")
@with_appcontext
def forget(slug: str) -> None:
    """Delete the programme SLUG from the shared library; its courses stay."""
    app = state()
    with app.db.transaction(LIBRARY_TENANT_ID) as session:
        forget_programme(session, slug, actor=operator(LIBRARY_TENANT_ID), now=app.clock.now())
    click.echo(gettext("The programme %(id)s is forgotten.", id=slug))


@content.command("import")
@click.argument("deck", type=FILE)
@click.option("--tenant", default="", help="Code of the municipality (six digits).")
@click.option("--pdf", type=FILE, help="The deck as PDF, for exact pictures.")
@click.option("--notes", type=FILE, help="The scripts, where the deck has lost its notes.")
@click.option("--course", default="", help="Slug of the course it belongs to.")
@click.option("--publish", is_flag=True, help="Make it live in the course.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@with_appcontext
def import_(
    deck: Path,
    tenant: str,
    pdf: Path | None,
    notes: Path | None,
    course: str,
    *,
    publish: bool,
    as_json: bool,
) -> None:
    """Turn DECK (.pptx, .ppt, .odp) into a narrated module, and wait for it."""
    if publish and not course:
        raise click.UsageError(gettext("--publish needs --course SLUG."))
    parts, tenant_id, line = runtime(), find_tenant(tenant), ProgressLine(deck.name)
    try:
        with serving.workers_at_hand(parts.settings):
            found = importing.import_deck(
                parts,
                tenant_id,
                importing.DeckFiles(deck, pdf, notes),
                show=line,
                actor=operator(tenant_id),
                course=course,
                publish=publish,
            )
    finally:
        line.end()
    values = found.to_json()
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
        return
    click.echo(
        gettext(
            "%(file)s: slides %(slides)s, scripts %(notes)s, speech %(speech)s s, "
            "losses %(losses)s; took %(seconds)s s.",
            file=deck.name,
            slides=values["slides"],
            notes=values["notes"],
            speech=f"{values['narrated_seconds']:.0f}",
            losses=len(values["losses"]),
            seconds=f"{values['seconds']:.0f}",
        )
    )
    click.echo(gettext("Draft: %(id)s", id=values["draft"]))
    if publish:
        click.echo(gettext("The module %(id)s is live.", id=values["module"]))

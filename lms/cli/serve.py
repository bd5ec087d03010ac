"""``lms serve``: the whole product with one command."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.cli.jobs import run_with_workers
from lms.core.i18n import gettext
from lms.core.web.state import state
from lms.ops import serving

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask


@click.command()
@with_appcontext
def serve() -> None:
    """Serve the pages and do the background work until a signal comes."""
    app = state()
    address = app.settings.effective_base_url
    announcement = gettext("The product is ready: %(address)s", address=f"{address}/")
    serving.serve(app.settings, app.db, announcement=announcement)


@click.command()
@with_appcontext
def web() -> None:
    """Serve only the pages."""
    _serve_pages()()


@click.command(hidden=True)
@with_appcontext
def crew() -> None:
    """Serve and work in copies of this process (``lms serve`` starts this by itself)."""
    run_with_workers({"web": _serve_pages()}, workers=state().settings.job_workers)


def _serve_pages() -> Callable[[], None]:
    from lms.ops.webserver import serve_pages  # noqa: PLC0415 - only servers need Granian

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return partial(serve_pages, app, state().settings)

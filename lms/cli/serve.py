"""``lms serve``: the whole product with one command."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from lms.cli.jobs import make_worker
from lms.core.i18n import gettext
from lms.core.settings import load_settings
from lms.core.web.state import state
from lms.ops import serving
from lms.ops.crew import run_crew


@click.command()
@with_appcontext
def serve() -> None:
    """Serve the pages and do the background work until a signal comes."""
    app = state()
    address = app.settings.effective_base_url
    announcement = gettext("The product is ready: %(address)s", address=f"{address}/")
    serving.serve(app.settings, app.db, announcement=announcement)


@click.command()
def web() -> None:
    """Serve only the pages."""
    from lms.ops.webserver import serve_pages  # noqa: PLC0415 - only servers need Granian

    serve_pages(load_settings())


@click.command(hidden=True)
@with_appcontext
def crew() -> None:
    """Serve and work in copies of this process (``lms serve`` starts this by itself)."""
    from lms.ops.webserver import serve_pages  # noqa: PLC0415 - only servers need Granian

    settings, work = load_settings(), make_worker()
    everybody = {"web": lambda: serve_pages(settings)}
    everybody |= {f"worker {number + 1}": work for number in range(settings.job_workers)}
    run_crew(everybody)

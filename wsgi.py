"""The WSGI entry point: ``granian --interface wsgi wsgi:app`` and ``flask --app wsgi``."""

import gc

from lms.app import create_app
from lms.cli.main import lms

app = create_app()
app.cli.add_command(lms)
# What exists by now lives as long as the process; the collector need not look at it ever again.
gc.collect()
gc.freeze()

"""The WSGI entry point: ``granian --interface wsgi wsgi:app`` and ``flask --app wsgi``."""

from lms.app import create_app
from lms.cli.main import lms

app = create_app()
app.cli.add_command(lms)

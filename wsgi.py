"""The WSGI entry point: ``granian --interface wsgi wsgi:app`` and ``flask --app wsgi``."""

from lms.app import create_app

app = create_app()

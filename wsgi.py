"""The WSGI entry point: ``granian --interface wsgi wsgi:app`` and ``flask --app wsgi``."""

import gc

from lms.app import create_app
from lms.cli.language import spoken
from lms.cli.main import lms
from lms.core.i18n import gettext, set_locale
from lms.core.settings import SettingsError, stated_language
from lms.core.web import errors
from lms.core.web.turns import InTurn

try:
    app = create_app()
except SettingsError as error:
    # Operators get the sentence instead of a traceback, from the command line and the server.
    set_locale(stated_language())
    raise SystemExit(gettext("Error: {message}").format(message=spoken(error))) from None
app.cli.add_command(lms)
app.wsgi_app = InTurn(app.wsgi_app, refuse=errors.full(app))  # type: ignore[method-assign]
# What exists by now lives as long as the process; the collector need not look at it ever again.
gc.collect()
gc.freeze()

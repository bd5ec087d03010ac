"""The application: settings, database and slices put together."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import Flask, request
from flask import session as cookie
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import wiring
from lms.authoring.speech.provider import DEFAULT_VOICE, available_voices
from lms.core import events
from lms.core.db.engine import Database
from lms.core.i18n import localized
from lms.core.settings import ROOT, Settings, SettingsError, load_settings
from lms.core.storage import FileStore
from lms.core.web import addresses, errors, headers, static, templating
from lms.core.web.cookies import CookieSessions
from lms.core.web.session import show_as_page_of_nobody
from lms.core.web.state import AppState
from lms.identity import login
from lms.jobs import registry
from lms.jobs.service import connect_engine
from lms.kernel.clock import Clock, SystemClock
from lms.kernel.messages import N_
from lms.tenants.queries import TenantDirectory

MAX_FORM_MEMORY = 4 * 1024 * 1024


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Flask:
    """Build the WSGI application.

    Args:
        settings: where to keep data and which database to use; read from the environment if None.
        clock: tells the time; only tests replace it.
    """
    settings = settings or load_settings()
    _check_voice(settings.voice)
    app = Flask("lms", template_folder=str(ROOT / "templates"), static_folder=None)
    app.secret_key = settings.secret_key
    app.config.update(
        TESTING=settings.testing,
        MAX_CONTENT_LENGTH=settings.upload_limit_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_MEMORY,
        SESSION_COOKIE_NAME="lms",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.absolute_hours),
        TEMPLATES_AUTO_RELOAD=settings.testing,
    )
    app.session_interface = CookieSessions(app)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    database = Database(settings)
    connect_engine(database)
    registry.install_loader(wiring.load_tasks)
    directory = TenantDirectory(database)
    app.extensions["lms"] = AppState(
        settings=settings,
        db=database,
        clock=clock or SystemClock(),
        files=FileStore(settings.files_path),
        load_actor=login.current_actor,
        resolve_tenant=partial(_resolve_tenant, directory),
        tenant_info=partial(wiring.tenant_info, directory),
        tenant_choices=lambda: [
            (row.id, localized(row.name, row.name_en)) for row in directory.rows().values()
        ],
        navigation=wiring.NAVIGATION,
    )
    app.extensions["lms_tenants"] = directory
    events.connect(wiring.LISTENERS)
    files = static.install(app)
    templating.install(app, files.url)
    addresses.install(app)
    headers.install(app)
    errors.install(app)
    for part in wiring.SLICES:
        app.register_blueprint(part.blueprint)
    return app


def _check_voice(voice: str) -> None:
    """Refuse a standard voice that this machine has not; the product's own may be missing.

    Raises:
        SettingsError: there is no such voice; the text names those there are.
    """
    known = [DEFAULT_VOICE]
    if voice not in known:
        known += [each.id for each in available_voices() if each.id != DEFAULT_VOICE]
    if voice not in known:
        raise SettingsError(
            N_("LMS_VOICE must be one of the voices %(known)s, not “%(value)s”."),
            known=", ".join(known),
            value=voice,
        )


def _resolve_tenant(directory: TenantDirectory) -> int:
    """The municipality of a request: by sign-in, by host name, else the first one.

    Where the first is one of several, the page does not call itself by its name.
    """
    signed = cookie.get("t")
    if isinstance(signed, int) and directory.get(signed) is not None:
        return signed
    by_host = directory.by_hostname(request.host.split(":")[0])
    if by_host is not None:
        return by_host.id
    if len(directory.rows()) > 1:
        show_as_page_of_nobody()
    return next(iter(directory.rows()), 0)

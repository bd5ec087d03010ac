"""Pages of signing in and out, and of choosing the language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import redirect, request, url_for
from flask import session as cookie

from lms.core.access import Actor, Permission
from lms.core.i18n import LOCALES, set_locale
from lms.core.i18n import gettext as _
from lms.core.web.respond import UNPROCESSABLE, page, redirect_with
from lms.core.web.session import actor, db, is_page_of_nobody, now
from lms.core.web.slice import Slice
from lms.core.web.state import state
from lms.identity import passwords, queries, service
from lms.identity.forms import UNCHOSEN, PasswordForm, SignInForm
from lms.identity.login import forget_login, remember_login
from lms.identity.rules import check_another, check_password, throttle
from lms.kernel.result import DomainError

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

identity = Slice("identity", __name__)


def safe_next(target: str | None) -> str:
    """A path of this site to go on to; anything else leads home."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc or "\n" in target or "\\" in target else target


def _form() -> SignInForm:
    # Whoever is not asked which of several it is signs in at the wrong one.
    unknown = is_page_of_nobody()
    tenant = UNCHOSEN if unknown else actor().tenant_id
    form: Any = SignInForm.from_request(tenant=tenant, next=request.args.get("next", ""))
    choose = [(UNCHOSEN, _("Choose your municipality"))] if unknown else []
    form.tenant.choices = [*choose, *state().tenant_choices()]
    return form  # type: ignore[no-any-return]


@identity.page("/sign-in", allow=Permission.PUBLIC, methods=("GET", "POST"), writes=False)
def sign_in() -> ResponseReturnValue:
    """The sign-in page; a failure keeps what was typed and says how to go on."""
    if request.method == "GET" and not actor().is_anonymous:
        return redirect(safe_next(request.args.get("next")), code=303)
    form = _form()
    if request.method != "POST":
        return page("identity/sign_in.html", form=form)
    if not form.sent():
        return page("identity/sign_in.html", UNPROCESSABLE, form=form)
    problem = _try_sign_in(form)
    if problem:
        form.form_errors.append(problem)
        return page("identity/sign_in.html", UNPROCESSABLE, form=form)
    return redirect(safe_next(form.next.data), code=303)


def _try_sign_in(form: SignInForm) -> str | None:
    """Check the password outside any write; returns a sentence when it did not work."""
    app, moment, tenant_id = state(), now(), int(form.tenant.data)
    name, password = str(form.name.data), str(form.password.data)
    # The page's own session belongs to the municipality of the address, not to the chosen one.
    with app.db.session(tenant_id, read_only=True) as session:
        decision = throttle(queries.list_failures(session, name, now=moment), moment)
        candidate = queries.find_candidate(session, name, now=moment)
    if not decision.allowed:
        return _(
            "Too many attempts. Please wait %(seconds)s s and try again.",
            seconds=decision.wait_seconds,
        )
    memory = app.settings.argon2_memory_kib
    stored = candidate.password_hash if candidate and not candidate.disabled else ""
    if not passwords.verify_password(stored, password, memory_kib=memory) or candidate is None:
        with app.db.transaction(tenant_id) as session:
            service.record_failure(session, name, request.remote_addr or "", now=moment)
        return _("The staff number, mail address or password is not right. Please check them.")
    with app.db.transaction(tenant_id) as session:
        if queries.password_hash_of(session, candidate.account_id) != stored:
            # Somebody has set another password while this one was being checked.
            return _("The staff number, mail address or password is not right. Please check them.")
        if passwords.needs_rehash(stored, memory_kib=memory):
            fresh = passwords.hash_password(password, memory_kib=memory)
            service.set_password_hash(session, candidate.account_id, fresh, now=moment)
        token = service.open_login(
            session,
            candidate.account_id,
            now=moment,
            shared_device=bool(form.shared.data),
            user_agent=request.headers.get("User-Agent", ""),
        )
    remember_login(token, Actor(tenant_id=tenant_id, account_id=candidate.account_id))
    return None


@identity.page(
    "/password", allow=Permission.SIGNED_IN, methods=("GET", "POST"), writes=False, first=True
)
def password() -> ResponseReturnValue:
    """Change one's own password; a wrong present one counts like a failed sign-in."""
    form: Any = PasswordForm.from_request()
    if request.method != "POST":
        return page("identity/password.html", form=form)
    if form.sent():
        try:
            _change_password(str(form.current.data), str(form.password.data))
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect_with(_("Your password is changed."), "home.index")
    return page("identity/password.html", UNPROCESSABLE, form=form)


def _change_password(present: str, wanted: str) -> None:
    """Check both outside any write, because hashing takes long.

    Raises:
        DomainError: the present password is wrong, or the new one is too simple.
    """
    app, moment, who = state(), now(), actor()
    memory = app.settings.argon2_memory_kib
    decision = throttle(queries.list_failures(db(), who.staff_no, now=moment), moment)
    if not decision.allowed:
        raise DomainError(
            "password.throttled",
            "Too many attempts. Please wait %(seconds)s s and try again.",
            seconds=decision.wait_seconds,
        )
    stored = queries.password_hash_of(db(), who.account_id or 0)
    if not passwords.verify_password(stored, present, memory_kib=memory):
        with app.db.transaction(who.tenant_id) as session:
            service.record_failure(session, who.staff_no, request.remote_addr or "", now=moment)
        raise DomainError("password.wrong", "The current password is not right.", "current")
    check_another(wanted, present)
    check_password(wanted, staff_no=who.staff_no)
    hashed = passwords.hash_password(wanted, memory_kib=memory)
    with app.db.transaction(who.tenant_id) as session:
        if queries.password_hash_of(session, who.account_id or 0) != stored:
            # An operator has set another one meanwhile; theirs is the last word.
            raise DomainError("password.wrong", "The current password is not right.", "current")
        service.replace_password(
            session,
            who.account_id or 0,
            hashed,
            subject=who.employee_id,
            actor=who,
            now=moment,
        )


@identity.page("/sign-out", allow=Permission.SIGNED_IN, methods=("POST",), first=True)
def sign_out() -> ResponseReturnValue:
    """End the login session on the server and empty the cookie."""
    service.close_login(db(), actor=actor(), now=now())
    forget_login()
    return redirect(url_for("identity.sign_in"), code=303)


@identity.page("/language/<locale>", allow=Permission.PUBLIC, methods=("POST",))
def choose_language(locale: str) -> ResponseReturnValue:
    """Change the language and stay on the page."""
    if locale in LOCALES:
        cookie["lang"] = locale
        set_locale(locale)
        who = actor()
        if who.account_id is not None:
            service.set_locale(db(), who.account_id, locale)
    return redirect(safe_next(request.form.get("next")), code=303)

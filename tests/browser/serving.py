"""An application in a thread for a real browser, and the cookie of somebody signed in to it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from werkzeug.serving import make_server

from lms.identity.service import open_login

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.cast import Person


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def session_cookie(
    app: Flask, person: Person | None, address: str, *, locale: str = "ja"
) -> dict[str, Any]:
    """The cookie of this person's signed-in browser; of nobody's without a person."""
    values: dict[str, Any] = {"lang": locale, "csrf": "00" * 16}
    if person is not None:
        state = app.extensions["lms"]
        with state.db.transaction(person.tenant_id) as session:
            token = open_login(session, person.account_id, now=state.clock.now())
        values |= {"t": person.tenant_id, "_user_id": token}
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return {"name": "lms", "value": signer.dumps(values), "url": address}

"""Objects in the states that have a face of their own, beside the plain ones of the world."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image

from lms.assessment import service as assessment
from lms.assessment.grants import grant_attempt
from lms.assessment.values import QuizPolicy
from lms.authoring import service as authoring
from lms.authoring.conversion import Conversion
from lms.authoring.findings import FindingCode, finding
from lms.catalog.content import AssetRef
from lms.catalog.models import Course, ModuleVersion
from lms.catalog.source import PictureSource
from lms.certification import service as certification
from lms.core.access import Role
from lms.help.queries import contents
from lms.kernel.result import DomainError
from lms.learning.opening import enrol
from tests.factories import make_course, module_source

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from lms.core.web.state import AppState
    from tests.cast import Cast
    from tests.factories import MadeCourse

LONG_TITLE = (
    "住民情報を扱うすべての職員のための個人情報保護と特定個人情報の安全管理措置(令和8年度改訂版)"
)
"""As long as titles of real courses get; no page may break because of it."""
PICTURE = "assets/s1.webp"


def build_states(app: Flask, cast: Cast) -> dict[str, list[str]]:
    """Make them; further addresses of a route, by its rule."""
    state: AppState = app.extensions["lms"]
    sources = (module_source(LONG_TITLE, checks=True, survey=True), module_source("次の単元"))
    made = make_course(
        state.db, "long-course", tenant_id=cast.aoba, title=LONG_TITLE, modules=sources
    )
    policy = QuizPolicy(attempts=1)
    limited, again = (
        make_course(
            state.db,
            slug,
            tenant_id=cast.aoba,
            title=title,
            modules=(module_source(policy=policy),),
        )
        for slug, title in (("limited", "受験は一度まで"), ("again", "受験をもう一度"))
    )
    with state.db.transaction(cast.aoba) as session:
        attempt = _submitted_attempt(session, state, cast, made)
        used_up = _submitted_attempt(session, state, cast, limited)
        _submitted_attempt(session, state, cast, again)
        _grant(session, state, cast, again)
        revoked = _revoked_certificate(session, state, cast, made)
        report, failed = _imports(session, state, cast)
    learn, person = made.learn(), cast.aoki.employee_public_id
    return {
        "/author/imports/<public_id>": [f"/author/imports/{report}", f"/author/imports/{failed}"],
        "/certificates/<public_id>": [f"/certificates/{revoked}"],
        "/courses": ["/courses?q=個人情報", "/courses?q=qqqq"],
        "/courses/<course>": [made.url],
        "/help/<name>": [f"/help/{entry.name}" for entry in contents("ja")],
        "/hr/people": ["/hr/people?search=qqqq", "/hr/people?state=overdue&size=20"],
        "/hr/people/<public_id>/attempts/<module_id>": [
            f"/hr/people/{person}/attempts/{limited.modules[0].public_id}"
        ],
        "/hr/people/<public_id>/history/<course_id>": [
            f"/hr/people/{person}/history/{made.public_id}"
        ],
        "/learn/<course>/<module>": [learn],
        "/learn/<course>/<module>/finished": [f"{learn}/finished"],
        "/learn/<course>/<module>/quiz": [
            f"{each.learn()}/quiz" for each in (made, limited, again)
        ],
        "/learn/<course>/<module>/quiz/<attempt>/result": [
            f"{learn}/quiz/{attempt}/result",
            f"{limited.learn()}/quiz/{used_up}/result",
        ],
        "/learn/<course>/<module>/text": [f"{learn}/text"],
        "/verify": ["/verify?number=AOBA-0000"],
        "/verify/<token>": [f"/verify/{revoked}"],
    }


def _submitted_attempt(session: Session, state: AppState, cast: Cast, made: MadeCourse) -> str:
    """青木 has begun the course and handed in its first quiz without an answer."""
    aoki, now = cast.aoki.actor(), state.clock.now()
    course = session.get_one(Course, made.id)
    enrol(session, course, employee_id=cast.aoki.employee_id, now=now)
    version = session.get_one(ModuleVersion, made.modules[0].version_id)
    quiz = version.final_quiz_version_id or 0
    attempt = assessment.start_attempt(session, quiz, actor=aoki, now=now)
    assessment.submit(session, attempt, actor=aoki, now=now)
    return attempt.public_id


def _grant(session: Session, state: AppState, cast: Cast, made: MadeCourse) -> None:
    """青木 may take the first quiz of a course once more."""
    version = session.get_one(ModuleVersion, made.modules[0].version_id)
    grant_attempt(
        session,
        version.final_quiz_version_id or 0,
        cast.aoki.employee_id,
        2,
        "受験の途中で庁内の通信が切れたため",
        actor=cast.ono.actor(Role.HR),
        now=state.clock.now(),
    )


def _revoked_certificate(session: Session, state: AppState, cast: Cast, made: MadeCourse) -> str:
    ono, now = cast.ono.actor(Role.HR), state.clock.now()
    certificate = certification.issue(
        session,
        employee_id=cast.aoki.employee_id,
        course=session.get_one(Course, made.id),
        score=None,
        actor=ono,
        now=now,
    )
    certification.revoke(session, certificate, "誤って発行したため", actor=ono, now=now)
    return certificate.public_id


def _imports(session: Session, state: AppState, cast: Cast) -> tuple[str, str]:
    """An import with a report, and one that failed."""
    endo, now = cast.endo.actor(Role.TRAINER), state.clock.now()
    upload = authoring.Upload(f"{LONG_TITLE}.pptx", state.files.put(b"a deck"), 7)
    done = authoring.start_import(session, upload, actor=endo, now=now)
    source = module_source(LONG_TITLE)
    first = replace(source.slides[0], picture=PictureSource(PICTURE))
    source = replace(source, slides=(first, replace(source.slides[1], script=""), source.slides[2]))
    found = (
        finding(1, FindingCode.ALT, count=2),
        finding(1, FindingCode.ANIMATIONS, count=3),
        finding(2, FindingCode.NOTES),
        finding(None, FindingCode.MACROS),
    )
    conversion = Conversion(
        source=source,
        files={},
        findings=found,
        fonts=("Meiryo",),
        slide_count=3,
        engine="none",
        seconds={"check": 0.1},
        sizes={"deck": 7},
    )
    authoring.finish_import(
        session,
        done.public_id,
        conversion,
        {PICTURE: _picture(state)},
        seconds=1.0,
        default_voice="",
        now=now,
    )
    failed = authoring.start_import(session, upload, actor=endo, now=now)
    error = DomainError("deck.password", "The file is protected by a password.")
    authoring.fail_import(session, failed.public_id, error, now=now)
    return done.public_id, failed.public_id


def _picture(state: AppState) -> AssetRef:
    """A small picture in the store."""
    data = io.BytesIO()
    Image.new("RGB", (320, 180), (206, 218, 232)).save(data, "WEBP")
    digest = state.files.put(data.getvalue())
    return AssetRef(digest, "image/webp", 320, 180, len(data.getvalue()))

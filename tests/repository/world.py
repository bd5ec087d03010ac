"""One object of every kind that an address can name, all of them in 青葉市 and most of 青木's."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from lms.assessment import service as assessment
from lms.assessment.models import AttemptGrant
from lms.assignments import service as assignments
from lms.authoring import service as authoring
from lms.catalog.models import Course, ModuleVersion
from lms.catalog.programme import ProgrammeCourse, ProgrammeDocument, ProgrammeSource
from lms.catalog.programmes import save_programmes
from lms.certification import service as certification
from lms.core.access import Role, system_actor
from lms.core.web.static import URLSafeSerializer
from lms.jobs import service as jobs
from lms.learning.opening import enrol
from lms.people.models import Employee
from lms.people.service import grant_role
from tests.cast import HIRED
from tests.factories import give_speech, make_course, module_source

if TYPE_CHECKING:
    from flask import Flask

    from tests.cast import Cast


def build_world(app: Flask, cast: Cast) -> dict[str, str]:
    """Make the objects; returns a value for ``endpoint.argument`` or ``argument``."""
    state = app.extensions["lms"]
    now, files = state.clock.now(), state.files
    made = make_course(state.db, "own-course", tenant_id=cast.aoba, modules=(module_source(),))
    aoki, endo, ono = cast.aoki.actor(), cast.endo.actor(Role.TRAINER), cast.ono.actor(Role.HR)
    with state.db.transaction(cast.aoba) as session:
        admin = session.get_one(Employee, cast.ueda.employee_id)
        grant_role(
            session, admin, Role.TENANT_ADMIN, valid_from=HIRED, actor=system_actor(cast.aoba)
        )
        course = session.get_one(Course, made.id)
        version = session.get_one(ModuleVersion, made.modules[0].version_id)
        enrol(session, course, employee_id=cast.aoki.employee_id, now=now)
        attempt = assessment.start_attempt(
            session, version.final_quiz_version_id or 0, actor=aoki, now=now
        )
        session.add(
            AttemptGrant(
                tenant_id=cast.aoba,
                employee_id=cast.aoki.employee_id,
                quiz_id=attempt.quiz_id,
                number=2,
                reason="受験の途中で通信が切れたため",
                granted_by=cast.ono.name,
                granted_at=now,
            )
        )
        audience = assignments.Audience(units=(cast.units["0401"][1],))
        campaign = assignments.create_campaign(
            session, course, audience, date(2026, 12, 25), actor=ono, now=now
        )
        certificate = certification.issue(
            session,
            employee_id=cast.aoki.employee_id,
            course=course,
            score=90.0,
            actor=aoki,
            now=now,
        )
        draft = authoring.create_draft(session, module_source(), actor=endo, now=now, course=course)
        upload = authoring.Upload("deck.pptx", files.put(b"no deck"), 7)
        deck = authoring.start_import(session, upload, actor=endo, now=now)
        save_programmes(
            session, [programme(course.slug, f"programme-{cast.aoba}")], actor=endo, now=now
        )
        job = jobs.enqueue(session, "tests.none", {}, actor=aoki, now=now)
        session.flush()
        give_speech(session, files)
        return {
            "accent": "0b5a50",
            "assignments.public_id": campaign.public_id,
            "attempt": attempt.public_id,
            "authoring.public_id": draft.public_id,
            "authoring.show_import.public_id": deck.public_id,
            "authoring.retry_import.public_id": deck.public_id,
            "build": "0",
            "certification.public_id": certificate.public_id,
            "certification.token": certificate.public_id,
            "course": made.public_id,
            "course_id": made.public_id,
            "document": "worksheet",
            "jobs.public_id": job.public_id,
            "lang": "ja",
            "locale": "ja",
            "media.token": media_token(app, files.put(b"sound")),
            "module": made.modules[0].public_id,
            "module_id": made.modules[0].public_id,
            "help.name": "operating",
            "programme": f"programme-{cast.aoba}",
            "slide": "s1",
            "static_file.name": "app.css",
            "reports.public_id": cast.aoki.employee_public_id,
        }


PAPER = (
    "書きます。\n\n| 時刻 | すること | 伝える言葉・見るところ |\n| --- | --- | --- |\n"
    "| 10:30 | 質疑の役割演習。事業者の役は、ほかの市では問題ないと一度言う。記録の役が書き留める "
    "| どの市の、どの規模で、だれに確かめられるかを、その場で尋ねる |\n"
)


def programme(course: str, identifier: str = "own-programme") -> ProgrammeSource:
    """A programme of one course with a paper."""
    return ProgrammeSource(
        id=identifier,
        title="青葉市の研修",
        title_en="Training in Aoba",
        tier="general",
        summary="青葉市の職員が受ける研修です。",
        summary_en="What the staff of Aoba take.",
        audience="すべての職員",
        audience_en="All staff",
        courses=(ProgrammeCourse(course),),
        documents=(ProgrammeDocument("worksheet", "ワークシート", PAPER, "Worksheet"),),
    )


def media_token(app: Flask, digest: str) -> str:
    """The signed name of stored bytes, as pages carry it."""
    signed = URLSafeSerializer(app.secret_key or "", "media").dumps([digest, "audio/ogg"])
    return str(signed)


def value_for(world: dict[str, str], endpoint: str, argument: str) -> str:
    """The value of an address's argument: by endpoint, by slice, or by name."""
    names = (f"{endpoint}.{argument}", f"{endpoint.split('.', maxsplit=1)[0]}.{argument}", argument)
    for name in names:
        if name in world:
            return world[name]
    raise LookupError(f"Give an example of {names[1]} in tests/repository/world.py.")

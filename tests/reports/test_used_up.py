"""Who has used up the attempts at a quiz: the page of the course and that of HR say the same.

The course page decides by the progress that is kept, at no cost; HR's page of a person and the
page of the quiz by the attempts themselves.
"""

from __future__ import annotations

import pytest

from lms.assessment import queries, service
from lms.assessment.grants import attempt_standing, grant_attempt
from lms.assessment.rules import grant_refusal
from lms.assessment.values import GradePolicy, QuizPolicy
from lms.catalog.models import ModuleVersion
from lms.core.access import Role
from lms.kernel.clock import jst_date
from lms.learning.access import access_learning
from lms.learning.outline import course_view
from lms.reports.attempts import used_up
from tests.factories import RIGHT, make_course, module_source

FAIL, PASS, LEAVE, GRANT = "fail", "pass", "leave open", "grant"
STEPS = (
    (0, (FAIL, FAIL, FAIL, LEAVE, FAIL, PASS)),
    (1, (FAIL, GRANT, FAIL, GRANT, LEAVE, FAIL)),
    (1, (LEAVE, FAIL, GRANT, LEAVE, PASS)),
    (1, (FAIL, GRANT, PASS)),
    (1, (PASS,)),
    (2, (FAIL, LEAVE, FAIL, GRANT, FAIL)),
    (2, (FAIL, PASS)),
    (2, (PASS, FAIL)),
    (3, (FAIL, FAIL, FAIL, GRANT, LEAVE, FAIL)),
)


@pytest.mark.parametrize("grade", GradePolicy)
@pytest.mark.parametrize(("limit", "steps"), STEPS)
def test_every_page_decides_alike(database, cast, clock, grade, limit, steps):
    policy = QuizPolicy(pass_mark=80, attempts=limit, grade=grade)
    made = make_course(database, modules=(module_source(policy=policy),))
    aoki, personnel = cast.aoki.actor(), cast.ono.actor(Role.HR)
    with database.session(cast.aoba, read_only=True) as session:
        found = session.get_one(ModuleVersion, made.modules[0].version_id)
        version_id, quiz_id = found.final_quiz_version_id, made.modules[0].final_quiz_id

    def take(session, step):
        attempt = service.start_attempt(session, version_id, actor=aoki, now=clock.now())
        if step is LEAVE:
            return
        if step is PASS:
            for row in queries.attempt_page(session, attempt, "ja", now=clock.now()).questions:
                right = next(each.id for each in row.options if each.text == RIGHT)
                service.save_answer(session, attempt, row.code, right, actor=aoki, now=clock.now())
        service.submit(session, attempt, actor=aoki, now=clock.now())

    used = granted = 0
    answering = passed = False
    for step in steps:
        clock.move(seconds=60)
        with database.transaction(cast.aoba) as session:
            if step is GRANT:
                number, who = used + 1, aoki.employee_id
                grant_attempt(
                    session, version_id, who, number, "再受験", actor=personnel, now=clock.now()
                )
                granted += 1
            else:
                take(session, step)
                used += not answering
                answering, passed = step is LEAVE, passed or step is PASS
        over = limit > 0 and used == limit + granted and not passed and not answering
        with database.session(cast.aoba, read_only=True) as session:
            today, who = jst_date(clock.now()), aoki.employee_id
            course = access_learning(session, aoki, made.public_id)
            view = course_view(session, course, employee_id=who, today=today, locale="ja")
            start = queries.start_page(session, version_id, who, now=clock.now())
            standing = attempt_standing(session, quiz_id, who)
            said = {
                "course": bool(view.failed.used_up),
                "personnel": bool(used_up(session, who)),
                "quiz": start.left == 0 and not start.passed and start.running is None,
                "grant": grant_refusal(policy, standing) == "",
            }
        assert said == dict.fromkeys(said, over), step

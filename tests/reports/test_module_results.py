"""What the makers of a module see of how it is received."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from lms.assessment import service as assessment
from lms.assessment.models import Question, SurveyResponse
from lms.assessment.values import SurveyKind
from lms.catalog.models import ModuleVersion
from lms.catalog.source import SurveySource
from lms.core.audit import AuditAction, AuditEntry
from lms.people.models import Employee
from tests.factories import make_course, module_source

WISH = SurveySource("v2", SurveyKind.TEXT, "ご意見をお書きください。")


def test_surveys_are_shown_without_names_and_of_one_municipality(
    database, cast, clock, visitor, statements
):
    source = module_source(survey=True)
    first, second, *rest = source.slides
    second = replace(second, surveys=(*second.surveys, WISH))
    course = make_course(database, modules=(replace(source, slides=(first, second, *rest)),))
    made = course.modules[0]
    for tenant, person, score, wish in (
        (cast.aoba, cast.aoki, "5", "例が<b>身近</b>でした。"),
        (cast.aoba, cast.ueda, "4", "②"),
        (cast.midorikawa, cast.kubo, "1", "別の市の意見"),
    ):
        with database.transaction(tenant) as session:
            version = session.scalars(
                select(ModuleVersion).where(ModuleVersion.module_id == made.id)
            ).one()
            for code, response in (("v1", score), ("v2", wish)):
                assessment.answer_survey(
                    session, version.checks_quiz_version_id, code, response,
                    actor=person.actor(), now=clock.now(),
                )  # fmt: skip
    browser = visitor(cast.endo)
    with statements(most=12):
        page = browser.visit(f"/author/modules/{made.public_id}/results")
    text = page.get_text(" ", strip=True)
    assert "分かりやすかったですか。" in text
    assert "平均 4.5(5段階)" in text
    assert "例が<b>身近</b>でした。" in text
    assert "別の市の意見" not in text
    assert cast.aoki.name not in page.find("main").get_text()


@pytest.mark.parametrize("count", [50, 60])
def test_answers_that_are_not_listed_are_said_and_in_the_file(
    database, cast, clock, visitor, count
):
    source = module_source(survey=True)
    first, second, *rest = source.slides
    second = replace(second, surveys=(*second.surveys, WISH))
    course = make_course(database, modules=(replace(source, slides=(first, second, *rest)),))
    made = course.modules[0]
    with database.transaction(cast.aoba) as session:
        version = session.scalars(
            select(ModuleVersion).where(ModuleVersion.module_id == made.id)
        ).one()
        code = select(Question.id).where(
            Question.quiz_version_id == version.checks_quiz_version_id, Question.code == "v2"
        )
        question_id = session.scalars(code).one()
        for number in range(count):
            person = Employee(
                staff_no=f"9{number:06}",
                name=f"職員{number}",
                name_kana="",
                search_key="",
                joined_on=date(2020, 4, 1),
            )
            session.add(person)
            session.flush()  # The answer refers to the person.
            session.add(
                SurveyResponse(
                    question_id=question_id, employee_id=person.id, answered_at=clock.now(),
                    response="=1+1" if number == 0 else f"意見{number}",
                )
            )  # fmt: skip
    browser = visitor(cast.endo)
    address = f"/author/modules/{made.public_id}/results"
    page = browser.visit(address)
    left = "ほかの10種類の回答は" in page.get_text()
    assert left == (count == 60)
    files = [link["href"] for link in page.select("a[href*='format=']")]
    assert files == [f"?format={form}" for form in ("xlsx", "csv", "cp932")]
    answer = browser.get(f"{address}?format=csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    given = {row[2]: row[4] for row in rows if row[0] == "v2"}
    assert len(given) == count
    assert "'=1+1" in given, "a spreadsheet would compute this answer"
    with database.session(cast.aoba, read_only=True) as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.REPORT_EXPORTED)
        ).one()
    assert entry.changes["rows"] == len(rows) - 1
    visitor(cast.ono).visit(f"{address}?format=csv", status=403)

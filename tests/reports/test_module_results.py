"""What the makers of a module see of how it is received."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from lms.assessment import service as assessment
from lms.assessment.values import SurveyKind
from lms.catalog.models import ModuleVersion
from lms.catalog.source import SurveySource
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

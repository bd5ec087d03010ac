"""Opening a module: few statements, and the version that is followed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.kernel.ids import public_id
from lms.kernel.result import NotFoundError
from lms.learning import service
from lms.learning.models import Launch, ModuleProgress
from lms.learning.opening import Ticket
from lms.learning.rules import Beat, BeatKind
from tests.factories import make_course, module_source


class Reader:
    """Somebody whose pages of one module tell what they see."""

    def __init__(self, database, person, made, clock):
        self.database, self.person, self.made, self.clock = database, person, made, clock

    def ticket(self):
        return Ticket(public_id(), self.made.id, self.made.modules[0].id, self.clock.now())

    def see(self, ticket, slide, person=None):
        person = person or self.person
        with self.database.transaction(person.tenant_id) as session:
            beats = [Beat(1, slide, BeatKind.SLIDE)]
            return service.take_beats(
                session, ticket, beats, actor=person.actor(), now=self.clock.now()
            )

    def launched(self, ticket):
        with self.database.session(self.person.tenant_id, read_only=True) as session:
            return session.scalars(select(Launch).where(Launch.public_id == ticket.launch_id)).one()

    @property
    def progress(self):
        with self.database.session(self.person.tenant_id, read_only=True) as session:
            return session.scalars(select(ModuleProgress)).one()


def course_of(database, slides):
    return make_course(database, "again", modules=(module_source(quiz=0, slides=slides),))


@pytest.fixture
def reader(database, cast, clock):
    return Reader(database, cast.aoki, course_of(database, 3), clock)


def test_the_first_time_begins_the_module(reader):
    ticket = reader.ticket()
    assert reader.see(ticket, "s1").opened == reader.launched(ticket).module_version_id
    assert reader.progress.slides_seen == 1


def test_the_first_time_needs_few_statements(reader, statements):
    with statements(most=20):
        reader.see(reader.ticket(), "s1")


def test_again_goes_on_where_it_was_in_few_statements(reader, statements):
    reader.see(reader.ticket(), "s1")
    ticket = reader.ticket()
    with statements(most=10):
        opened = reader.see(ticket, "s2").opened
    assert opened == reader.launched(ticket).module_version_id
    assert reader.progress.slides_seen == 2


def test_a_correction_is_followed_at_the_next_opening(reader, database):
    reader.see(reader.ticket(), "s1")
    longer = course_of(database, 4)
    ticket = reader.ticket()
    reader.see(ticket, "s4")
    assert reader.launched(ticket).module_version_id == longer.modules[0].version_id
    assert (reader.progress.slides_seen, reader.progress.slides_total) == (2, 4)


def test_what_is_completed_stays_on_its_version(reader, database):
    first = reader.ticket()
    for number in (1, 2, 3):
        reader.see(reader.ticket() if number > 1 else first, f"s{number}")
    course_of(database, 4)
    later = reader.ticket()
    reader.see(later, "s1")
    assert reader.launched(later).module_version_id == reader.launched(first).module_version_id


def test_a_launch_of_another_person_is_not_taken_over(reader, cast):
    ticket = reader.ticket()
    reader.see(ticket, "s1")
    reader.see(reader.ticket(), "s1", person=cast.ueda)
    with pytest.raises(NotFoundError):
        reader.see(ticket, "s2", person=cast.ueda)

"""Texts in other languages, by file."""

from __future__ import annotations

import pytest

from bookings.models import MessageTemplate
from ordinus.tests.configuration.files import SMALL, applied, changed, export, problems_in

pytestmark = pytest.mark.django_db

REMINDER = 'body: "Move it: {{ reschedule_url }}"}'
GERMAN = changed(
    SMALL,
    REMINDER,
    REMINDER.removesuffix("}")
    + ', variants: {pt-br: {subject: "{{ meeting }}", body: "Mudar: {{ reschedule_url }}"}, '
    'de: {subject: "Bald: {{ meeting }}", body: "Verschieben: {{ reschedule_url }}"}}}',
)


def test_languages_come_back_as_they_were_and_go_when_they_are_left_out() -> None:
    applied(GERMAN)
    text = export()
    assert applied(text) == []
    assert export() == text
    template = MessageTemplate.objects.get(slug="reminder")
    assert [variant.language for variant in template.variants.all()] == ["de", "pt-br"]
    assert template.wording_for("de_CH").subject == "Bald: {{ meeting }}"
    applied(SMALL)
    assert not template.variants.exists()
    assert "variants" not in export()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Bald: {{ meeting }}", "Bald: {{ meetng }}",
         "templates[1].variants.de.subject: There is no name “meetng”. Did you mean “meeting”?"),
        ("pt-br:", "Portuguese:", "templates[1].variants.Portuguese: 'Portuguese' is no language; write a tag such as "
         "de or pt-br, in small letters"),
        ("pt-br:", "xx-yy-zz-qq:", "templates[1].variants.xx-yy-zz-qq: 'xx-yy-zz-qq' is no language; write a tag such "
         "as de or pt-br, in small letters"),
        ("pt-br:", "xx:", "templates[1].variants.xx: 'xx' is no language; write a tag such as de or pt-br, in small "
         "letters"),
        ("Verschieben: {{ reschedule_url }}", "Hallo",
         "workflows[0].stages[3]: The reminder “reminder” has no link to move the meeting. Put {{ reschedule_url }} "
         "into its text."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_language_has_its_path(old: str, new: str, problem: str) -> None:
    assert problem in problems_in(changed(GERMAN, old, new))

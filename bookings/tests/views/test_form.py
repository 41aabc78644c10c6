from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from bookings.models import Enquiry, Lead
from bookings.tests.views.conftest import ANSWERS, Organisation, sent
from workflows.models import Run

FORM = "/book/demo/"


def _post(client: Client, address: str = FORM, **answers: Any) -> Any:
    return client.post(address, {**ANSWERS, **answers})


def test_the_form_asks_its_questions_under_their_labels(client: Client, organisation: Organisation) -> None:
    response = client.get(FORM)
    page = response.content.decode()
    assert response.status_code == 200
    assert '<label for="question-name">Your name</label>' in page
    assert 'type="email"' in page and 'autocomplete="email"' in page
    assert '<span class="optional">(optional)</span>' in page
    assert "data-time-zone" in page and "csrfmiddlewaretoken" in page


def test_sending_it_leads_to_the_free_times(client: Client, organisation: Organisation) -> None:
    response = _post(client, topics=["Routing", "Reminders"], **{"time-zone": "Europe/Berlin"})
    assert response.status_code == 303
    assert response["Location"].startswith("/b/")
    enquiry = Enquiry.objects.get()
    assert enquiry.answers["employees"] == 900
    assert enquiry.answers["topics"] == ["Routing", "Reminders"]
    assert enquiry.time_zone == "Europe/Berlin"


def test_complaints_stand_beside_their_fields_and_answers_stay(
    client: Client, organisation: Organisation
) -> None:
    response = _post(client, email="nobody", employees="many")
    page = response.content.decode()
    assert response.status_code == 400
    assert "2 answers need another look." in page
    assert 'aria-describedby="question-email-complaint-1" aria-invalid="true" autofocus' in page
    assert "Please enter an e-mail address such as name@company.com." in page
    assert 'value="Grace Hopper"' in page and 'value="many"' in page
    assert not Enquiry.objects.exists()


def test_the_address_fills_in_answers_zone_and_campaign(client: Client, organisation: Organisation) -> None:
    page = client.get(
        f"{FORM}?name=Ada&country=NO&campaign=x1&topics=Routing&tz=Asia/Kolkata"
    ).content.decode()
    assert 'value="Ada"' in page
    assert '<option value="NO" selected>' in page
    assert '<input type="hidden" name="campaign" value="x1">' in page
    assert 'value="Routing" checked' in page
    assert 'name="time-zone" value="Asia/Kolkata"' in page


def test_tracking_words_of_the_address_are_kept_with_the_enquiry(
    client: Client, organisation: Organisation
) -> None:
    address = f"{FORM}?utm_source=news&utm_campaign=may"
    assert "utm_source=news&amp;utm_campaign=may" in client.get(address).content.decode()
    _post(client, address)
    assert Enquiry.objects.get().utm == {"source": "news", "campaign": "may"}


def test_a_zone_that_is_none_is_left_out(client: Client, organisation: Organisation) -> None:
    assert _post(client, **{"time-zone": "Mars/Olympus"}).status_code == 303
    assert Enquiry.objects.get().time_zone == ""


def test_the_first_language_of_the_browser_is_kept(client: Client, organisation: Organisation) -> None:
    client.post(FORM, ANSWERS, headers={"accept-language": "de-AT,de;q=0.9,en;q=0.8"})
    assert Lead.objects.get().language == "de-at"


def test_who_is_not_qualified_is_thanked_and_nothing_more(client: Client, organisation: Organisation) -> None:
    response = _post(client, email="ada@college.edu")
    assert response.status_code == 303
    assert response["Location"] == "/book/demo/thanks/"
    assert "Thank you" in client.get(response["Location"]).content.decode()


def test_who_cannot_be_routed_reads_the_same(client: Client, organisation: Organisation) -> None:
    organisation.rep.hours.all().delete()
    assert _post(client)["Location"] == "/book/demo/thanks/"


def test_a_filled_lure_is_thanked_and_forgotten(client: Client, organisation: Organisation) -> None:
    response = _post(client, **{"company-website": "https://spam.example"})
    assert response["Location"] == "/book/demo/thanks/"
    assert not Lead.objects.exists() and not Run.objects.exists()


def test_a_known_address_is_met_with_the_same_answer(client: Client, organisation: Organisation) -> None:
    first, second = sent(client), sent(client)
    assert first.path != second.path
    assert client.get(second.path).status_code == 200


def test_a_form_that_is_not_there_is_a_404_page(client: Client, organisation: Organisation) -> None:
    organisation.form.retired_at = organisation.form.workflow.published.published_at
    organisation.form.save()
    for address in (FORM, "/book/other/", "/book/other/thanks/"):
        response = client.get(address)
        assert response.status_code == 404
        assert "We cannot find this" in response.content.decode()


def test_without_its_csrf_token_nothing_is_taken(organisation: Organisation) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(FORM, ANSWERS)
    assert response.status_code == 403
    assert "open for too long" in response.content.decode()
    assert not Lead.objects.exists()


def test_a_hundred_a_minute_from_one_address_are_stopped(
    client: Client, organisation: Organisation, settings: Any
) -> None:
    settings.ORDINUS_RATE_LIMITS = True
    answers = [client.post(FORM, {"name": "x"}) for _ in range(100)]
    assert {answer.status_code for answer in answers} == {400, 429}
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0
    other = client.post(FORM, {"name": "x"}, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 400


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_for_pages(client: Client, organisation: Organisation, method: str) -> None:
    assert getattr(client, method)(FORM).status_code == 405

from __future__ import annotations

import pytest

from bookings.core.answers import QuestionSpec, clean, normalise_email

EMAIL = [QuestionSpec("email", "Work e-mail", "email", required=True)]
PHONE = [QuestionSpec("phone", "Phone", "phone")]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Ana@Acme.Example", "ana@acme.example"),
        ("  ana+demo@ACME.test ", "ana+demo@acme.test"),
        ("o'brien@x.example", "o'brien@x.example"),
        ("ana@BÜCHER.example", "ana@xn--bcher-kva.example"),
        ("ana@mail.example.com", "ana@mail.example.com"),
    ],
)
def test_an_address_has_one_spelling(text, address):
    assert normalise_email(text) == address
    assert normalise_email(address) == address
    assert clean(EMAIL, {"email": text}).values == {"email": address}


@pytest.mark.parametrize(
    "text",
    ["ana", "ana@", "@acme.example", "ana@acme", "ana@@acme.example", "ana@acme..example", "a b@acme.example",
     "Ana <ana@acme.example>", '"x, victim@y"@b.example', "ana@localhost", "ana@[127.0.0.1]",
     "a@b.example,c@d.example", "ana@acme.example\r\nBcc: x@y.example", "ana@test", "ana@printer.local"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"Please enter an e-mail address such as name@company\.com\."):
        normalise_email(text)


def test_accented_letters_before_the_at_sign_are_told_apart():
    assert clean(EMAIL, {"email": "josé@x.example"}).errors == {
        "email": ["Please enter an e-mail address without accented letters before the @."]
    }


def test_an_address_has_at_most_254_characters():
    long = "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".example"
    with pytest.raises(ValueError, match="at most 254 characters"):
        normalise_email(long)
    assert "254" in clean(EMAIL, {"email": long}).errors["email"][0]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+49 30 901820", "+4930901820"),
        ("0049 (30) 90 18-20", "+4930901820"),
        ("+1 (212) 555-0100", "+12125550100"),
        ("+44 20 7946 0958 ext. 12", "+442079460958;ext=12"),
    ],
)
def test_a_phone_number_is_kept_in_its_international_form(text, number):
    assert clean(PHONE, {"phone": text}).values == {"phone": number}


@pytest.mark.parametrize("text", ["030 901820", "2125550100", "call me"])
def test_a_phone_number_without_a_country_asks_for_it(text):
    assert clean(PHONE, {"phone": text}).errors == {
        "phone": ["Please start with + and the country code, for example +49 30 901820."]
    }


@pytest.mark.parametrize("text", ["+49", "+999 123456", "+1 2", "+49 30 9018201234567890", "++", "+"])
def test_an_impossible_phone_number_is_to_be_checked(text):
    assert "Please check the phone number" in clean(PHONE, {"phone": text}).errors["phone"][0]

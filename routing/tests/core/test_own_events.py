from __future__ import annotations

import re

from routing.core.own_events import is_own_uid, uid_for

NONCE = bytes(range(16))


def test_a_bookings_uid_never_changes_and_is_its_own():
    assert uid_for(NONCE) == uid_for(NONCE)
    assert uid_for(NONCE) != uid_for(NONCE[::-1])
    assert re.fullmatch(r"[0-9a-f]{32}@ordinus", uid_for(NONCE))


def test_a_uid_does_not_give_the_nonce_away():
    assert NONCE.hex() not in uid_for(NONCE)


def test_own_uids_are_known_whatever_a_calendar_did_to_their_case():
    assert is_own_uid(uid_for(NONCE))
    assert is_own_uid(f" {uid_for(NONCE).upper()} ")
    assert not is_own_uid("040000008200E00074C5B7101A82E008@outlook.example")
    assert not is_own_uid("x@ordinus.example")
    assert not is_own_uid("")

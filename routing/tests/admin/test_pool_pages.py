"""A pool's page: members join and leave by the book, rules are written in words, chains have an end."""

from __future__ import annotations

import pytest

from routing.models import Membership, Pool, Rep, Segment, SegmentCondition
from workflows.models import AuditEvent
from workflows.tests.admin.pages import Admin


def path(pool: Pool) -> str:
    return f"/admin/routing/pool/{pool.pk}/change/"


def joining(rep: Rep, **more: str) -> dict[str, str]:
    return {"members-TOTAL_FORMS": "1", "members-0-rep": str(rep.pk), "members-0-weight": "2", **more}


def test_a_member_joins_with_an_even_account(ops: Admin, pool: Pool, ana: Rep) -> None:
    ops.saved(path(pool), **joining(ana))
    member = pool.members.get()
    assert (member.rep, member.weight, member.balance) == (ana, 2, 0.0)


def test_a_leaver_hands_the_balance_to_those_who_stay(
    ops: Admin, pool: Pool, members: list[Membership]
) -> None:
    ops.saved(path(pool), **{"members-0-DELETE": "on"})
    members[0].refresh_from_db()
    members[1].refresh_from_db()
    assert not members[0].is_active
    assert members[1].balance == pytest.approx(0)


def test_who_left_can_join_again(ops: Admin, pool: Pool, members: list[Membership]) -> None:
    ana = members[0].rep
    ops.saved(path(pool), **{"members-0-DELETE": "on"})
    again = {"members-TOTAL_FORMS": "2", "members-1-rep": str(ana.pk), "members-1-weight": "4"}
    ops.saved(path(pool), **again)
    members[0].refresh_from_db()
    assert (members[0].is_active, members[0].weight, members[0].balance) == (True, 4, 0.0)


def test_nobody_stands_in_a_pool_twice(ops: Admin, pool: Pool, members: list[Membership]) -> None:
    twice = {"members-TOTAL_FORMS": "3", "members-2-rep": str(members[0].rep_id), "members-2-weight": "1"}
    response = ops.send(path(pool), **twice)
    assert "stands here twice" in response.content.decode()


def test_a_new_weight_keeps_the_balance(ops: Admin, pool: Pool, members: list[Membership]) -> None:
    ops.saved(path(pool), **{"members-0-weight": "5"})
    members[0].refresh_from_db()
    assert (members[0].weight, members[0].balance) == (5, 1.0)
    told = AuditEvent.objects.get(verb="config.changed").data
    assert told["field"] == f"members[rep:{members[0].rep_id}].weight"
    assert (told["old"], told["new"]) == (1, 5)


def test_the_share_of_each_member_is_told(ops: Admin, pool: Pool, members: list[Membership]) -> None:
    Membership.objects.filter(pk=members[0].pk).update(weight=3)
    page = ops.get(path(pool))
    assert "3 in 4" in page
    assert "owed 1 meeting" in page
    assert "ahead by 1 meeting" in page


def test_rules_are_written_as_people_write_them(ops: Admin, pool: Pool) -> None:
    ops.saved(path(pool), sla_minutes="20h", owner_from="crm.owner_email\nanswers.owner")
    pool.refresh_from_db()
    assert pool.sla_minutes == 1200
    assert pool.owner_from == ["crm.owner_email", "answers.owner"]


def test_an_owner_is_looked_for_in_facts_only(ops: Admin, pool: Pool) -> None:
    assert "is no fact" in ops.send(path(pool), owner_from="the boss").content.decode()


def test_a_chain_of_fallbacks_may_not_come_back(ops: Admin, pool: Pool) -> None:
    other = Pool.objects.create(slug="b", name="B", meeting_type=pool.meeting_type, fallback=pool)
    response = ops.send(path(pool), fallback=str(other.pk))
    assert "falls back to this pool again" in response.content.decode()


def test_a_pool_that_is_needed_is_not_retired(ops: Admin, pool: Pool) -> None:
    Segment.objects.create(slug="all", name="All", pool=pool)
    said = ops.press(f"/admin/routing/pool/{pool.pk}/retire/")
    pool.refresh_from_db()
    assert pool.retired_at is None
    assert "The segment “All” leads to it" in said[0]


def test_retired_pools_are_left_out_of_the_list_unless_asked_for(ops: Admin, pool: Pool) -> None:
    ops.press(f"/admin/routing/pool/{pool.pk}/retire/")
    ops.get(path(pool))  # where the message of it is read
    assert "Everyone" not in ops.get("/admin/routing/pool/")
    assert "Everyone" in ops.get("/admin/routing/pool/?retired=yes")


def test_a_meeting_type_is_written_in_lengths_of_time(ops: Admin, pool: Pool) -> None:
    path = f"/admin/routing/meetingtype/{pool.meeting_type_id}/change/"
    ops.saved(path, duration="45m", buffer_after="10m", min_notice="4h", horizon_days="6w")
    kind = pool.meeting_type
    kind.refresh_from_db()
    assert (kind.duration, kind.buffer_after, kind.min_notice, kind.horizon_days) == (45, 10, 240, 42)
    assert "multiple of 5" in ops.send(path, duration="31m").content.decode()


def test_a_segment_keeps_its_conditions_when_looked_at(ops: Admin, pool: Pool) -> None:
    segment = Segment.objects.create(slug="big", name="Big", pool=pool)
    row = {"segment": segment, "group": 1, "fact": "answers.country", "operator": "in", "value": ["US", "CA"]}
    SegmentCondition.objects.create(**row)
    ops.saved(f"/admin/routing/segment/{segment.pk}/change/")
    assert segment.conditions.get().value == ["US", "CA"]
    assert not AuditEvent.objects.exists()
    ops.saved(f"/admin/routing/segment/{segment.pk}/change/", **{"conditions-0-value": "US, 7"})
    assert segment.conditions.get().value == ["US", 7]


def test_sharing_turns_adds_up_what_everybody_is_owed(ops: Admin, members: list[Membership]) -> None:
    pool = members[0].pool
    other = Pool.objects.create(
        slug="other", name="Other", meeting_type=pool.meeting_type, fairness_group="all"
    )
    Membership.objects.create(pool=other, rep=members[0].rep)
    balance = Membership.objects.get(pk=members[0].pk).balance
    ops.saved(path(pool), fairness_group="all")
    pool.refresh_from_db()
    assert pool.fairness_group == "all"
    assert Membership.objects.get(pool=other).balance == pytest.approx(balance)
    assert "Turns are shared with “Other”" in ops.get(path(pool))

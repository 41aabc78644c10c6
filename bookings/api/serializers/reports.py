"""Reports: where leads drop, and whether turns are shared out fairly."""

from __future__ import annotations

from rest_framework import serializers

from bookings.api.fields import InstantField


class LostSerializer(serializers.Serializer):
    reason = serializers.CharField()
    count = serializers.IntegerField()


class FunnelStageSerializer(serializers.Serializer):
    stage = serializers.CharField()
    count = serializers.IntegerField(help_text="Runs that came this far or further.")
    lost = LostSerializer(many=True, help_text="Runs that came no further, and why.")


class OutcomeCountSerializer(serializers.Serializer):
    outcome = serializers.CharField()
    count = serializers.IntegerField()


class FunnelSerializer(serializers.Serializer):
    workflow = serializers.CharField()
    since = InstantField()
    until = InstantField()
    stages = FunnelStageSerializer(many=True)
    outcomes = OutcomeCountSerializer(many=True)


class FairnessMemberSerializer(serializers.Serializer):
    rep = serializers.CharField(help_text="E-mail address.")
    weight = serializers.IntegerField()
    share = serializers.FloatField(help_text="Of the pool's weight, from 0 to 1.")
    served = serializers.IntegerField(help_text="Turns taken and not given back.")
    credits = serializers.IntegerField(help_text="Turns given back.")
    balance = serializers.FloatField(help_text="Meetings owed to the rep (above 0) or by the rep (below 0).")


class FairnessSerializer(serializers.Serializer):
    pool = serializers.CharField()
    members = FairnessMemberSerializer(many=True)

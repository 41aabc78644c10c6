"""The forms of a sink: its kind at first, then its adapter's settings and what it is told and asked."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget

from workflows.admin import setting_fields
from workflows.admin.events_field import EventsField
from workflows.admin.fields import Lines, MinutesField, RowsField
from workflows.admin.mapping_field import MappingField
from workflows.admin.words import said
from workflows.core import reads
from workflows.models import Sink
from workflows.sinks.base import SINK_KINDS


class ReadsField(RowsField):
    """What a look-up answers, each line checked as the file checks it."""

    def read(self, text: str) -> dict[str, Any]:
        rows = super().read(text)
        problems = [found for fact, field in rows.items() if (found := reads.problem(fact, field))]
        if problems:
            raise forms.ValidationError(problems)
        return rows


class AddSinkForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label="Kind",
        widget=UnfoldAdminSelectWidget(),
        help_text="What speaks to it. It cannot be changed later.",
    )

    class Meta:
        model = Sink
        fields = ("name", "slug", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(name, kind_title(name)) for name in SINK_KINDS]


class SinkForm(forms.ModelForm):
    """The adapter's settings, each a field of its own (`get_form` adds them), and what the sink takes."""

    events = EventsField(
        label="Takes",
        required=False,
        help_text="Each of these facts is sent once, in the order of what happened to a lead. None: nothing is sent.",
    )
    mapping = MappingField(
        label="Fields",
        required=False,
        widget=Lines('email = lead.email\nsize = answers.employees as number\nsource = "Ordinus"', rows=6),
        help_text="Their field = our fact, one a line; “as number” and the like say how it is sent, a value in quotes "
        "is always the same. These go along with each fact. “Fields…” above shows them as a table, with a real lead.",
    )

    reads = ReadsField(
        label="Answers",
        required=False,
        widget=Lines("crm.owner_email = owner.email\ncrm.is_customer = lifecyclestage = customer", rows=6),
        help_text="Our fact = their field, one a line. A yes or no can name the values that mean yes: "
        "crm.is_customer = lifecyclestage = customer, evangelist. Segments and pools see these facts.",
    )

    cache_minutes = MinutesField(
        label="Use an answer again for",
        required=False,
        help_text="Such as 15m. A lead who comes back within that time is not looked up again. Empty: each time.",
    )

    class Meta:
        model = Sink
        fields = ("name", "is_enabled", "look_up", "cache_minutes", "events", "mapping", "reads")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        adapter = SINK_KINDS.get(self.instance.kind)
        if adapter is not None and not self.errors:
            kept = {
                name: value
                for name, value in self.instance.config.items()
                if name not in {setting.name for setting in adapter.fields}
            }
            own = setting_fields.settings_from(adapter.fields, cleaned, self.instance.config)
            self.instance.config = kept | own
        return cleaned


def kind_title(kind: str) -> str:
    adapter = SINK_KINDS.get(kind)
    return str(getattr(adapter, "title", "") or said(kind.rpartition(".")[2]))

"""Message texts: what workflows write to people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from bookings.core import rendering
from bookings.models import Message, MessageTemplate
from workflows.admin import usage
from workflows.admin.base import list_url
from workflows.admin.retiring import InUseFilter, Retiring
from workflows.admin.words import said

SAMPLE = {
    "lead_name": "Kim Example", "rep_name": "Ana Silva", "meeting": "Product demo",
    "starts_at": "Tuesday 24 November, 10:00 (Berlin)", "ends_at": "Tuesday 24 November, 10:30 (Berlin)",
    **{name: f"https://example.com/{name.removesuffix('_url')}" for name in rendering.NAMES if name.endswith("_url")},
}  # fmt: skip


class TemplateForm(forms.ModelForm):
    body = forms.CharField(
        label="Text",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 14}),
        help_text="Plain text; an empty line begins a paragraph. These names are replaced, each written in double "
        "braces: " + ", ".join(rendering.NAMES) + ".",
    )

    class Meta:
        model = MessageTemplate
        fields = ("name", "slug", "subject", "body")
        help_texts = {"name": "What your people call it.", "slug": "Workflows and files name it so.",
                      "subject": "One line. The same names can be used in it."}  # fmt: skip

    def clean_subject(self) -> str:
        return _without_problems(self, "subject")

    def clean_body(self) -> str:
        return _without_problems(self, "body")


def _without_problems(form: forms.ModelForm, name: str) -> str:
    text: str = form.cleaned_data[name]
    for problem in rendering.problems(text):
        place = f"Line {problem.line}: " if "\n" in text else ""
        form.add_error(name, f"{place}{problem.sentence}")
    return text


@admin.register(MessageTemplate)
class MessageTemplateAdmin(Retiring):
    purpose = (
        "The texts that workflows send. A change shows in the next message; what was sent stays as it was."
    )
    form = TemplateForm
    announced_as = "template"
    list_display = ("title", "subject", "used_in", "links_shown")
    list_display_links = ("title",)
    list_filter = (InUseFilter,)
    search_fields = ("slug", "name", "subject", "body")
    fields = ("name", "slug", "subject", "body")

    @display(description="Text", ordering="slug")
    def title(self, obj: Any) -> str:
        return obj.name or said(obj.slug)

    @display(description="Used by", empty_value="nothing")
    def used_in(self, obj: Any) -> str | None:
        places = [
            f"{stage.version.workflow}: {said(stage.name)}"
            for stage in usage.stages_naming("template", obj.slug)
        ]
        return ", ".join(dict.fromkeys(places)) or None

    @display(description="Links in it", empty_value="none")
    def links_shown(self, obj: Any) -> str | None:
        names = rendering.names_used(obj.body)
        return (
            ", ".join(
                said(name.removesuffix("_url")).lower() for name in sorted(names) if name.endswith("_url")
            )
            or None
        )

    def summary(self, obj: Any) -> str | SafeString:
        used = self.used_in(obj)
        where = f"Sent by {used}." if used else "No published workflow or draft sends it."
        url = list_url(Message, f"template={obj.slug}")
        return format_html('{} <a class="ord-link" href="{}">What was sent</a>', where, url)

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        sample = {
            "subject": rendering.render_subject(obj.subject, SAMPLE),
            "text": rendering.render_text(obj.body, SAMPLE),
        }
        return render_to_string("admin/ordinus/sample.html", sample, request)

    def needed_by(self, obj: Any) -> str:
        return usage.needed_sentence("template", obj.slug)

    def has_history(self, obj: Any) -> bool:
        return Message.objects.filter(template=obj.slug).exists()

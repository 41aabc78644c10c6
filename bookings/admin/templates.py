"""Message texts: what workflows write to people, in which languages, and how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import StackedInline
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import SELECT_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from bookings import previewing
from bookings.core import languages, rendering, wording
from bookings.models import Booking, Message, MessageTemplate, TemplateVariant
from bookings.models.messages import language_tag
from workflows.admin import usage
from workflows.admin.base import change_url, leave_dialog, list_url
from workflows.admin.retiring import InUseFilter, Retiring
from workflows.admin.viewing import Viewable
from workflows.admin.words import said

K = Message.Kind
OWN = ""
MOST_BOOKINGS = 20
NAMES_HELP = "These names are replaced, each written in double braces: " + ", ".join(rendering.NAMES) + "."
# What a stage that names the template sends it as; an action sends it as a message of the workflow.
SENT_AS = {"confirmation": K.CONFIRMATION, "offer": K.OFFER, "no_show": K.REBOOK_OFFER}


class WordingForm(forms.ModelForm):
    """A subject and a text; what cannot be filled in is refused with its place."""

    body = forms.CharField(
        label="Text",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 14}),
        help_text=f"Plain text; an empty line begins a paragraph. {NAMES_HELP}",
    )

    def clean_subject(self) -> str:
        return _without_problems(self, "subject")

    def clean_body(self) -> str:
        text = _without_problems(self, "body")
        missing = self.must_name() - rendering.names_used(text)
        for name in sorted(missing):
            self.add_error("body", f"It is sent as a reminder, so it must keep {{{{ {name} }}}}.")
        return text

    def must_name(self) -> set[str]:
        """Names that the stages which send it rely on."""
        slug = getattr(getattr(self.instance, "template", None) or self.instance, "slug", "")
        return {"reschedule_url"} if slug and kind_of(slug) == K.REMINDER else set()


class TemplateForm(WordingForm):
    class Meta:
        model = MessageTemplate
        fields = ("name", "slug", "subject", "body")
        help_texts = {"name": "What your people call it.", "slug": "Workflows and files name it so.",
                      "subject": "One line. The same names can be used in it."}  # fmt: skip


class VariantForm(WordingForm):
    class Meta:
        model = TemplateVariant
        fields = ("language", "subject", "body")
        help_texts = {"language": "Such as de, or de-at for one region. Leads whose language it is read this text.",
                      "subject": "One line. The same names can be used in it."}  # fmt: skip

    def clean_language(self) -> str:
        tag = language_tag(self.cleaned_data["language"])
        if not languages.is_tag(tag):
            raise forms.ValidationError("There is no such language. Write a tag such as de or pt-br.")
        return tag


class VariantInline(Viewable, StackedInline):
    model = TemplateVariant
    form = VariantForm
    extra = 0
    verbose_name = "language"
    verbose_name_plural = "other languages"


class TestForm(BaseDialogForm):
    language = forms.ChoiceField(label="Language", required=False, widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tags = TemplateVariant.objects.values_list("language", flat=True).distinct().order_by("language")
        field: Any = self.fields["language"]
        field.choices = [(OWN, "The template's own"), *((tag, tag) for tag in tags)]


def _without_problems(form: forms.ModelForm, name: str) -> str:
    text: str = form.cleaned_data[name]
    for problem in rendering.problems(text):
        form.add_error(name, f"{place_of(problem, text)}{problem.sentence}")
    return text


def place_of(problem: rendering.Problem, text: str) -> str:
    line = f"Line {problem.line}, column" if "\n" in text else "Column"
    return f"{line} {problem.column}: "


def kind_of(slug: str) -> str:
    """What the template is sent as by the first stage that names it."""
    for stage in usage.stages_naming("template", slug):
        if stage.settings.get("template") == slug and stage.kind in SENT_AS:
            return SENT_AS[stage.kind]
        if stage.kind == "confirmation":
            return K.REMINDER
    return K.CUSTOM


@admin.register(MessageTemplate)
class MessageTemplateAdmin(Retiring):
    purpose = (
        "The texts that workflows send. A change shows in the next message; what was sent stays as it was."
    )
    form = TemplateForm
    announced_as = "template"
    announced_related = ("variants",)
    list_display = ("title", "subject", "used_in", "languages", "links_shown")
    list_display_links = ("title",)
    list_filter = (InUseFilter,)
    search_fields = ("slug", "name", "subject", "body")
    fields = ("name", "slug", "subject", "body")
    inlines = (VariantInline,)
    actions_detail = ("send_test", "retire", "bring_back")

    class Media:
        css: ClassVar = {"all": ("ordinus/preview.css",)}

    def get_urls(self) -> list[URLPattern]:
        shown = self.admin_site.admin_view(self.preview_part)
        return [path("preview/", shown, name="bookings_messagetemplate_preview"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("variants")

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

    @display(description="Also in", empty_value="—")
    def languages(self, obj: Any) -> str | None:
        return ", ".join(variant.language for variant in obj.variants.all()) or None

    @display(description="Links in it", empty_value="none")
    def links_shown(self, obj: Any) -> str | None:
        names = sorted(name for name in obj.names_used() if name.endswith("_url"))
        return ", ".join(said(name.removesuffix("_url")).lower() for name in names) or None

    def summary(self, obj: Any) -> str | SafeString:
        used = self.used_in(obj)
        where = f"Sent by {used}." if used else "No published workflow or draft sends it."
        url = list_url(Message, f"template={obj.slug}")
        return format_html('{} <a class="ord-link" href="{}">What was sent</a>', where, url)

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        context = {
            "url": reverse("admin:bookings_messagetemplate_preview"),
            "slug": obj.slug,
            "languages": [variant.language for variant in obj.variants.all()],
            "bookings": _bookings(request),
            "select_class": " ".join(SELECT_CLASSES),
            **_mail(obj.slug, obj.subject, obj.body, None),
        }
        return render_to_string("admin/ordinus/template_preview.html", context, request)

    def preview_part(self, request: HttpRequest) -> HttpResponse:
        """The mail as the form stands now, saved or not; nothing is written."""
        if not self.has_view_permission(request):
            return HttpResponse(status=403)
        subject, body = _typed(request.POST, request.POST.get("preview-language", OWN))
        slug = request.POST.get("preview-slug", "")
        context = _mail(slug, subject, body, _booking(request, request.POST.get("preview-booking", "")))
        return HttpResponse(render_to_string("admin/ordinus/template_mail.html", context, request))

    def has_send_test_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(self.has_change_permission(request) and getattr(request.user, "email", ""))

    @action(
        description="Send me a test…",
        permissions=["send_test"],
        url_path="send-test",
        dialog={
            "title": "Send a test to yourself?",
            "description": "The text as it is saved, on a made-up meeting. Its links lead nowhere.",
            "form_class": TestForm,
            "form_submit_text": "Send",
        },
    )
    def send_test(self, request: HttpRequest, form: forms.Form, object_id: Any) -> HttpResponse:
        template, user = MessageTemplate.objects.get(pk=object_id), request.user
        message = previewing.send_test(
            template,
            form.cleaned_data["language"],
            kind=kind_of(template.slug),
            to=user.email,  # type: ignore[union-attr]
            name=user.get_full_name(),  # type: ignore[union-attr]
            now=timezone.now(),
        )
        text = 'It is on its way to {}. <a class="ord-link" href="{}">See it in the message log</a>'
        messages.success(request, format_html(text, message.to_address, change_url(message)))
        return leave_dialog(request, change_url(template))

    def needed_by(self, obj: Any) -> str:
        return usage.needed_sentence("template", obj.slug)

    def has_history(self, obj: Any) -> bool:
        return Message.objects.filter(template=obj.slug).exists()


def _typed(data: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Subject and text of this language as they stand in the form, the template's own if it has none."""
    number = 0
    while language and f"variants-{number}-language" in data:
        if language_tag(data[f"variants-{number}-language"]) == language:
            return data.get(f"variants-{number}-subject", ""), data.get(f"variants-{number}-body", "")
        number += 1
    return data.get("subject", ""), data.get("body", "")


def _mail(slug: str, subject: str, body: str, booking: Booking | None) -> dict[str, Any]:
    """What is wrong with the text, and the mail that it would be."""
    texts = {"The subject": subject, "The text": body}
    problems = [
        f"{which}, {place_of(problem, text)[:1].lower()}{place_of(problem, text)[1:]}{problem.sentence}"
        for which, text in texts.items()
        for problem in rendering.problems(text)
    ]
    now = timezone.now()
    mail = previewing.preview(subject, body, kind=kind_of(slug), now=now, booking=booking)
    return {"mail": mail, "problems": problems}


def _bookings(request: HttpRequest) -> list[tuple[int, str]]:
    """The newest meetings, for those who may look at meetings."""
    if not request.user.has_perm("bookings.view_booking"):
        return []
    newest = Booking.objects.select_related("lead", "meeting_type").order_by("-pk")[:MOST_BOOKINGS]
    zone = timezone.get_current_timezone_name()
    return [(each.pk, f"{each.lead}, {wording.moment(each.start_at, zone)}") for each in newest]


def _booking(request: HttpRequest, number: str) -> Booking | None:
    if not number.isascii() or not number.isdigit() or not request.user.has_perm("bookings.view_booking"):
        return None
    return (
        Booking.objects.select_related("lead", "rep", "meeting_type", "enquiry")
        .filter(pk=int(number))
        .first()
    )

"""A table as a CSV file or pasted text; after a look at what it would do it is sent again as text."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextareaWidget

from workflows.core import texts

MEGABYTE = 1024 * 1024


class CsvForm(forms.Form):
    """After `clean` the text is there, whichever way it came. A subclass says how large, and shows an example."""

    largest: ClassVar[int] = 1
    """In megabytes."""

    example: ClassVar[str] = ""

    file = forms.FileField(
        label="CSV file", required=False, widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,text/csv"})
    )
    text = forms.CharField(
        label="Or paste it", required=False, strip=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 6})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["placeholder"] = self.example

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        upload = cleaned.get("file")
        if upload and upload.size > self.largest * MEGABYTE:
            self.add_error("file", f"The file is larger than {self.largest} MB. Split it.")
        elif upload:
            try:
                cleaned["text"] = texts.decoded(upload.read())
            except texts.NoText as error:
                self.add_error("file", str(error))
        elif not (cleaned.get("text") or "").strip():
            self.add_error("text", "Choose a file, or paste its text here.")
        return cleaned

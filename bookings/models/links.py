"""What the tokens in pages and mails open."""

from __future__ import annotations

from django.db import models


class Link(models.Model):
    """A token's other half: the nonce that lets it be written again, the digest that finds it."""

    class Purpose(models.TextChoices):
        RUN = "run", "Book a time"
        MANAGE = "manage", "See and change a booking, for its whole life"
        REVISION = "revision", "See and change a booking, while its revision stands"
        OUTCOME = "outcome", "Mark a meeting's outcome"

    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    ident = models.BigIntegerField(help_text="Number of the run or booking.")
    revision = models.PositiveIntegerField(default=0)
    nonce = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "ident", "revision"], name="link_once_per_object")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.ident}"

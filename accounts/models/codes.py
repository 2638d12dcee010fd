"""One-time codes sent to a phone, or to an e-mail address."""

from django.db import models


class OneTimeCode(models.Model):
    """A code that proves a number or address is held: single use, short-lived, few tries."""

    # Where it was sent: a mobile number, or an e-mail address.
    phone = models.CharField(max_length=254, db_index=True)
    address_digest = models.CharField(max_length=64)
    code_digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"code of {self.sent_at:%Y-%m-%d %H:%M}"

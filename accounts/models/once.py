"""Keys of requests already answered, so that a repeat gets the first answer again."""

from django.db import models
from django.db.models.functions import Now


class OnceKey(models.Model):
    """One answered request. Who may see the answer holds the key; the row alone tells nothing."""

    # SHA-256 of sender, path and key. A constraint, not `unique=True`: that would build a second
    # index for LIKE, which nobody asks.
    digest = models.CharField(max_length=64)
    # SHA-256 of what was sent.
    fingerprint = models.CharField(max_length=64)
    # Encrypted under the key itself; empty only inside the transaction that makes it.
    answer = models.BinaryField(default=b"")
    # The database's clock, without asking it apart.
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest"], name="once_key_unique")]

    def __str__(self) -> str:
        return self.digest[:8]

"""Rows that are appended and nothing else: what was wrong is answered by another row.

A trigger refuses the same in the database; this says so before it is asked.
"""

from typing import Any, ClassVar, NoReturn, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model, covariant=True)


class AppendedQuerySet(models.QuerySet[M]):
    """Appending is all that can be done with these rows."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{self.model.__name__}: appended, never edited")

    def delete(self) -> NoReturn:
        raise TypeError(f"{self.model.__name__}: appended, never deleted")


class Appended(models.Model):
    """A row that is written once."""

    objects: ClassVar[AppendedQuerySet[Any]] = AppendedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError(f"{type(self).__name__}: appended, never edited")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__}: appended, never deleted")

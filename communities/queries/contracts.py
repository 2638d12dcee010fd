"""Contracts as a page shows them: where they stand, and by when what has to be said."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from communities.models import Contract


@dataclass(frozen=True)
class Served:
    """A contract on a day. The same estate at another grade than before is an upgrade (T8)."""

    contract: Contract
    on: date
    upgrade: bool

    @property
    def state(self) -> str:
        if self.contract.from_on > self.on:
            return "ahead"
        until = self.contract.until_on
        return "over" if until is not None and until <= self.on else "running"

    @property
    def notice_by(self) -> date | None:
        """The last day on which a side may say in time that it will not go on."""
        until = self.contract.until_on
        return until - timedelta(days=self.contract.renewal_days) if until else None

    @property
    def alarm(self) -> bool:
        """The days of notice have begun and nobody has said how it goes on."""
        by = self.notice_by
        return by is not None and by <= self.on and not self.contract.ending

    @property
    def dismissed_from(self) -> date:
        """When it would end at the earliest if the firm were told today."""
        return self.on + timedelta(days=self.contract.dismissal_days)

    @property
    def late_notice(self) -> bool:
        """Notice of not renewing came after the day by which it was due."""
        told, by = self.contract.notified_on, self.notice_by
        return told is not None and by is not None and told > by and self.not_renewed

    @property
    def not_renewed(self) -> bool:
        return self.contract.ending == "not_renewed"


def served(contracts: Iterable[Contract], on: date) -> list[Served]:
    """These contracts, given by their beginnings, with the latest first."""
    grades: dict[int, str] = {}
    found = []
    for contract in contracts:
        before = grades.get(contract.estate_id, "")
        upgrade = bool(before and contract.grade and before != contract.grade)
        found.append(Served(contract, on, upgrade))
        grades[contract.estate_id] = contract.grade or before
    return found[::-1]

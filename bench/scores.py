"""How fast the scores of a period are frozen, on PostgreSQL: `make bench`.

5,000 firms, each at one estate, 40 inputs each: 30 findings of two sheets and ten of a verdict.
They are frozen as the sweep does it; the figure is seconds for all of them. The queries of each
batch are counted: they are as many for the last firms as for the first. Rows are made in bulk, not
by the verbs: only freezing is measured.
"""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from time import perf_counter, process_time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from accounts.models import User  # noqa: E402
from common.now import now  # noqa: E402
from communities.models import Body, BodyKind, Contract, Estate, Place, PlaceKind  # noqa: E402
from ratings.actions.freezing import freeze_batch  # noqa: E402
from ratings.models import (  # noqa: E402
    Assessment,
    AssessmentState,
    Finding,
    Period,
    PeriodState,
    Scheme,
    SchemeVersion,
    Scorecard,
)

FIRMS = int(os.environ.get("FIRMS", "5000"))
SHEETS = {"onsite": 20, "document": 10, "": 10}
FROM, UNTIL = date(2026, 1, 1), date(2026, 4, 1)
CHUNK = 2000


def items(prefix: str, count: int, method: str) -> list[dict[str, str]]:
    return [
        {"code": f"{prefix}-{n}", "name_zh": f"{prefix}{n}", "points": "4",
         "rule": "per_finding", "step": "1", **({"method": method} if method else {})}
        for n in range(1, count + 1)
    ]  # fmt: skip


def terms() -> dict[str, object]:
    found = [*items("O", SHEETS["onsite"], "onsite"), *items("P", SHEETS["document"], "document")]
    sheet = {"key": "inspection", "name_zh": "督查", "weight": "0.6", "source": "sheet",
             "dimensions": [{"code": "D", "name_zh": "各项", "items": found}]}  # fmt: skip
    verdict = {"key": "verdict", "name_zh": "评定", "weight": "0.4", "source": "verdict",
               "judge": "authority", "dimensions": [
                   {"code": "V", "name_zh": "评定", "items": items("V", SHEETS[""], "")}
               ]}  # fmt: skip
    return {"subject": "firms", "cycle": "quarter", "parts": [sheet, verdict]}


def district() -> tuple[Place, Place, Period]:
    """A district with one community, and the period of its scheme, to be frozen."""
    made = [
        (PlaceKind.DISTRICT, "990101", "测区"),
        (PlaceKind.SUBDISTRICT, "990101001", "测街道"),
        (PlaceKind.COMMUNITY, "990101001001", "测社区"),
    ]
    above, places = None, []
    for kind, code, name in made:
        above = Place.objects.create(kind=kind, code=code, name=name, parent=above)
        places.append(above)
    scheme = Scheme.objects.create(place=places[0], name="测评", subject="firms")
    version = SchemeVersion.objects.create(
        scheme=scheme, number=1, terms=terms(), made_at=now(), settled_at=now()
    )
    period = Period.objects.create(
        scheme=scheme,
        version=version,
        name="一季度",
        from_on=FROM,
        until_on=UNTIL,
        assess_until_on=UNTIL,
        state=PeriodState.FREEZING,
    )
    return places[0], places[2], period


def fill() -> Period:
    """Firms, estates, contracts, sheets and findings, in bulk."""
    top, community, period = district()
    by = User.objects.create(username="bench", name="bench", registered_at=now())
    estates = Place.objects.bulk_create(
        [
            Place(kind=PlaceKind.ESTATE, code=f"{community.code}{n:05d}", name=f"小区{n}",
                  parent=community)
            for n in range(FIRMS)
        ],
        batch_size=CHUNK,
    )  # fmt: skip
    Estate.objects.bulk_create([Estate(place=e, households=100) for e in estates], CHUNK)
    firms = Body.objects.bulk_create(
        [
            Body(kind=BodyKind.FIRM, code=f"990101-fi-{n:05d}", name=f"物业{n}", place=top)
            for n in range(FIRMS)
        ],
        batch_size=CHUNK,
    )
    pairs = list(zip(estates, firms, strict=True))
    Contract.objects.bulk_create(
        [Contract(estate=estate, firm=firm, from_on=FROM) for estate, firm in pairs], CHUNK
    )
    sheets = [
        Assessment(
            period=period,
            estate=estate,
            body=firm,
            part="inspection" if method else "verdict",
            method=method,
            state=AssessmentState.SETTLED,
            on=FROM,
            by=by,
            office="district_officer",
            office_place=top,
            settled_at=now(),
        )
        for estate, firm in pairs
        for method in SHEETS
    ]
    made = Assessment.objects.bulk_create(sheets, CHUNK)
    letter = {"onsite": "O", "document": "P", "": "V"}
    Finding.objects.bulk_create(
        (
            Finding(assessment=sheet, item=f"{letter[sheet.method]}-{n}", value=Decimal(n % 3))
            for sheet in made
            for n in range(1, SHEETS[sheet.method] + 1)
        ),
        5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return period


class Counter:
    """Counts queries without keeping their words: those of a thousand cards are megabytes."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, execute: Callable[..., Any], *told: Any) -> Any:
        self.asked += 1
        return execute(*told)


def freeze(period: Period) -> tuple[float, list[int]]:
    """Seconds for all of them, and the queries of each batch."""
    queries: list[int] = []
    started, more = perf_counter(), True
    while more:
        counter = Counter()
        with connection.execute_wrapper(counter):
            _made, more = freeze_batch(period.pk)
        queries.append(counter.asked)
    return perf_counter() - started, queries


def main(words: list[str]) -> int:
    """Returns 1 where it takes longer than asked, or a batch asks more than the one before."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--within", type=float, default=60.0, help="seconds")
    asked = parser.parse_args(words)
    if connection.vendor != "postgresql":
        print("This is measured on PostgreSQL: python -m bench scores", file=sys.stderr)
        return 2
    call_command("migrate", verbosity=0)
    period = fill()
    begun = process_time()
    took, queries = freeze(period)
    own = process_time() - begun
    cards = Scorecard.objects.filter(period=period)
    assert cards.count() == 2 * FIRMS, cards.count()
    assert not cards.filter(total=None).exists()
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    print(f"\n{FIRMS:,} firms × {sum(SHEETS.values())} inputs frozen in {took:.1f} s", end="")
    print(f" ({own:.1f} s of our own work; load {load:.1f} per core)")
    print(f"  queries of each batch: {queries}")
    # The last batch has one more: it says that the period is frozen.
    steady = max(queries[:-1] or queries) == min(queries[:-1] or queries)
    return 0 if took <= asked.within and steady else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

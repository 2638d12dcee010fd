"""How quick and how good everybody is: the county's firms differ as firms do."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Pace:
    """Median minutes of each step, and the shares of what can go well or wrong."""

    accept: float
    attend: float
    finish: float
    # Comes at night too, rather than in the morning.
    night: float
    # Reports "done" without having done much, so that the desk sends it back.
    junk: float
    # The reporter says that it is solved.
    solves: float
    # Weights of 5, 4, 3, 2, 1 from those whose matter is solved.
    liked: tuple[int, int, int, int, int]
    returns: float


PACES: Final = {
    "excellent": Pace(6, 22, 110, 0.95, 0.01, 0.98, (72, 24, 4, 0, 0), 0.01),
    "good": Pace(12, 34, 240, 0.82, 0.04, 0.92, (44, 42, 12, 2, 0), 0.04),
    "fair": Pace(20, 46, 480, 0.68, 0.09, 0.85, (25, 40, 25, 8, 2), 0.06),
    "slow": Pace(52, 100, 1300, 0.4, 0.16, 0.74, (10, 28, 34, 20, 8), 0.09),
    "poor": Pace(120, 200, 2200, 0.12, 0.3, 0.55, (4, 14, 30, 30, 22), 0.14),
    # Departments keep office hours; what they take up takes days.
    "department": Pace(28, 60, 2000, 0.7, 0.03, 0.86, (28, 42, 22, 6, 2), 0.03),
    "community": Pace(16, 40, 600, 0.75, 0.03, 0.9, (38, 42, 16, 3, 1), 0.0),
}

# Median minutes from a report to somebody looking at it, and from a result to its review.
DESK_LOOKS: Final = 38.0
DESK_LOOKS_URGENT: Final = 6.0
DESK_REVIEWS: Final = 260.0
DESK_NIGHT: Final = 0.8
# Urgent matters are taken up faster by everybody, long ones take weeks.
HASTE: Final = {"normal": 1.0, "urgent": 0.38, "long": 1.4}
FINISH: Final = {"normal": 1.0, "urgent": 0.5, "long": 6.0}

# How many reports an hour of the day and a day of the week bring: evenings and Mondays are busy.
HOURS: Final = dict(
    enumerate(
        (0.5, 0.3, 0.2, 0.2, 0.3, 0.6, 2, 5, 8, 9, 8, 6, 5, 4, 6, 6, 6, 7, 9, 12, 12, 8, 4, 2)
    )
)
WEEKDAYS: Final = (1.65, 1.15, 1.05, 1.0, 1.05, 0.9, 0.8)
# A rainy week brings three times as many reports, mostly of water.
STORM: Final = 3.0
STORM_TOPICS: Final = {"0101": 38, "0205": 26, "0103": 10, "0604": 10, "0302": 5, "0202": 5}

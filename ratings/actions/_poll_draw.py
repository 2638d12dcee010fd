"""The draw of a poll: the same homes for the same seed, each building with its share.

1. Homes stand building by building, in a building by the hash of the seed and their code.
2. Down that row one goes in equal steps, from a beginning that the seed gives as well.

So every home has the same chance, and a building has its exact share of those drawn, rounded down
or up: whoever holds the seed and the list of homes comes to the same result.
"""

from collections.abc import Collection
from hashlib import sha256

from communities.models.places import CODE_LENGTH, PlaceKind

BUILDING = CODE_LENGTH[PlaceKind.BUILDING]
_BITS = 64


def draw(codes: Collection[str], seed: str, most: int) -> list[str]:
    """So many of these homes, or all where there are no more; sorted."""
    row = sorted(codes, key=lambda code: (code[:BUILDING], _hash(f"{seed}:{code}"), code))
    number = min(most, len(row))
    begin = int(_hash(f"{seed}:begin")[: _BITS // 4], 16)
    return sorted(
        row[((step << _BITS) + begin) * len(row) // (number << _BITS)] for step in range(number)
    )


def fingerprint(codes: Collection[str]) -> str:
    """SHA-256 of the homes there were to draw from: their codes, sorted, one a line."""
    return _hash("\n".join(sorted(codes)))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()

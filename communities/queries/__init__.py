from communities.queries.places import (
    beneath,
    beneath_open,
    estates_of,
    find_estates,
    place_of_code,
)

__all__ = ["beneath", "beneath_open", "estates_of", "find_estates", "place_of_code"]

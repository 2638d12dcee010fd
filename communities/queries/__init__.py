from communities.queries.places import beneath, estates_of, find_estates, place_of_code

__all__ = ["beneath", "estates_of", "find_estates", "place_of_code"]

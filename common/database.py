"""Whether it is the database that fails, or we who asked it something wrong."""

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError


def is_away(error: BaseException) -> bool:
    """Whether the database is down, full, out of locks or too busy: it passes by itself."""
    if isinstance(error, InternalError):
        # The server's own trouble, as with a quota that is used up. The rest of what the driver
        # calls internal is a mistake of ours: a statement after one that failed.
        return str(getattr(error.__cause__, "pgcode", None)).startswith("XX")
    # A connection that ends in the middle of an answer has no kind of its own.
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError

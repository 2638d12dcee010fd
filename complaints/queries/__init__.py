from complaints.queries.lists import (
    handlers_for,
    my_reports,
    orders_of_handler,
    queue,
    seen,
)
from complaints.queries.order_page import OrderPage, order_page
from complaints.queries.photos import kept_photos, photo_seen
from complaints.queries.rules import usual_promises

__all__ = [
    "OrderPage",
    "handlers_for",
    "kept_photos",
    "my_reports",
    "order_page",
    "orders_of_handler",
    "photo_seen",
    "queue",
    "seen",
    "usual_promises",
]

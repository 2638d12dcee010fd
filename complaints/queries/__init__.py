from complaints.queries.entering import estates_to_enter
from complaints.queries.handlers import handlers_for, may_handle
from complaints.queries.lists import my_reports, orders_of_handler, queue, seen
from complaints.queries.order_page import OrderPage, order_page
from complaints.queries.photos import kept_photos, own_photos, photo_seen
from complaints.queries.rules import usual_place, usual_promises

__all__ = [
    "OrderPage",
    "estates_to_enter",
    "handlers_for",
    "kept_photos",
    "may_handle",
    "my_reports",
    "order_page",
    "orders_of_handler",
    "own_photos",
    "photo_seen",
    "queue",
    "seen",
    "usual_place",
    "usual_promises",
]

from complaints.queries.lists import (
    handlers_for,
    my_reports,
    orders_of_handler,
    queue,
    seen,
)
from complaints.queries.order_page import OrderPage, order_page

__all__ = [
    "OrderPage",
    "handlers_for",
    "my_reports",
    "order_page",
    "orders_of_handler",
    "queue",
    "seen",
]

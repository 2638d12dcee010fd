"""The outbox sweep."""

from celery import shared_task

from notifications import actions


@shared_task(name="notifications.tasks.deliver_pending")
def deliver_pending() -> None:
    actions.deliver_pending()

"""Housekeeping."""

from celery import shared_task

from accounts import once


@shared_task(name="accounts.tasks.forget_old_keys")
def forget_old_keys() -> None:
    once.forget_old_keys()

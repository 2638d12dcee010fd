"""Housekeeping."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from accounts import codes, once


@shared_task(name="accounts.tasks.forget_old_keys")
def forget_old_keys() -> None:
    once.forget_old_keys()


@shared_task(name="accounts.tasks.forget_old_codes")
def forget_old_codes() -> None:
    codes.forget_old_codes()


@shared_task(name="accounts.tasks.forget_old_sessions")
def forget_old_sessions() -> None:
    SessionStore.clear_expired()

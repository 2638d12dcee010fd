"""The sweeps beat runs."""

from celery import shared_task

from complaints import actions


@shared_task(name="complaints.tasks.sound_alarms")
def sound_alarms() -> None:
    actions.sound_alarms()


@shared_task(name="complaints.tasks.remove_unowned_photos")
def remove_unowned_photos() -> None:
    actions.remove_unowned_photos()

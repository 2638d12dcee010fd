"""Pages about the calendar and the duty rosters."""

from django.urls import path

from communities.views import calendar, duty

app_name = "communities"

urlpatterns = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<int:year>/", calendar.calendar, name="calendar_year"),
    path("calendar/<int:year>/edit/", calendar.edit, name="calendar_edit"),
    path("duty/", duty.roster, name="duty"),
    path("duty/repeat/", duty.repeat, name="duty_repeat"),
    path("duty/<uuid:public_id>/", duty.shift, name="duty_shift"),
    path("duty/<uuid:public_id>/stand-in/", duty.stand_in, name="duty_stand_in"),
    path("duty/<uuid:public_id>/remove/", duty.remove, name="duty_remove"),
]

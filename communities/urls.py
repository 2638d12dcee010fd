"""Pages about the calendar and the duty rosters."""

from django.urls import path

from communities.views import calendar

app_name = "communities"

urlpatterns = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<int:year>/", calendar.calendar, name="calendar_year"),
    path("calendar/<int:year>/edit/", calendar.edit, name="calendar_edit"),
]

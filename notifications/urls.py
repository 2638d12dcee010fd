"""Pages of notices."""

from django.urls import path

from notifications import views
from notifications.views import wishes

app_name = "notifications"

urlpatterns = [
    path("", views.inbox, name="list"),
    path("bell/", views.bell, name="bell"),
    path("read/", views.read, name="read"),
    path("wishes/", wishes.wishes, name="wishes"),
    path("wechat/", wishes.wechat, name="wechat"),
    path("wechat/back/", wishes.wechat_back, name="wechat_back"),
]

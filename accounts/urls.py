"""Pages about one's own account."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("register/", views.register, name="register"),
    path("register/confirm/", views.register_confirm, name="register_confirm"),
    path("preferences/", views.preferences, name="preferences"),
    path("phone/", views.phone, name="phone"),
    path("email/", views.email, name="email"),
]

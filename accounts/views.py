"""Pages about one's own account: signing in and out, registering, preferences, one's number."""

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, audit, codes
from accounts.actors import CLOCK
from accounts.address import address_digest
from accounts.forms import (
    ConfirmForm,
    EmailCodeForm,
    EmailForm,
    PhoneForm,
    PreferencesForm,
    RegisterForm,
    SignInForm,
)
from accounts.http import SignedInRequest
from accounts.middleware import ELDER_COOKIE
from accounts.models import User
from common.errors import DomainError
from common.forms import put_back, sent

YEAR = 365 * 24 * 3600  # seconds


def way_on(request: HttpRequest, otherwise: str = "") -> str:
    """Where the person was going, if that is one of our own pages; else `otherwise`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else otherwise


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """By mobile number or user name. An unknown name and a wrong password look the same."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect(way_on(request, reverse("front")))
    form = SignInForm(sent(request))
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            return _entered(request, user, way_on(request, reverse("front")))
        address = address_digest(request)
        audit.record(by=CLOCK, verb="sign_in_refused", target_kind="address", target=address)
        form.add_error(None, _("This number or name does not go with this password."))
    return render(request, "accounts/sign_in.html", {"form": form, "next": way_on(request)})


def _entered(request: HttpRequest, user: User, url: str) -> HttpResponse:
    """Sign in with a new session key, and in the language this person reads."""
    login(request, user, backend="accounts.backends.PhoneOrName")
    audit.record(by=user, verb="sign_in", target_kind="user", target=str(user.public_id))
    response = redirect(url)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        _keep_language(response, user.language)
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and with it every secret this browser was shown."""
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("front")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """First step: a code to the number. A number that has an account looks like any other."""
    form = PhoneForm(sent(request))
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["phone"]
        send = codes.send_known if User.objects.filter(phone=number).exists() else codes.send_code
        if _sent(request, form, send, number):
            request.session["registering"] = {"phone": number, "next": way_on(request)}
            return redirect("accounts:register_confirm")
    return render(request, "accounts/register.html", {"form": form, "next": way_on(request)})


def _sent(request: HttpRequest, form: forms.Form, send: Any, number: str) -> bool:
    """Whether a message left; if not, the form says why."""
    try:
        text = send(number, address=address_digest(request))
    except DomainError as refusal:
        put_back(form, refusal)
        return False
    if settings.PORTAL_MODE == "demo":
        # No message leaves a demonstration, so whoever plays it reads it here.
        messages.info(request, _("Demonstration – the message says: %(text)s") % {"text": text})
    return True


@sensitive_post_parameters("password", "code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register_confirm(request: HttpRequest) -> HttpResponse:
    """Second step: the code, a name and a password; then back to where the person was."""
    begun = request.session.get("registering")
    if not begun:
        return redirect("accounts:register")
    form = RegisterForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            user = _registered(begun["phone"], form.cleaned_data)
        except DomainError as refusal:
            put_back(form, refusal)
        else:
            del request.session["registering"]
            messages.success(request, _("Welcome, %(name)s.") % {"name": user.name})
            return _entered(request, user, begun["next"] or reverse("front"))
    context = {"form": form, "phone": begun["phone"], "next": begun["next"]}
    return render(request, "accounts/register_confirm.html", context)


def _registered(number: str, answers: dict[str, str]) -> User:
    # The password first: a weak one must not use up the code.
    actions.check_password(answers["password"], User(name=answers["name"], phone=number))
    codes.check_code(number, answers["code"])
    return actions.register(
        by=CLOCK,
        username=f"u{secrets.token_hex(8)}",
        name=answers["name"],
        password=answers["password"],
        phone=number,
        phone_confirmed=True,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Larger type for anybody; language and e-mail for those who are signed in."""
    if request.method == "POST" and "save" not in request.POST:
        return _toggled(request)
    if not isinstance(request.user, User):
        return redirect(f"{reverse('accounts:sign_in')}?next={request.path}")
    user = request.user
    now_set = {"language": user.language, "elder": user.elder}
    form = PreferencesForm(sent(request), initial=now_set)
    if request.method == "POST" and form.is_valid():
        actions.set_preferences(by=user, **form.cleaned_data)
        response = redirect("accounts:preferences")
        _keep_language(response, user.language)
        messages.success(request, _("Saved."))
        return response
    return render(request, "accounts/preferences.html", {"form": form})


def _toggled(request: HttpRequest) -> HttpResponse:
    """The switch in the menu: one click, back to the same page."""
    elder = request.POST.get("elder") == "1"
    if isinstance(request.user, User):
        actions.set_preferences(by=request.user, elder=elder)
    response = redirect(way_on(request, reverse("front")))
    response.set_cookie(ELDER_COOKIE, "1" if elder else "0", **_cookie())
    return response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """Confirm one's own number: number, code, done."""
    user = request.user
    if not isinstance(user, User):  # for the types: login_required has seen to it
        return redirect("accounts:sign_in")
    number = request.session.get("confirming", "")
    if request.method == "POST" and "code" in request.POST and number:
        form: forms.Form = ConfirmForm(request.POST)
        if form.is_valid() and _confirmed(form, user, number):
            del request.session["confirming"]
            messages.success(request, _("Your number is confirmed."))
            return redirect(way_on(request, reverse("accounts:preferences")))
        return _phone_page(request, form, number)
    form = PhoneForm(sent(request), initial={"phone": user.phone or ""})
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["phone"]
        if _sent(request, form, codes.send_code, number):
            request.session["confirming"] = number
            return _phone_page(request, ConfirmForm(), number)
    return _phone_page(request, form, "")


def _phone_page(request: HttpRequest, form: forms.Form, number: str) -> HttpResponse:
    context = {"form": form, "number": number, "next": way_on(request)}
    return render(request, "accounts/phone.html", context)


def _confirmed(form: forms.Form, user: User, number: str) -> bool:
    try:
        codes.check_code(number, form.cleaned_data["code"])
        actions.confirm_phone(number, by=user)
    except DomainError as refusal:
        put_back(form, refusal)
        return False
    return True


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def email(request: SignedInRequest) -> HttpResponse:
    """Confirm one's own e-mail address: address, code, done. Or have it forgotten."""
    user, address = request.user, request.session.get("confirming_email", "")
    if "forget" in request.POST:
        actions.forget_email(by=user)
        messages.success(request, _("Your e-mail address is forgotten."))
        return redirect("accounts:email")
    if "code" in request.POST and address:
        coded = EmailCodeForm(request.POST)
        if coded.is_valid() and _email_confirmed(coded, user, address):
            del request.session["confirming_email"]
            messages.success(request, _("Your e-mail address is confirmed."))
            return redirect(way_on(request, reverse("accounts:preferences")))
        return _email_page(request, coded, address)
    form = EmailForm(sent(request), initial={"email": user.email})
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        if _sent(request, form, codes.send_email_code, address):
            request.session["confirming_email"] = address
            return _email_page(request, EmailCodeForm(), address)
    return _email_page(request, form, "")


def _email_page(request: HttpRequest, form: forms.Form, address: str) -> HttpResponse:
    context = {"form": form, "address": address, "next": way_on(request)}
    return render(request, "accounts/email.html", context)


def _email_confirmed(form: forms.Form, user: User, address: str) -> bool:
    try:
        codes.check_code(address, form.cleaned_data["code"])
        actions.confirm_email(address, by=user)
    except DomainError as refusal:
        put_back(form, refusal)
        return False
    return True


def _keep_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **_cookie())


def _cookie() -> dict[str, Any]:
    return {
        "max_age": YEAR,
        "httponly": True,
        "samesite": "Lax",
        "secure": settings.SESSION_COOKIE_SECURE,
    }

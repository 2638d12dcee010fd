"""Every state-changing request is answered once: a double click or a replay gets that answer again.

Pages send a random `form_token` field, programs an `Idempotency-Key` header.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _

from accounts.address import address_of
from accounts.models import OnceKey
from common.errors import Conflict, DomainError, Invalid, TooLarge
from common.http import answer, is_api
from common.now import now

if TYPE_CHECKING:
    from collections.abc import Callable

    Handler = Callable[[HttpRequest], HttpResponse]

KEPT_FOR = timedelta(hours=24)
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
NOT_CONTENT = {"csrfmiddlewaretoken", "form_token"}
KEPT_HEADERS = ("Content-Type", "Location", "Cache-Control", "HX-Redirect", "HX-Location")
# A key shorter than this may be somebody else's too.
SHORTEST_UNGUESSABLE = 16


class OnceMiddleware:
    """Keeps the first answer to a key, gives it to every repeat, refuses another body.

    1. The key's row is inserted first; a second request with the key waits on it (PostgreSQL), or
       for the whole database (SQLite).
    2. The view runs in the same transaction.
    3. A success is kept, encrypted, and committed together with what the view changed.
    4. A refusal frees the key again and is otherwise as if there had been no key: what the view
       itself committed stays, for a wrong code must count even when the form comes back. Verbs
       undo their own changes when they raise.
    5. A crash undoes everything.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            claim = _claim(request)
            return self.get_response(request) if claim is None else self._once(request, claim)
        except DomainError as error:
            return answer(request, error)

    def _once(self, request: HttpRequest, claim: Claim) -> HttpResponse:
        try:
            with transaction.atomic():
                kept = claim.take()
                if kept is not None:
                    return kept
                response = self.get_response(request)
                claim.settle(response)
                return response
        except OperationalError as error:
            # SQLite has one writer; whatever else goes wrong there is not the first click's doing.
            if connection.vendor != "sqlite" or "locked" not in str(error):
                raise
            raise _Busy from None


class _Busy(Conflict):
    code = "busy"
    sentence = _("Your first click is still being worked on. Please look again in a moment.")


class _KeyReused(Conflict):
    code = "key_reused"
    sentence = _("This form has already been sent with other answers. Please start a new one.")


@dataclass
class Claim:
    """One request's claim to be the first with its key."""

    key: str
    digest: str
    fingerprint: str
    by_form: bool
    row: OnceKey = field(init=False)

    def take(self) -> HttpResponse | None:
        """None if the key is ours now, else the answer kept; another body raises Conflict."""
        self.row = OnceKey(digest=self.digest, fingerprint=self.fingerprint)
        try:
            with transaction.atomic():
                self.row.save(force_insert=True)
                return None
        except IntegrityError:
            row = OnceKey.objects.select_for_update().filter(digest=self.digest).first()
        if row is None:  # swept away this very moment
            raise _Busy
        moment = now()
        if row.created_at <= moment - KEPT_FOR:
            row.created_at, row.fingerprint = moment, self.fingerprint
            self.row = row
            return None
        if row.fingerprint != self.fingerprint:
            raise _KeyReused
        return self._open(bytes(row.answer))

    def settle(self, response: HttpResponse) -> None:
        """Keep a success, free the key after a refusal, undo everything after a crash."""
        if response.status_code >= 500:
            transaction.set_rollback(True)
        elif self._worth_keeping(response):
            self.row.answer = self._seal(response)
            self.row.save()
        elif not connection.needs_rollback:
            self.row.delete()

    def _worth_keeping(self, response: HttpResponse) -> bool:
        if response.streaming or response.status_code >= 400:
            return False
        # A page that answers 200 to its form shows the form again, with what is wrong.
        shown_again = self.by_form and response.status_code == 200
        return not shown_again or any(name in response for name in ("HX-Redirect", "HX-Location"))

    @cached_property
    def _cipher(self) -> Fernet:
        salt = bytes.fromhex(self.digest)
        derived = HKDF(SHA256(), length=32, salt=salt, info=b"kept answer")
        return Fernet(base64.urlsafe_b64encode(derived.derive(self.key.encode())))

    def _seal(self, response: HttpResponse) -> bytes:
        facts = {
            "status": response.status_code,
            "headers": {name: response[name] for name in KEPT_HEADERS if name in response},
            "body": base64.b64encode(response.content).decode(),
        }
        return self._cipher.encrypt(json.dumps(facts).encode())

    def _open(self, sealed: bytes) -> HttpResponse:
        facts: dict[str, Any] = json.loads(self._cipher.decrypt(sealed))
        # No cookies: those of the first answer are with whoever received it.
        headers = {**facts["headers"], "Idempotent-Replay": "true"}
        body = base64.b64decode(facts["body"])
        return HttpResponse(body, status=facts["status"], headers=headers)


def forget_old_keys(*, batch: int = 1000) -> int:
    """Delete keys older than 24 hours, a batch at a time; how many there were."""
    forgotten = 0
    old = OnceKey.objects.filter(created_at__lte=now() - KEPT_FOR)
    while keys := list(old.order_by("created_at").values_list("pk", flat=True)[:batch]):
        forgotten += old.filter(pk__in=keys).delete()[0]
    return forgotten


def _claim(request: HttpRequest) -> Claim | None:
    """The request's claim, None if it carries no key; what cannot be read raises DomainError."""
    if request.method != "POST":
        return None
    try:
        key = request.headers.get("Idempotency-Key", "").strip()
        by_form = not key and _is_form(request) and not is_api(request)
        if by_form:
            key = request.POST.get("form_token", "").strip()
        if not key:
            return None
        named = "\n".join([_sender(request, key), request.path, key])
        digest = hashlib.sha256(named.encode()).hexdigest()
        return Claim(key, digest, _fingerprint(request, key), by_form)
    except RequestDataTooBig:
        raise TooLarge from None
    except (SuspiciousOperation, MultiPartParserError):
        raise Invalid(_("What was sent could not be read.")) from None


def _is_form(request: HttpRequest) -> bool:
    return request.content_type in FORMS


def _sender(request: HttpRequest, key: str) -> str:
    """Whose key it is.

    Not the session of somebody who has not signed in: it begins with the first answer, and a
    repeat would then come from somebody else. The key itself is what nobody can guess.
    """
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    if token := request.headers.get("Authorization", ""):
        return f"token {token}"
    if len(key) < SHORTEST_UNGUESSABLE:
        return f"address {address_of(request)}"
    return "anybody"


def _fingerprint(request: HttpRequest, key: str) -> str:
    """HMAC of what was sent under its key; files by their content, never all of it in memory.

    A plain hash of a form with few answers, a poll's, could be tried out by whoever reads the
    table; the key is in no table.
    """
    sent: list[Any] = [request.content_type, request.META.get("QUERY_STRING", "")]
    if _is_form(request):
        sent += sorted((n, v) for n, v in request.POST.lists() if n not in NOT_CONTENT)
        sent += sorted(
            (name, file.name, _content_digest(file))
            for name, files in request.FILES.lists()
            for file in files
        )
    else:
        sent.append(hashlib.sha256(request.body).hexdigest())
    return hmac.digest(key.encode(), json.dumps(sent).encode(), "sha256").hex()


def _content_digest(file: Any) -> str:
    content = hashlib.sha256()
    for chunk in file.chunks():
        content.update(chunk)
    file.seek(0)
    return content.hexdigest()

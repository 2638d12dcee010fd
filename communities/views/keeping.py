"""One page for each verb of estates and firms: what it asks and refuses."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from common.errors import DomainError, NotAllowed
from common.forms import put_back, sent
from communities.forms.keeping import deed_of


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: SignedInRequest, noun: str, key: str, verb: str) -> HttpResponse:
    """Not there 404, not yours 403, not now 409, with the reason; not so: the form says why."""
    known, deed, target = deed_of(request.user, noun, key, verb)
    form = deed.form(sent(request), target=target, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = deed.do(target, by=request.user, **form.given)
            messages.success(request, str(deed.done))
            return redirect(deed.leads(made) if deed.leads else known.page(target))
        except NotAllowed:
            raise
        except DomainError as refusal:
            put_back(form, refusal)
    context = {
        "deed": deed,
        "form": form,
        "name": known.name(target),
        "back": known.page(target),
    }
    return render(request, "communities/keep.html", context)

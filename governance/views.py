from django.http import HttpRequest, HttpResponse


def front(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x")


overview = stylebook = healthz = form_expired = front

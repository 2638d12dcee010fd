"""Entry point for WSGI servers."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")

application = get_wsgi_application()

# Otherwise the first visitor of each process waits until every page has been imported; and what
# a server started with --preload has read is there at once in each process that it starts.
_ = get_resolver().url_patterns

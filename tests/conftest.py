"""What every test stands on: a county with its people, a clock to move, no way to the outside."""

import gc
import os
import socket
from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings as portal
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import translation
from django.utils.translation import trans_real
from pytest_django import DjangoDbBlocker, Settings

from accounts.models import User
from governance import health, translations
from tests.database import alone_at_the_database
from tests.factories import County
from tests.moments import MONDAY, Pretended
from tests.standing import Standing

if portal.PORTAL_MODE == "production":
    pytest.exit("PORTAL_MODE=production is for production; the tests run with PORTAL_MODE=test.")
# How long an example takes says how busy the machine is, nothing else.
hypothesis.settings.register_profile(
    "portal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("portal")
# For programs that tests start, and where the tests were started without `make test`.
os.environ["PORTAL_MODE"] = portal.PORTAL_MODE = "test"
# Argon2 is slow on purpose; a cast of seventeen would take seconds.
portal.PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    *portal.PASSWORD_HASHERS,
]
# Pages are read in Chinese, as after `make run`; where Django looked before there were any words,
# it would remember having found none.
if translations.compiled(translations.PO):
    trans_real._translations.clear()  # type: ignore[attr-defined]
# The lockout counts across a test's many sign-ins; its own tests switch it on.
portal.AXES_ENABLED = False
# Static files are looked for when asked for: every test client would list them all first.
portal.WHITENOISE_AUTOREFRESH = True

SEEDS = (
    "communities.migrations.0002_calendar_notices",
    "communities.migrations.0003_notices_are_reckoned",
    "complaints.migrations.0002_categories_and_rules",
    "complaints.migrations.0007_general_rules_name_their_preset",
)
# On PostgreSQL the database itself keeps what is appended.
GUARDS = (
    "complaints.migrations.0003_events_are_appended",
    "complaints.migrations.0006_supervision_orders",
    "ratings.migrations.0002_what_is_published_stays",
    "ratings.migrations.0006_red_and_black_lists",
    "ratings.migrations.0007_advice_and_subsidies",
    "ratings.migrations.0008_bulletins",
    "ratings.migrations.0010_the_credit_ledger",
    "ratings.migrations.0011_a_period_keeps_its_version",
    "ratings.migrations.0016_codes_that_were_printed",
)
NEEDS_POSTGRESQL = (
    "several at once: SQLite has one writer at a time, so there is nothing to race for"
)


# What takes longest begins first: at the end no worker waits for the other's last journey.
FIRST_OF_ALL = ("tests/journeys/", "tests/faults/", "tests/nets/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; races need PostgreSQL."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST_OF_ALL))
    if connection.vendor == "postgresql":
        return
    for item in items:
        if item.get_closest_marker("race"):
            item.add_marker(pytest.mark.skip(reason=NEEDS_POSTGRESQL))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test of real transactions empties every table; what migrations entered is entered again."""
    emptied = False
    try:
        yield
        emptied = True
    finally:
        if nextitem is not None and _emptied(item):  # after the last test the database is gone
            blocker: DjangoDbBlocker = item.config.stash[BLOCKER]
            with blocker.unblock():
                if not emptied:  # else what this test wrote would fail every test after it
                    alone_at_the_database()
                    call_command("flush", interactive=False, verbosity=0)
                for name in SEEDS:
                    import_module(name).enter(apps, None)


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """Tables come straight from the models: the way through all migrations takes half a minute.

    It is walked for real by the faults (PostgreSQL) and by the county in use (SQLite), and
    `make check` sees that it leads to these models.
    """
    return False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What migrations enter and guard is there from the start.

    At the end nobody else is at the database: a browser's last poll must not keep it.
    """
    with django_db_blocker.unblock():
        # Taken away to make the tables; whoever asks what is migrated asks these.
        portal.MIGRATION_MODULES = {}
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for app, name in MigrationLoader(None).disk_migrations:
            recorder.record_applied(app, name)
        for name in SEEDS:
            import_module(name).enter(apps, None)
        with connection.schema_editor() as editor:
            for name in GUARDS:
                import_module(name).guard(apps, editor)
    yield
    with django_db_blocker.unblock():
        STANDING.clear()
        alone_at_the_database()


STANDING = Standing()


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was collected stays to the end: nobody looks through it for rubbish again.

    While a browser's loop runs Django keeps another connection for the same thread: a county that
    stands would be left behind on the first, and hold its locks for ever.
    """
    gc.collect()
    gc.freeze()
    STANDING.allowed = not any(
        "playwright" in getattr(item, "fixturenames", ()) for item in session.items
    )


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """The county stands, or is cleared away, before a transaction of a test or a module begins."""
    of_a_module = fixturedef.scope == "module" and "django_db_blocker" in fixturedef.argnames
    # A class of Django's own tests begins its transaction before any fixture of a test.
    of_a_class = fixturedef.argname == "_django_setup_unittest" and request.cls is not None
    if of_a_module or of_a_class or fixturedef.argname == "_django_db_helper":
        asked = "county" in request.fixturenames and not _emptied(request.node)
        blocker: DjangoDbBlocker = request.config.stash[BLOCKER]
        with blocker.unblock():
            STANDING.see_to(asked and not of_a_module and not of_a_class)
    return (yield)


BLOCKER = pytest.StashKey[DjangoDbBlocker]()


@pytest.fixture(scope="session", autouse=True)
def _blocker(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> None:
    request.config.stash[BLOCKER] = django_db_blocker


def _emptied(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    if marker is not None and marker.kwargs.get("transaction"):
        return not item.get_closest_marker("skip")
    names = getattr(item, "fixturenames", ())
    return bool({"transactional_db", "live_server"} & set(names))


# --- No way to the outside ---------------------------------------------------------------


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Sockets reach this machine only; a test that calls further fails with the address."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family != socket.AF_UNIX and host not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test tried to reach {host}")
        real(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> None:
    """Photos of a test end with it."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """What one test found of broker and clock is not what the next one finds."""
    health.forget()


# --- The county and its people -----------------------------------------------------------


@pytest.fixture
def county(db: None) -> County:
    """Two districts with everybody in office; who may see what is said at `factories.cast`."""
    return STANDING.county()


@pytest.fixture
def people(county: County) -> dict[str, User]:
    """The cast, by name."""
    return county.people


@pytest.fixture
def surf(people: dict[str, User]) -> Callable[..., Client]:
    """Browsers in English, of somebody of the cast or of nobody."""

    def browser(name: str = "nobody") -> Client:
        client = Client()
        client.cookies[portal.LANGUAGE_COOKIE_NAME] = "en"
        if name != "nobody":
            client.force_login(people[name], backend="accounts.backends.PhoneOrName")
        return client

    return browser


@pytest.fixture
def in_english() -> Iterator[None]:
    """For tests that match refusals by their words in the source."""
    with translation.override("en"):
        yield


@pytest.fixture
def beginning() -> datetime:
    """Where the clock stands at first, unless a module says so with `pytest.mark.moment`."""
    return MONDAY


@pytest.fixture
def clock(request: pytest.FixtureRequest, beginning: datetime) -> Iterator[Pretended]:
    """A clock that stands at the beginning until it is moved."""
    named = request.node.get_closest_marker("moment")
    moved = Pretended(named.args[0] if named else beginning)
    yield moved
    moved.stop()


@pytest.fixture
def at_most(django_assert_max_num_queries: Callable[..., Any]) -> Callable[..., Any]:
    """`with at_most(12):` – no more queries than that."""
    return django_assert_max_num_queries

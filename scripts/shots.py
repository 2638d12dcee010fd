"""Takes a picture of every page, as everybody who sees it, on a phone and at a desk.

python -m scripts.shots [--english] [--elder] [--only WORD]          (make shots)

Of the database in use (VAR_DIR, DATABASE_URL), which is only read; into var/shots/, with contact
sheets. Exit code 1 when a route has no picture, or a page does not come.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts import browser
from scripts.processes import Child, Trouble, free_port, start, stop, wait_for_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from scripts.shots_cast import Shot

SIZES = {360: 740, 1280: 900}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
# Pictures load when they come into sight; here everything is in sight at once.
ALL_LOADED = """() => Promise.all([...document.images].map((image) => {
  image.loading = "eager";
  return image.decode().catch(() => null);
}))"""
# Numbers of these that come instead of a page; refusals are pages too.
FINE = (200, 403, 409)


@dataclass(frozen=True)
class Plan:
    """One picture to be taken, with all that is known before the browser starts."""

    name: str
    path: str
    session: str = ""
    body: str = ""  # a page that no address leads to


def serve(port: int, folder: Path) -> Child:
    """The portal on a free port, over the database in use."""
    words = ["-m", "gunicorn", "governance.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    words += ["--workers", "1", "--worker-class", "gthread", "--threads", "4"]
    child = start("portal", [sys.executable, *words, "--no-control-socket"], log=folder / "web.log")
    wait_for_port(child, port, seconds=60)
    return child


def plans(shots: "list[Shot]") -> Iterator[Plan]:
    """With one session for all pages that one person sees in one state."""
    from scripts.shots_cast import open_session

    opened: dict[str, str] = {}
    for shot in shots:
        whose = f"{shot.user and shot.user.pk} {shot.session}"
        if whose not in opened:
            opened[whose] = open_session(shot)
        yield Plan(shot.name, shot.url, opened[whose])


def errors(language: str) -> Iterator[Plan]:
    """The pages shown when something is wrong, as nobody in particular sees them."""
    from django.contrib.auth.models import AnonymousUser
    from django.template.loader import render_to_string
    from django.test import RequestFactory
    from django.utils import translation

    from scripts.shots_table import ERRORS

    request: Any = RequestFactory().get("/")
    request.user = AnonymousUser()
    with translation.override(language):
        for template, facts in ERRORS.items():
            body = render_to_string(template, facts, request=request)
            yield Plan(f"error.{template.removesuffix('.html')}.nobody", "/error/", body=body)


class Camera:
    """One browser, in one language. Each session keeps its own window from page to page."""

    def __init__(
        self, browser: "Browser", base: str, folder: Path, *, language: str, elder: bool
    ) -> None:
        self.browser, self.base, self.folder = browser, base, folder
        self.language, self.elder = language, elder
        self.windows: dict[str, Page] = {}
        self.problems: list[str] = []

    def take(self, plan: Plan) -> dict[int, Path]:
        """Goes to the page as that person; its picture at each size, none if no page came."""
        page = self.windows.get(plan.session) or self._window(plan.session)
        if plan.body:
            page.route(
                f"**{plan.path}",
                lambda route: route.fulfill(body=plan.body, content_type="text/html"),
            )
        status = self._go(page, plan.path)
        if status not in FINE:
            self.problems.append(f"{plan.name}: {plan.path} answers {status or 'nothing'}")
            return {}
        if self.elder:
            page.evaluate("document.documentElement.dataset.elder = 'true'")
        return {size: self._picture(page, plan, size) for size in SIZES}

    def _window(self, session: str) -> "Page":
        from django.conf import settings

        context = self.browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
        )
        given = {
            settings.SESSION_COOKIE_NAME: session,
            settings.LANGUAGE_COOKIE_NAME: self.language,
        }
        for name, value in given.items():
            if value:
                context.add_cookies([{"name": name, "value": value, "url": self.base}])
        self.windows[session] = context.new_page()
        return self.windows[session]

    def _go(self, page: "Page", path: str) -> int:
        """The number of the answer; 0 where none came that a browser could show."""
        from playwright.sync_api import Error

        try:
            answer = page.goto(self.base + path, wait_until="load")
            # The API's page draws itself when it has read the description.
            page.wait_for_function("() => !document.querySelector('.loading')")
        except Error:
            return 0
        return answer.status if answer else 0

    def _picture(self, page: "Page", plan: Plan, size: int) -> Path:
        page.set_viewport_size({"width": size, "height": SIZES[size]})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.problems.append(f"{plan.name}: scrolls sideways at {size} px")
        # A window as tall as the page: in a full-page picture what is fixed would hang half way.
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size, "height": max(SIZES[size], height)})
        page.evaluate(ALL_LOADED)
        path = self.folder / f"{plan.name}.{size}.png"
        page.screenshot(path=path, animations="disabled")
        return path


def take_all(wanted: list[Plan], folder: Path, *, language: str, elder: bool) -> list[str]:
    """Every picture at every size, and the sheets. Returns what went wrong."""
    from playwright.sync_api import sync_playwright

    from scripts import shots_sheet

    port = free_port()
    portal = serve(port, folder)
    base = f"http://127.0.0.1:{port}"
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=str(browser.find_or_install()),
                args=[*FLAGS, f"--lang={'en-US' if language == 'en' else 'zh-CN'}"],
            )
            camera = Camera(chromium, base, folder, language=language, elder=elder)
            taken = [(plan, camera.take(plan)) for plan in progress(wanted)]
            chromium.close()
    finally:
        stop([portal])
    for size in SIZES:
        pictures = [(plan.name, paths[size]) for plan, paths in taken if paths]
        for sheet in shots_sheet.draw(pictures, size=size, folder=folder):
            print(f"  {sheet}")
    return camera.problems


def progress(wanted: list[Plan]) -> Iterator[Plan]:
    for number, plan in enumerate(wanted, start=1):
        if number % 20 == 0 or number == len(wanted):
            print(f"{number} of {len(wanted)} pages", flush=True)
        yield plan


def ask(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make shots", description=__doc__.partition("\n")[0])
    parser.add_argument("--english", action="store_true", help="in English")
    parser.add_argument("--elder", action="store_true", help="with the larger type")
    parser.add_argument("--only", default="", help="only pictures with this word in their name")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Chooses, takes, tells. The exit code is for machines; the sheets are for people."""
    asked = ask(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "governance.settings")
    import django

    django.setup()
    from django.conf import settings

    from scripts.shots_cast import Cast, close_session
    from scripts.shots_table import missed, shots

    folder = settings.VAR_DIR / "shots"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    language = "en" if asked.english else "zh-hans"
    wanted = [*plans(list(shots(Cast()))), *errors(language)]
    try:
        chosen = [plan for plan in wanted if asked.only in plan.name]
        problems = take_all(chosen, folder, language=language, elder=asked.elder)
    except Trouble as trouble:
        problems = [str(trouble)]
    finally:
        for key in {plan.session for plan in wanted}:
            close_session(key)
    problems += [f"{name}: no picture; add it to scripts/shots_table.py" for name in missed()]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""From an empty portal to a county of 200 estates: ten workbooks, in the browser, in one sitting.

What is there at the beginning is what two commands make of a fresh installation. The workbooks are
as large and as messy as those of a county; what is wrong in them is read on the page, put right in
the workbook that comes back with verdicts, and sent in again.
"""

import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Browser

from communities.models import Committee, Contract, Grid, Import, Invitation, Place, PlaceKind
from communities.sheets import SHEETS
from communities.sheets.run import run_imports
from tests.communities.county_books import (
    BUILDINGS,
    DWELLINGS,
    Book,
    Books,
)
from tests.journeys.conftest import SIZES, Traveller

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
COUNTY, TOWN = "360730", "360730100"
PASSWORD = "bamboo-river-lantern"
TEXTS: list[tuple[str, str]] = []


def opened(name: str) -> str:
    """The county as a fresh installation has it; the password of its first officer."""
    told = io.StringIO()
    call_command("import_divisions", COUNTY, stdout=told)
    call_command("open_district", COUNTY, "宁都县", name, stdout=told)
    found = re.search(rf"Sign in as {name} with (\S+)", told.getvalue())
    assert found
    return found[1]


@contextmanager
def traveller(browser: Browser, base: str, name: str) -> Iterator[Traveller]:
    context = browser.new_context(viewport=SIZES["desk"], locale="zh-CN", accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    found = Traveller(page, base, name)
    page.on("pageerror", lambda error: found.problems.append(f"script: {error}"))
    try:
        yield found
        assert not found.problems, "\n".join(sorted(set(found.problems)))
    finally:
        context.close()


class Clerk:
    """The clerk at their screen, and the worker that reads and writes what they send."""

    def __init__(self, at: Traveller, folder: Path) -> None:
        self.at, self.page, self.folder = at, at.page, folder

    def signs_in(self, name: str, password: str) -> None:
        self.at.go("/account/sign-in/")
        self.page.locator("input[name=username]").fill(name)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("main form .btn-primary").click()
        self.page.wait_for_url(lambda url: "sign-in" not in url)

    def takes_templates(self) -> None:
        """Each list has a template whose headings are the list's."""
        self.page.goto(f"{self.at.base}/register/imports/")
        for kind, sheet in SHEETS.items():
            with self.page.expect_download() as coming:
                self.page.locator(f"a[href$='/template/{kind}/']").click()
            book = openpyxl.load_workbook(io.BytesIO(coming.value.path().read_bytes()))
            headings = [cell.value for cell in book.worksheets[0][1] if cell.value]
            assert len(headings) == len(sheet.columns)

    def sends(self, kind: str, data: bytes) -> None:
        path = self.folder / f"{kind}.xlsx"
        path.write_bytes(data)
        self.page.goto(f"{self.at.base}/register/imports/?kind={kind}")
        assert self.page.locator("[name=place]").first.input_value() == COUNTY
        self.page.set_input_files("[name=file]", path)
        self.page.get_by_role("button", name="上传并核对").click()
        self.page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}/"))

    def reads(self, kind: str, book: Book) -> None:
        """Sent and read; what is refused is corrected in the workbook with verdicts, sent again."""
        self.sends(kind, book.saved())
        run_imports()
        if not book.wrong:
            return
        self.page.get_by_text(f"有 {len(book.wrong)} 行未通过").first.wait_for()
        self.at.look()
        assert self.page.get_by_role("button", name="确认，全部写入").count() == 0
        for row, cell, _right in book.wrong:
            said = str(book.rows[row][cell])
            assert said in self.page.locator("main").inner_text(), (kind, said)
        with self.page.expect_download() as coming:
            self.page.locator("a[href$='/checked/']").first.click()
        self.sends(kind, corrected(Path(coming.value.path()), book))
        run_imports()

    def confirms(self, book: Book) -> None:
        button = self.page.get_by_role("button", name="确认，全部写入")
        button.wait_for()
        self.at.look()
        button.click()
        self.page.get_by_text("几秒钟后开始处理").wait_for()
        run_imports()
        self.page.get_by_text(f"新增 {len(book.rows)} 行").first.wait_for()

    def leaves_and_comes_back(self, kind: str, book: Book) -> None:
        """While the largest list is read its page shows how far; the work goes on without them."""
        self.sends(kind, book.saved())
        address = self.page.url
        with working():
            bar = f"progress[max='{len(book.rows)}']"
            self.page.locator(f"{bar}, .import-rows").first.wait_for()
            self.page.goto(f"{self.at.base}/register/")
        self.page.goto(address)


@contextmanager
def working() -> Iterator[None]:
    """A worker beside us; where the database takes one writer at a time, before us."""
    if connection.vendor == "sqlite":
        run_imports()
        yield
        return

    def work() -> None:
        try:
            run_imports()
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        worker.join()


def corrected(path: Path, book: Book) -> bytes:
    """The workbook with verdicts, its refused cells put right and nothing else changed."""
    right = {str(book.rows[row][cell]): value for row, cell, value in book.wrong}
    found = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    for cells in found.worksheets[0].iter_rows():
        for cell in cells[1:]:
            if str(cell.value) in right:
                cell.value = right[str(cell.value)]
    held = io.BytesIO()
    found.save(held)
    return held.getvalue()


def test_a_clerk_sets_up_a_county(
    browser: Browser, portal: Any, settings: Any, tmp_path: Path
) -> None:
    settings.SMS_SENDER = f"{__name__}.keep_text"
    password = opened("ningdu")
    communities = Place.objects.filter(kind=PlaceKind.COMMUNITY, code__startswith=TOWN)
    books = Books(list(communities.order_by("code").values_list("code", "name")[:40]))
    size = books.size
    with traveller(browser, portal.url, "clerk") as at:
        clerk = Clerk(at, tmp_path)
        clerk.signs_in("ningdu", password)
        at.go("/register/")
        assert "下一张表：小区" in at.text()
        clerk.takes_templates()
        for kind, book in books:
            if kind == "dwellings":
                clerk.leaves_and_comes_back(kind, book)
            else:
                clerk.reads(kind, book)
            clerk.confirms(book)
            made = Import.objects.order_by("-pk")[0]
            assert (made.state, made.created, made.refused) == ("done", size.rows[kind], 0)
        # Whoever has no account was invited; the links are made now and handed over.
        clerk.page.get_by_text(f"已邀请 {size.appointments} 人").wait_for()
        clerk.page.get_by_role("link", name="待转交的链接").click()
        clerk.page.get_by_role("button", name="生成并显示链接").click()
        row = clerk.page.locator(".import-links tbody tr").first
        link = row.locator(".import-link").inner_text().strip()
        assert clerk.page.locator(".import-links tbody tr").count() == size.appointments
        sees_the_county(clerk, books)
    comes_by(link, browser, portal.url)


def keep_text(phone: str, text: str) -> None:
    """Stands in for the sender of text messages."""
    TEXTS.append((phone, text))


def comes_by(link: str, browser: Browser, base: str) -> None:
    """The community's clerk opens the link, proves the number, and comes to their desk."""
    with traveller(browser, base, "newcomer") as at:
        page = at.page
        page.goto(link)
        at.look()
        at.press(page.get_by_role("button", name="发送验证码"))
        code = re.search(r"\d{6}", TEXTS[-1][1])
        assert code
        page.locator("input[name=username]").fill("zhaojianguo")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=code]").fill(code[0])
        at.press(page.locator("form.join-form .btn-primary"))
        assert "/people/" in page.url
        desk = page.goto(f"{base}/orders/queue/")
        assert desk is not None
        assert desk.ok
        at.go("/register/")
        assert "本单位维护" in at.text()
    came = Invitation.objects.get(accepted_at__isnull=False)
    assert came.appointment is not None
    assert (came.phone, came.office) == (TEXTS[-1][0], "community_clerk")
    assert came.appointment.user.phone == came.phone


def sees_the_county(clerk: Clerk, books: Books) -> None:
    """The register's pages say what was sent in."""
    size, at = books.size, clerk.at
    name = books.estates[0][0]
    estate = Place.objects.get(kind=PlaceKind.ESTATE, name=name)
    committee = Committee.objects.get(body__place=estate)
    grid = Grid.objects.get(name=f"{name}网格")
    firm = Contract.objects.get(estate=estate).firm
    pages = {
        "/register/": ["宁都县"],
        f"/places/{COUNTY}/": [f"小区 {size.estates} "],
        f"/places/{estate.code}/": [firm.name, f"户数 {BUILDINGS * DWELLINGS} ", "5栋"],
        f"/bodies/{firm.code}/": [firm.firm.credit_code, "执行中"],
        f"/grids/{grid.code}/": [f"{name}网格", "1栋", "5栋"],
        f"/bodies/{committee.body.code}/": ["已备案，任期内", "2024"],
        # Committees formed, and estates that are served: of all there are.
        f"/indicators/?place={COUNTY}": [
            f"{size.committees} / {size.estates} ",
            f"{size.estates} / {size.estates} ",
            f" / {size.members} ",
        ],
        f"/register/party/?under={estate.code}": [f"{name}党支部"],
    }
    for path, words in pages.items():
        at.go(path)
        text = " ".join(at.text().split()) + " "
        for said in words:
            assert said in text, (path, said, text)

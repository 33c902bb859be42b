"""A person before a browser: one context of Chromium, one page, and what it complained about."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

from tests.contract.document import Contract
from tests.e2e.words import EN, Words

PROGRAM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
TIMEOUT = 30_000  # ms; the machine may be busy, and nothing waits longer than it must
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
BROWSER_TONGUES = {"en": "en-GB", "zh-Hans": "zh-CN"}
# What has arrived is drawn by then, and what that leads to is asked for.
TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Chromium writes a line for every answer of 400 and more; tests say which of them they expect.
FAILED = re.compile(r"status of (\d{3})")


class Reader:
    """`reader.open("/tags")`; every act waits for what it needs. `words` are those of its language."""

    def __init__(
        self, context: BrowserContext, url: str, words: Words, contract: Contract | None = None
    ) -> None:
        self.context = context
        self.contract = contract
        self.url = url
        self.words = words
        self.complaints: list[str] = []
        self.under_way: set[str] = set()
        self.answered: set[str] = set()
        self.expected: set[int] = set()
        self.page = self.new_page()

    def new_page(self) -> Page:
        """One more tab."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("request", self._asked)
        page.on("response", self._judged)
        page.on("requestfinished", self._answered)
        page.on("requestfailed", self._answered)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        failed = FAILED.search(message.text)
        if failed and int(failed[1]) in self.expected:
            return
        self.complaints.append(f"{message.location.get('url')}: {message.text}")

    def _asked(self, request: Request) -> None:
        if request.is_navigation_request():
            self.answered.clear()
        # One answer for an address is enough: Chromium asks again behind the page's back for what it has shown stale
        # (stale-while-revalidate), and never says that it is done.
        if request.url not in self.answered:
            self.under_way.add(request.url)

    def _answered(self, request: Request) -> None:
        self.under_way.discard(request.url)
        self.answered.add(request.url)

    def _judged(self, response: Response) -> None:
        """Hold the API's answers to the document; their bodies are the business of quicker tests."""
        if self.contract is None or not response.url.startswith(f"{self.url}/api/"):
            return
        root_path = urlsplit(self.url).path
        try:
            self.contract.check_answer(
                response.request.method,
                response.url,
                response.status,
                response.headers.items(),
                None,
                root_path=root_path,
            )
        except AssertionError as error:
            self.complaints.append(f"{response.url}: {error}")

    def expects(self, *statuses: int) -> None:
        """Refusals that belong to the test; any other is a complaint."""
        self.expected.update(statuses)

    def open(self, path: str, page: Page | None = None) -> Response | None:
        """Go to an address below the root and wait until the client has drawn the page."""
        shown = page or self.page
        answer = shown.goto(path if path.startswith("http") else self.url + path)
        self.drawn(shown)
        return answer

    def drawn(self, page: Page | None = None) -> None:
        """Wait until the page has its heading and nothing is on its way any more."""
        shown = page or self.page
        expect(shown.locator("h1").first).to_be_attached()
        expect(shown.locator(".skeleton")).to_have_count(0)

    def settled(self) -> None:
        """Wait until everything the page asked for is here and drawn."""
        deadline = time.monotonic() + TIMEOUT / 1000
        while True:
            self.page.evaluate(TWO_FRAMES)
            if not self.under_way and not self.page.locator(".skeleton").count():
                return
            assert time.monotonic() < deadline, self.under_way

    def button(self, name: str, **values: object) -> Locator:
        """A button by its words."""
        return self.page.get_by_role("button", name=self.words(name, **values), exact=True)

    def link(self, name: str) -> Locator:
        """A link by its words."""
        return self.page.get_by_role("link", name=self.words(name), exact=True)

    def field(self, name: str) -> Locator:
        """A field by its label."""
        return self.page.get_by_label(self.words(name), exact=True)

    @property
    def banner(self) -> Locator:
        """The bar at the top."""
        return self.page.get_by_role("banner")

    @property
    def heading(self) -> Locator:
        """The page's own heading."""
        return self.page.get_by_role("heading", level=1)

    def notice(self, name: str, **values: object) -> Locator:
        """A short message that appears and goes."""
        return self.page.get_by_role("status").get_by_text(self.words(name, **values))

    def sign_in(self, login: str, password: str) -> None:
        """By the form, as a person does."""
        self.open("/signin")
        self.field("name_or_email").fill(login)
        self.field("password").fill(password)
        self.page.get_by_role("main").get_by_role("button", name=self.words("sign_in"), exact=True).click()
        expect(self.page).not_to_have_url(re.compile("/signin"))
        expect(self.banner.get_by_role("button", name=self.words("you"), exact=True)).to_be_visible()

    def scroll(self) -> int:
        """How far the page is scrolled, in CSS pixels."""
        return self.page.evaluate("Math.round(window.scrollY)")

    def wait(self, condition: str, argument: Any = None) -> None:
        """Wait until a JavaScript expression (or function of the argument) is true."""
        self.page.wait_for_function(condition, arg=argument)


@contextmanager
def read(
    browser: Browser,
    url: str,
    *,
    locale: str = EN,
    viewport: dict[str, int] | None = None,
    scheme: str = "light",
    contract: Contract | None = None,
) -> Iterator[Reader]:
    """A browser profile of its own for as long as the block lasts. Whatever the console heard at its end is a failure."""
    context = browser.new_context(
        viewport=viewport or DESKTOP,
        locale=BROWSER_TONGUES[locale],
        color_scheme=scheme,
        reduced_motion="reduce",
        timezone_id="Asia/Shanghai",
    )
    context.set_default_timeout(TIMEOUT)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader = Reader(context, url, Words(locale), contract)
    try:
        yield reader
    finally:
        _close(context)
    assert not reader.complaints, "\n".join(reader.complaints)


def _close(context: BrowserContext) -> None:
    try:
        context.close()
    except Error:  # the browser is gone already; what made it go is told by the test itself
        return

"""A real server with the demonstration city, and a real browser before it."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from learningcity.demo.logins import PARTS, PASSWORD, Part
from tests import machine

STARTS_WITHIN = 300
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all journeys with one worker, so that one server and one demo city serve them."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("journeys"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Show with a journey that failed where its pages stood, and what the server said last."""
    report = yield
    values = getattr(item, "funcargs", {})
    if report.when == "call" and report.failed and "open_page" in values:
        report.sections.append(("pages", "\n".join(map(seen, values["open_page"].pages))))
        log = values["city_folder"].parent / "server.log" if "city_folder" in values else None
        report.sections.append(("server", log.read_text()[-3000:] if log else ""))
    return report


def seen(page: Page) -> str:
    """Return what a page shows, for somebody who was not there."""
    try:
        return f"{page.url} {page.problems}\n{page.locator('body').inner_text(timeout=2000)[:2000]}"
    except PlaywrightError as error:
        return f"{page.url}: {error}"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_ready(address: str) -> bool:
    """Return whether the server answers that it is ready."""
    try:
        with urllib.request.urlopen(f"{address}/-/ready", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def city_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the demonstration city keeps everything."""
    return tmp_path_factory.mktemp("city") / "node"


@pytest.fixture(scope="session")
def city(city_folder: Path) -> Iterator[str]:
    """Serve the demonstration city as `make run` does; yield its address."""
    data, port = city_folder.parent, free_port()
    environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "LEARNINGCITY_DATA"}}
    command = [sys.executable, "-m", "learningcity.config.cli", "serve", "--demo"]
    with (data / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--port", str(port), "--data", str(city_folder)],
            stdout=log,
            stderr=log,
            env=environment,
        )
    address = f"http://127.0.0.1:{port}"
    give_up = time.monotonic() + STARTS_WITHIN
    while not is_ready(address):
        assert server.poll() is None, (data / "server.log").read_text()[-4000:]
        assert time.monotonic() < give_up, (data / "server.log").read_text()[-4000:]
        time.sleep(0.5)
    yield address
    server.terminate()
    server.wait(30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the Chromium of this machine."""
    program = machine.chromium()
    if not program:
        pytest.skip("no Chromium: a journey was not run")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, city: str, city_folder: Path):
    """Return a function that opens a page as somebody would: width, language, colours, scripts."""
    contexts, pages = [], []

    def open_at(
        path: str = "/",
        *,
        width: int = 1280,
        language: str = "en",
        scheme: str = "light",
        scripts: bool = True,
        state: StorageState | None = None,
    ) -> Page:
        context = browser.new_context(
            base_url=city,
            storage_state=state,
            viewport={"width": width, "height": 800},
            locale=language,
            color_scheme=scheme,
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        pages.append(page)
        page.problems = []
        page.on("console", lambda line: page.problems.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(path)
        return page

    open_at.pages = pages
    yield open_at
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, city: str):
    """Return a function that signs somebody of the demonstration in, once, and returns their cookies."""
    states: dict[str, StorageState] = {}

    def cookies_of(key: str) -> StorageState:
        if key not in states:
            context = browser.new_context(base_url=city, java_script_enabled=False)
            sign_in(context.new_page(), next(part for part in PARTS if part.key == key))
            states[key] = context.storage_state()
            context.close()
        return states[key]

    return cookies_of


def sign_in(page: Page, part: Part) -> None:
    """Sign in with the public password, and the code of the moment where there is a second step."""
    page.goto("/sign-in?next=/mine")
    page.get_by_role("textbox", name="E-mail address").fill(part.email)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).last.click()
    if part.role:
        code = re.search(r"\b(\d{6})\b", page.get_by_role("main").inner_text())
        assert code, page.get_by_role("main").inner_text()
        page.get_by_role("textbox").first.fill(code.group(1))
        page.get_by_role("main").get_by_role("button").first.click()
    page.goto("/mine")
    assert "/sign-in" not in page.url


@pytest.fixture
def open_as(open_page, signed_in):
    """Return a function that opens a page as somebody of the demonstration."""

    def open_signed_in(key: str, path: str = "/mine", **how) -> Page:
        return open_page(path, state=signed_in(key), **how)

    return open_signed_in

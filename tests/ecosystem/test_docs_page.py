"""The page to try an API out, in a real browser that can't reach anything else."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from launchpad_core import get_validated_config, train_model

IRIS = Path(__file__).parents[2] / "examples" / "iris"
EXAMPLE = {
    "sepal.length": "4.9",
    "sepal.width": "2.4",
    "petal.length": "3.3",
    "petal.width": "1",
}
SETOSA = {
    "sepal.length": "5.1",
    "sepal.width": "3.5",
    "petal.length": "1.4",
    "petal.width": "0.2",
}
ALONE = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--window-size=1200,1600",
)


@pytest.fixture(scope="module")
def api(
    tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., Any]
) -> Iterator[str]:
    folder = Path(shutil.copytree(IRIS, tmp_path_factory.mktemp("docs_page") / "iris"))
    train_model(get_validated_config(folder / "iris_cfg.yml"))
    with serve(folder / "iris_cfg.yml", workers=2) as url:
        yield f"{url}/iris/v0"


@pytest.fixture(scope="module")
def browser() -> Iterator[webdriver.Chrome]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        assert not os.environ.get("CI"), "chromium and chromium-driver are needed"
        pytest.skip("chromium or chromium-driver is not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ALONE:
        options.add_argument(argument)
    options.set_capability(
        "goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"}
    )
    browser = webdriver.Chrome(options=options, service=Service(driver))
    yield browser
    browser.quit()


@pytest.fixture
def page(browser: webdriver.Chrome, api: str) -> webdriver.Chrome:
    browser.get(f"{api}/docs")
    until(browser, ".execute")
    until(browser, "tr[data-param-name='petal.width'] input")  # the last one
    return browser


def until(browser: webdriver.Chrome, selector: str) -> Any:
    return WebDriverWait(browser, 30).until(
        lambda it: it.find_elements(By.CSS_SELECTOR, selector)
    )


def fields(page: webdriver.Chrome) -> dict[str, Any]:
    rows = page.find_elements(By.CSS_SELECTOR, "tr[data-param-name]")
    return {
        str(row.get_attribute("data-param-name")): row.find_element(
            By.TAG_NAME, "input"
        )
        for row in rows
    }


def answer(page: webdriver.Chrome) -> Any:
    """Press the button, and return the status and the text of the answer."""
    page.find_element(By.CSS_SELECTOR, ".execute").click()
    (status, *_) = until(page, ".live-responses-table .response td.response-col_status")
    (code, *_) = until(page, ".live-responses-table .highlight-code code")
    return status.text.split()[0], json.loads(code.text)


def test_form_holds_the_examples_of_the_contract(page: webdriver.Chrome) -> None:
    values = {
        name: field.get_attribute("value") for name, field in fields(page).items()
    }

    assert values == EXAMPLE
    assert answer(page) == ("200", {"iris_variety": "Versicolor"})


def test_form_that_is_filled_in_is_answered(page: webdriver.Chrome) -> None:
    for name, field in fields(page).items():
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(SETOSA[name], Keys.TAB)

    # The page takes over what is typed a little later.
    WebDriverWait(page, 30, ignored_exceptions=[StaleElementReferenceException]).until(
        lambda it: answer(it) == ("200", {"iris_variety": "Setosa"})
    )


def test_no_request_leaves_this_machine(page: webdriver.Chrome) -> None:
    answer(page)
    page.execute_script("window.scrollTo(0, document.body.scrollHeight)")

    events = [json.loads(entry["message"]) for entry in page.get_log("performance")]
    urls = [
        urlsplit(event["message"]["params"]["request"]["url"])
        for event in events
        if event["message"]["method"] == "Network.requestWillBeSent"
    ]
    assert {url.hostname for url in urls if url.scheme != "data"} == {"127.0.0.1"}
    asked = {url.path for url in urls}
    assert {"/iris/v0/docs", "/iris/v0/openapi.json", "/iris/v0/varieties"} <= asked


def test_browser_has_nothing_to_complain_about(page: webdriver.Chrome) -> None:
    answer(page)

    assert page.get_log("browser") == []

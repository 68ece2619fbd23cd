"""The page of an audit in a real browser: it sorts, filters, prints, stays on its own, and believes no name."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from .audit_sample import HOSTILE, ROLE, TOOLS, page, report, road, tenant, tool

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed.")

BUILD = Path(__file__).resolve().parents[3] / "build"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="There is no Chromium on this machine; scripts/chromium.sh installs one where it may."
)
A4_LANDSCAPE = {"width": 1032, "height": 730}
"""In pixels of CSS, without the margins."""


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        # Without a sandbox of its own, since tests may run as root in a container; the page is ours.
        launched = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


class Opened:
    """A page in the browser, with all that it complained of and asked for."""

    def __init__(self, browser, html, folder, **options):
        self.file = folder / "audit.html"
        self.file.write_text(html, encoding="utf-8")
        self.tab = browser.new_page(**{"viewport": {"width": 1400, "height": 900}, **options})
        self.tab.set_default_timeout(5000)
        self.complaints, self.requests = [], []
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.goto(self.file.as_uri())

    def names(self):
        """Tools in the table as they are seen, with their tenants."""
        rows = self.tab.locator(".matrix tbody tr:visible")
        return [(row["name"], row["tenant"]) for row in rows.evaluate_all(
            "rows => rows.map(row => ({name: row.querySelector('a').textContent, tenant: row.dataset.tenant}))"
        )]  # fmt: skip

    def heading(self, name):
        return self.tab.locator(".matrix thead th", has=self.tab.get_by_role("button", name=name, exact=True))

    def is_too_wide(self):
        return self.tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.fixture
def opened(browser, tmp_path):
    made = []

    def opens(given=None, **options):
        made.append(Opened(browser, page(report() if given is None else given), tmp_path, **options))
        return made[-1]

    yield opens
    for one in made:
        one.tab.close()


def test_every_value_in_the_template_is_escaped():
    template = (ROLE / "templates" / "audit.html.j2").read_text(encoding="utf-8")
    values = [value.strip() for value in re.findall(r"\{\{(.*?)\}\}", template)]
    literal = re.compile(r"""('[^'{}]*' if [\w.\[\]() =,'|!-]+ else )+'[^'{}]*'""")
    raw = [value for value in values if not value.endswith("| e") and not literal.fullmatch(value)]
    assert raw == [
        "lti_audit_css",
        "mark(tool, name)",
        "lti_audit_page | to_json | replace('&', '\\\\u0026') | replace('<', '\\\\u003c') | replace('>', '\\\\u003e')",
        "lti_audit_js",
    ]


@needs_chromium
def test_is_whole_without_network_and_without_complaint(opened):
    one = opened()
    one.tab.click("text=Virtual Lab >> nth=0")

    assert one.complaints == []
    assert one.requests == [one.file.as_uri()]
    assert json.loads(one.tab.locator("#report").text_content()) == report()
    one.tab.evaluate("window.scrollTo(0, 0)")
    one.tab.mouse.move(0, 0)
    BUILD.mkdir(exist_ok=True)
    one.tab.screenshot(path=BUILD / "audit.png", full_page=True)


@needs_chromium
def test_shows_tenants_that_failed_before_all_else(opened):
    first = opened().tab.locator("main > :first-child")

    assert "2 tenants could not be read" in first.inner_text()
    assert "The platform did not accept the credentials" in first.inner_text()


@needs_chromium
@pytest.mark.parametrize(
    ("column", "first", "last"),
    [
        ("Tool", ("Map Room", "college"), ("Virtual Lab", "university")),
        ("Tenant", ("Virtual Lab", "college"), ("Virtual Lab", "university")),
        ("E-mail", ("Virtual Lab", "college"), ("Remindo", "college")),
        ("Findings", ("Virtual Lab", "college"), ("Quiz Helper", "college")),
    ],
)
def test_a_heading_sorts_and_says_so(opened, column, first, last):
    one = opened()
    one.tab.get_by_role("button", name=column, exact=True).click()
    names = one.names()
    begins = one.heading(column).get_attribute("aria-sort")
    one.tab.get_by_role("button", name=column, exact=True).press("Enter")

    assert (names[0], names[-1]) == (first, last)
    assert begins == ("descending" if column in ("E-mail", "Findings") else "ascending")
    assert one.heading(column).get_attribute("aria-sort") != begins
    assert one.tab.locator("[aria-sort]").count() == 1


@needs_chromium
def test_numbers_in_names_sort_as_numbers(opened):
    one = opened(report([tool(f"Lab {number}") for number in (10, 9, 100)]))
    one.tab.get_by_role("button", name="Tool", exact=True).click()

    assert [name for name, _tenant in one.names()] == ["Lab 9", "Lab 10", "Lab 100"]


@needs_chromium
@pytest.mark.parametrize(
    ("narrow", "left"),
    [
        (lambda tab: tab.get_by_label("Search").fill("LAB university"), [("Virtual Lab", "university")]),
        (lambda tab: tab.get_by_label("Search").fill("sissourceid"), [("Virtual Lab", "college")]),
        (lambda tab: tab.locator("[name=tenant]").select_option("university"), [("Virtual Lab", "university")]),
        (lambda tab: tab.locator("[name=platform]").select_option("exam"), [("Remindo", "college")]),
        (lambda tab: tab.locator("[name=class]").select_option("roster"), [("Virtual Lab", "university")]),
        (lambda tab: tab.locator("[name=state]").select_option("off"), [("Map Room", "college")]),
        (
            lambda tab: tab.get_by_label("beyond approval").check(),
            [("Virtual Lab", "college"), ("Remindo", "college")],
        ),
        (lambda tab: tab.get_by_label("differs from manifest").check(), [("Virtual Lab", "college")]),
    ],
    ids=["words", "a road", "tenant", "platform", "class", "off", "excess", "drift"],
)
def test_a_filter_narrows_table_and_details(opened, narrow, left):
    one = opened()
    narrow(one.tab)

    assert one.names() == left
    assert one.tab.get_by_role("status").inner_text() == f"{len(left)} of 5 entries are shown."
    assert one.tab.locator("details.tool:visible").count() == len(left)
    one.tab.get_by_role("button", name="Show all").click()
    playwright.expect(one.tab.locator(".matrix tbody tr:visible")).to_have_count(5)


@needs_chromium
def test_no_name_is_believed_wherever_it_stands(opened):
    fields = ("id", "why_not", "domain", "owner", "review", "notes", "manifest")
    names = (*TOOLS[0]["data"], "roster", "username")
    bad = tool(
        HOSTILE,
        HOSTILE,
        HOSTILE,
        **dict.fromkeys(fields, HOSTILE),
        **{name: [HOSTILE] for name in ("available", "deployments", "drift")},
        data={name: [road(HOSTILE, HOSTILE)] for name in names},
        excess=["name"],
        approved=["name"],
    )
    failed = {"kind": HOSTILE, "msg": HOSTILE}
    tenants = [
        tenant(HOSTILE, HOSTILE, state="failed", failure=failed, base_url=HOSTILE),
        tenant(HOSTILE, HOSTILE, looked=[HOSTILE], gaps=[HOSTILE], missing=[HOSTILE]),
    ]
    given = report([bad], tenants, title=HOSTILE, register={"given": True, "unused": [HOSTILE]})
    one = opened(given)
    one.tab.locator("[name=tenant]").select_option(HOSTILE)

    assert one.complaints == []
    assert one.requests == [one.file.as_uri()]
    assert one.tab.locator("img, b[onerror], script").count() == 2  # the data and the page's own
    assert one.tab.title() == HOSTILE
    assert one.names() == [(HOSTILE, HOSTILE)]
    assert json.loads(one.tab.locator("#report").text_content()) == given


@needs_chromium
def test_foreign_scripts_are_refused_even_if_one_got_in(opened):
    one = opened()
    one.tab.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"document.title = 1\">')")
    one.tab.wait_for_timeout(200)

    assert one.tab.title() == "Who gets what"
    assert "Content Security Policy" in " ".join(one.complaints)


@needs_chromium
def test_without_scripts_everything_can_be_read(opened, browser):
    one = opened(java_script_enabled=False)

    assert one.tab.locator(".matrix tbody tr").count() == 5
    assert not one.tab.locator(".filters").is_visible()
    assert one.tab.locator(".matrix thead button").count() == 0
    one.tab.click("details.tool summary >> nth=0")
    assert one.tab.get_by_text("$Canvas.user.sisSourceId in the custom field student").is_visible()


@needs_chromium
def test_can_be_used_by_keyboard_and_heard(opened):
    one = opened()
    link = one.tab.locator(".matrix tbody a").first
    link.focus()
    one.tab.keyboard.press("Enter")

    assert one.tab.locator("#tool-1").get_attribute("open") is not None
    row = one.tab.get_by_role("row", name=re.compile("Virtual Lab.*college")).first
    assert row.get_by_role("cell", name="sent, beyond what is approved").count() == 2
    assert row.get_by_role("cell", name="sent, not controllable").count() == 3
    assert one.tab.get_by_role("table", name="Each tool on each platform, with the data that it receives").is_visible()
    assert one.tab.locator("table:not(:has(caption))").count() == 0
    assert one.tab.locator(".matrix thead th:not([scope=col]), .matrix tbody th:not([scope=row])").count() == 0


@needs_chromium
def test_prints_all_details_and_no_controls_on_a_sheet(opened, tmp_path):
    one = opened(viewport=A4_LANDSCAPE)
    one.tab.emulate_media(media="print")

    assert not one.tab.locator(".filters").is_visible()
    assert not one.is_too_wide()
    assert one.tab.locator(".matrix").evaluate("one => one.scrollWidth <= one.parentNode.clientWidth")
    assert one.tab.locator(".matrix thead").evaluate("one => getComputedStyle(one).display") == "table-header-group"
    one.tab.emulate_media(media="screen")
    heights = "Array.from(document.querySelectorAll('.inner'), one => one.checkVisibility())"
    assert True not in one.tab.evaluate(heights)
    one.tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert False not in one.tab.evaluate(heights)
    assert one.tab.pdf(path=tmp_path / "audit.pdf", prefer_css_page_size=True).startswith(b"%PDF")


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fits_a_phone_and_the_night(opened, scheme):
    one = opened(viewport={"width": 390, "height": 840}, color_scheme=scheme)

    assert not one.is_too_wide()
    ground = one.tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground))) < 380) == (scheme == "dark")


@needs_chromium
def test_the_data_can_be_saved_from_the_page(opened):
    one = opened()
    with one.tab.expect_download() as saved:
        one.tab.get_by_role("button", name="Save the data").click()

    assert json.loads(Path(saved.value.path()).read_text(encoding="utf-8")) == report()
    assert one.complaints == []

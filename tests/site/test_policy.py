"""No page can load anything from another host, whatever a later change may put into it."""

import re

import pytest
from gz_head import POLICY
from visits import PAGES, TRANSLATED

pytestmark = pytest.mark.site
ELSEWHERE = "https://elsewhere.example"

# Ask another host for one thing of each kind; give the directives that forbade it.
ASK = """async (host) => {
  const stopped = new Set();
  document.addEventListener("securitypolicyviolation", (e) => stopped.add(e.effectiveDirective));
  const add = (kind, values) => document.body.append(
    Object.assign(document.createElement(kind), values));
  add("script", { src: host + "/a.js" });
  add("link", { rel: "stylesheet", href: host + "/a.css" });
  add("img", { src: host + "/a.png" });
  add("iframe", { src: host + "/a.html" });
  add("video", { src: host + "/a.mp4" });
  add("object", { data: host + "/a.svg" });
  await fetch(host + "/a.json").catch(() => {});
  new FontFace("Other", `url(${host}/a.woff2)`).load().catch(() => {});
  try { new Worker(host + "/a.js"); } catch {}
  navigator.sendBeacon(host + "/a");
  await new Promise((done) => setTimeout(done, 300));
  return [...stopped].sort();
}"""


def test_the_policy_stands_before_anything_that_loads_on_every_page(site):
    late = []
    for page in [*PAGES, *(f"zh/{page}" for page in TRANSLATED)]:
        head = (site / page).read_text(encoding="utf-8").partition("</head>")[0]
        before, policy, _ = head.partition(f'content="{POLICY}"')
        if not policy or any(mark in before for mark in ("<script", "<link", "<style")):
            late.append(page)
    assert late == []


def test_it_names_no_host():
    assert [s for s in POLICY.replace(";", "").split() if re.search(r"[.*]|//", s)] == []


@pytest.mark.browser
@pytest.mark.parametrize("from_a_file", [False, True], ids=["http", "file"])
def test_the_browser_refuses_other_hosts(browser, server, site, from_a_file):
    page = browser.new_page()
    why = {}
    page.on("requestfailed", lambda request: why.update({request.url: request.failure}))
    name = "book/value-people.html"
    page.goto((site / name).as_uri() if from_a_file else f"{server}/{name}")
    stopped = page.evaluate(ASK, ELSEWHERE)
    page.close()
    requests = {url: reason for url, reason in why.items() if url.startswith(ELSEWHERE)}
    assert {reason for reason in requests.values() if "csp" not in reason.lower()} == set()
    expected = ["connect-src", "font-src", "frame-src", "img-src", "media-src", "object-src"]
    # Not a worker: browsers refuse one of another host before they ask the policy, some silently.
    assert set(stopped) >= {*expected, "script-src-elem", "style-src-elem"}

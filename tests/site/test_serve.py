"""The local server listens on this machine only and takes the next port when one is taken."""

import errno
import threading
from urllib.request import urlopen

import pytest
import serve
from visits import violations


def test_serves_from_the_first_free_port(tmp_path):
    (tmp_path / "index.html").write_text("县", encoding="utf-8")
    with (
        serve.make_server(tmp_path, first_port=8950) as one,
        serve.make_server(tmp_path, first_port=one.server_port) as two,
    ):
        assert two.server_port > one.server_port
        assert one.server_address[0] == "127.0.0.1"
        threading.Thread(target=two.serve_forever, daemon=True).start()
        with urlopen(f"http://127.0.0.1:{two.server_port}/index.html") as answer:
            assert answer.read().decode() == "县"
            assert answer.headers["Cache-Control"] == "no-cache"
        two.shutdown()


def test_ports_that_are_all_taken_are_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "index.html").touch()
    monkeypatch.setattr(serve, "HTML", tmp_path)

    def taken(*_):
        raise OSError(errno.EADDRINUSE, "Address already in use")

    monkeypatch.setattr(serve, "ThreadingHTTPServer", taken)
    with pytest.raises(SystemExit, match=r"No port from 8000 to 8099 is free.*without a server"):
        serve.main()


def test_a_site_that_is_not_built_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "HTML", tmp_path)
    with pytest.raises(SystemExit, match="no built website yet: make book"):
        serve.main()


def test_a_new_build_is_served_without_starting_again(tmp_path):
    """Folders are swapped under a server that goes on."""
    site, new = tmp_path / "html", tmp_path / "new"
    for folder in (site, new):
        folder.mkdir()
        (folder / "index.html").write_text(folder.name, encoding="utf-8")
    with serve.make_server(site, first_port=8960) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/index.html"
        with urlopen(address) as answer:
            assert answer.read() == b"html"
        site.rename(tmp_path / "last")
        new.rename(site)
        with urlopen(address) as answer:
            assert answer.read() == b"new"
        server.shutdown()


@pytest.mark.site
@pytest.mark.browser
def test_an_address_without_a_page_shows_doors_that_open_from_any_depth(browser, site, tmp_path):
    """The site stands in a folder, and the address leads deep below it."""
    (tmp_path / "site").symlink_to(site)
    with serve.make_server(tmp_path, first_port=8970) as server:
        (tmp_path / "404.html").symlink_to(site / "404.html")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}/site/"
        page = browser.new_page(viewport={"width": 390, "height": 844})
        answer = page.goto(f"{root}book/no/such/page.html")
        page.wait_for_function("document.baseURI.endsWith('/site/')")
        assert answer.status == 404
        links = page.eval_on_selector_all("a", "(all) => all.map((a) => a.href)")
        assert [link for link in links if not (site / link.removeprefix(root)).is_file()] == []
        assert len(links) > 4
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert violations(page) == []
        page.fill("input", "榕江")
        page.click("button")
        page.wait_for_selector("ul.search li a")
        page.close()
        server.shutdown()

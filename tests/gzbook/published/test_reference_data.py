"""Data sets of others: found in a folder, fetched, checked, refused, or missed in one line.

Upstream is played by a server on this machine.
"""

import dataclasses
import hashlib
import http.server
import json
import sys
import threading
import types
from functools import partial

import pandas as pd
import pytest

from gzbook.published import DataUnavailableError, reference_data
from gzbook.published.reference_data import UPSTREAM, reference_file
from gzcounty.errors import InputError

TABLE = "state,year,rate\nGuizhou 贵州,2010,0.1\nYunnan,2011,\n"
NEIGHBOURS = [[2, 3], [1], [1]]


def content(path):
    return hashlib.sha256(reference_data._canonical(path).encode()).hexdigest()


@pytest.fixture
def upstream(tmp_path, monkeypatch):
    """Serve a folder in the place of the real host; return the folder."""
    folder = tmp_path / "upstream"
    commit = folder / "owner" / "name" / "c0ffee" / "data"
    commit.mkdir(parents=True)
    (commit / "t.csv").write_text(TABLE, encoding="utf-8")
    (commit / "t.rda").write_bytes(b"an R file")
    (tmp_path / "n.json").write_text(json.dumps(NEIGHBOURS), encoding="utf-8")
    hashes = {"t.csv": content(commit / "t.csv"), "n.json": content(tmp_path / "n.json")}

    def answer(name, path, convert=None):
        return reference_data.Upstream("owner/name", "c0ffee", path, hashes[name], convert)

    columns = partial(reference_data._columns, "d", ("state", "year", "rate"))
    sources = {
        "t.csv": answer("t.csv", "data/t.csv"),
        "from_r.csv": answer("t.csv", "data/t.rda", columns),
        "n.json": answer("n.json", "data/t.rda", reference_data._neighbours),
    }
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(reference_data, "HOST", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(reference_data, "UPSTREAM", sources)
    monkeypatch.setattr(reference_data, "_silent", set())
    monkeypatch.setattr("pooch.os_cache", lambda project: tmp_path / "cache")
    monkeypatch.delenv("GZCOUNTY_REFERENCE", raising=False)
    for proxy in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
    yield commit
    server.shutdown()


@pytest.fixture
def rdata(monkeypatch):
    """Put a reader of R files in the place of the library, which may not be installed."""
    table = pd.DataFrame(
        {"other": [1, 2], "state": ["Guizhou 贵州", "Yunnan"], "year": [2010.0, 2011.0]}
    )
    table["rate"] = [0.1 + 1e-17, None]
    objects = {"d": table, "COL.nb": [pd.array(unit).to_numpy() for unit in NEIGHBOURS]}
    library = types.SimpleNamespace(read_rda=lambda path: objects)
    monkeypatch.setitem(sys.modules, "rdata", library)
    return objects


def test_a_file_in_the_folder_is_used_as_it_is(upstream, tmp_path, monkeypatch):
    monkeypatch.setenv("GZCOUNTY_REFERENCE", str(upstream))
    assert reference_file("t.csv") == upstream / "t.csv"
    assert not (tmp_path / "cache").exists()


def test_a_file_that_is_not_in_the_folder_is_fetched(upstream, tmp_path, monkeypatch):
    monkeypatch.setenv("GZCOUNTY_REFERENCE", str(tmp_path / "nowhere"))
    assert reference_file("t.csv").read_text(encoding="utf-8") == TABLE


def test_a_fetched_file_is_kept(upstream, capfd):
    path = reference_file("t.csv")
    (upstream / "t.csv").unlink()
    assert reference_file("t.csv") == path
    assert capfd.readouterr() == ("", "")  # a notebook that speaks on stderr fails the build


@pytest.mark.parametrize("name", ["from_r.csv", "n.json"])
def test_an_r_file_is_held_to_the_hash_of_what_it_becomes(upstream, rdata, name):
    path = reference_file(name)
    if name == "n.json":
        assert json.loads(path.read_text(encoding="utf-8")) == NEIGHBOURS
    else:
        assert list(pd.read_csv(path)) == ["state", "year", "rate"]
    assert list(path.parent.glob(f"*-{name}")) == []


def test_another_value_in_an_r_file_is_refused(upstream, rdata):
    rdata["d"].loc[0, "rate"] = 0.1000001
    with pytest.raises(InputError, match=r"from_r\.csv is not the data set .* Remove it"):
        reference_file("from_r.csv")


@pytest.mark.parametrize(
    "wrong", [TABLE.replace("0.1", "0.2"), TABLE + "x,2012,1\n", TABLE.replace("rate", "r"), ""]
)
def test_a_wrong_file_is_refused_wherever_it_lies(upstream, monkeypatch, wrong):
    (upstream / "t.csv").write_text(wrong, encoding="utf-8")
    with pytest.raises(InputError, match=r"t\.csv is not the data set that the checks were"):
        reference_file("t.csv")
    monkeypatch.setenv("GZCOUNTY_REFERENCE", str(upstream))
    with pytest.raises(InputError, match=r"its content has the hash|it cannot be read"):
        reference_file("t.csv")


def test_line_ends_do_not_matter(upstream, monkeypatch):
    (upstream / "t.csv").write_bytes(TABLE.replace("\n", "\r\n").encode())
    monkeypatch.setenv("GZCOUNTY_REFERENCE", str(upstream))
    assert reference_file("t.csv").is_file()


def message(name):
    with pytest.raises(DataUnavailableError) as caught:
        reference_file(name)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_without_a_network_one_line_says_so_and_nobody_waits_twice(upstream, monkeypatch):
    monkeypatch.setattr(reference_data, "HOST", "http://127.0.0.1:9")
    expected = "t.csv needs the network, or a folder named by GZCOUNTY_REFERENCE that holds it."
    assert message("t.csv") == expected
    monkeypatch.setattr("pooch.retrieve", lambda *a, **k: pytest.fail("asked again"))
    assert message("t.csv") == expected


def test_a_file_that_upstream_has_lost_is_unavailable(upstream):
    (upstream / "t.csv").unlink()
    assert "needs the network" in message("t.csv")


@pytest.mark.parametrize(("library", "name"), [("pooch", "t.csv"), ("rdata", "n.json")])
def test_a_library_that_is_missing_is_named(upstream, monkeypatch, library, name):
    monkeypatch.setitem(sys.modules, library, None)
    assert f"the library {library}, or a folder" in message(name)


def test_each_real_source_is_a_commit_and_has_a_hash():
    assert list(UPSTREAM) == [
        "mpdta.csv",
        "castle_bacondecomp.csv",
        "columbus_old.csv",
        "columbus_old_neighbours.json",
    ]
    for source in UPSTREAM.values():
        assert len(source.commit) == 40
        assert len(source.content) == 64
        assert dataclasses.astuple(source)[0].count("/") == 1


@pytest.mark.parametrize("name", UPSTREAM)
def test_the_real_files_are_the_known_ones(name):
    try:
        assert reference_file(name).is_file()
    except DataUnavailableError as reason:
        pytest.skip(str(reason))

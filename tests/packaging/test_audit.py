"""The audit asks about every pin, and says in a sentence why it could not. It is not run here."""

import subprocess
import sys
from pathlib import Path

import audit
import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_every_pin_is_asked_about_and_nothing_else():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    kept = audit.pins("\n".join(lines)).splitlines()
    assert set(lines) - set(kept) == {"-e ."}
    assert all("==" in line for line in kept)


def answered(monkeypatch, code, said):
    """Stand in for pip-audit, and see what it would have read."""
    seen = []

    def run(command, **_):
        seen.append(Path(command[command.index("--requirement") + 1]).read_text(encoding="utf-8"))
        return subprocess.CompletedProcess(command, code, stdout=said)

    monkeypatch.setattr(audit.subprocess, "run", run)
    return audit.main(), seen


@pytest.mark.parametrize(
    "said",
    [
        "  x Failed to fetch: `https://example.org/pip-audit/`\n  dns error: lookup failed\n",
        "Traceback (most recent call last):\nrequests.exceptions.ConnectionError: refused\n",
    ],
)
def test_without_a_network_it_is_one_sentence(monkeypatch, capsys, said):
    code, _ = answered(monkeypatch, 1, said)
    shown = capsys.readouterr()
    assert code == 1
    assert shown.out == ""
    assert shown.err == "Not audited: the list of known vulnerabilities needs the network.\n"


def test_what_is_found_is_shown_with_what_to_do(monkeypatch, capsys):
    code, seen = answered(monkeypatch, 1, "Found 1 known vulnerability in 1 package\n")
    shown = capsys.readouterr()
    assert (code, "numpy==" in seen[0], "-e ." in seen[0]) == (1, True, False)
    assert shown.out == "Found 1 known vulnerability in 1 package\n"
    assert shown.err == "Raise the pins named above: make lock.\n"


def test_nothing_found_is_success(monkeypatch, capsys):
    code, _ = answered(monkeypatch, 0, "No known vulnerabilities found\n")
    assert code == 0
    assert capsys.readouterr() == ("No known vulnerabilities found\n", "")


def test_without_uv_the_message_is_passed_on(monkeypatch, capsys):
    code, _ = answered(monkeypatch, 1, f"{sys.executable}: No module named uv\n")
    assert code == 1
    assert capsys.readouterr().err == "Not audited: see the messages above.\n"


def test_a_list_that_knows_nothing_is_not_taken_for_good_news(monkeypatch, capsys):
    line = "numpy  Dependency not found on PyPI and could not be audited: numpy (2.4.6)\n"
    code, _ = answered(monkeypatch, 0, f"No known vulnerabilities found\n{line}{line}")
    shown = capsys.readouterr()
    assert (code, shown.out) == (1, "")
    assert shown.err.startswith("Not audited: 2 of the pins")

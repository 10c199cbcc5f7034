"""A build that is stopped, or has no room, or no right to write, leaves the last good site alone.

Jupyter Book is stood in for by a line of Python: nothing here depends on what the pages hold.
"""

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import build
import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"
WRITE = """
import sys, pathlib
out = pathlib.Path(sys.argv[2]); out.mkdir(exist_ok=True)
(out.parent / "doctrees").mkdir(exist_ok=True)
(out / "index.html").write_text("new", encoding="utf-8")
"""
FULL = WRITE + 'raise OSError(28, "No space left on device")'
WAIT = WRITE + 'print("half done", flush=True)\nimport time; time.sleep(60)'


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Make a checkout with a good site, in a folder with a space and Chinese characters."""
    root = tmp_path / "县域 经济"
    (root / "tools").mkdir(parents=True)
    shutil.copy(TOOLS / "build.py", root / "tools")
    (root / "tools" / "notebooks.py").write_text("def main(*_):\n    return 0\n", encoding="utf-8")
    (root / "_toc.yml").write_text("root: index\n", encoding="utf-8")
    (root / "_config.yml").write_text("    language: en\n", encoding="utf-8")
    for name in ("BUILD", "HTML", "DOCTREES", "OUTPUTS", "STAMP"):
        monkeypatch.setattr(build, name, root / getattr(build, name).relative_to(build.ROOT))
    monkeypatch.setattr(build, "ROOT", root)
    monkeypatch.setattr(sys, "argv", ["build.py"])
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # the tests' own process keeps its
    monkeypatch.setattr(build, "_CALL", WRITE.replace("new", "good"))
    build.build()
    (root / "_toc.yml").write_text("root: changed\n", encoding="utf-8")
    return root


def page(checkout):
    return (checkout / "_build" / "html" / "index.html").read_text(encoding="utf-8")


def left(checkout):
    return list((checkout / "_build").glob("unfinished-*"))


def refusal():
    with pytest.raises(SystemExit) as stop:
        build.main()
    return str(stop.value)


def test_a_good_build_takes_the_place_of_the_last_and_leaves_nothing_else(checkout, monkeypatch):
    monkeypatch.setattr(build, "_CALL", WRITE)
    build.main()
    assert page(checkout) == "new"
    assert not left(checkout)
    assert build.read_stamp() == {"built": "cold", "files": build.files()}


def test_a_disk_that_is_full_for_jupyter_book_is_one_sentence(checkout, monkeypatch, capfd):
    monkeypatch.setattr(build, "_CALL", FULL)
    message = refusal()
    assert message.startswith("The site was not built: the disk is full. Make room")
    assert message.endswith("The last good site is still in _build/html.")
    shown = capfd.readouterr().out
    assert "Errno" not in shown
    assert "Traceback" not in shown
    assert page(checkout) == "good"
    assert not left(checkout)


def test_the_trace_of_another_fault_is_shown(checkout, monkeypatch, capfd):
    monkeypatch.setattr(build, "_CALL", WRITE + 'raise OSError("the moon is full")')
    assert "see the messages above (code 1)" in refusal()
    assert re.search(r"Traceback .*\n(.*\n)+ +OSError: the moon is full", capfd.readouterr().out)
    assert page(checkout) == "good"


@pytest.mark.parametrize("call", ["mkdtemp", "rename", "write_text"])
def test_a_disk_that_is_full_for_us_loses_nothing(checkout, monkeypatch, call):
    monkeypatch.setattr(build, "_CALL", WRITE)
    owner = build.tempfile if call == "mkdtemp" else Path
    real = getattr(owner, call)
    failed = []

    def fail_once(*args, **kwargs):
        if failed:
            return real(*args, **kwargs)
        failed.append(call)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere")

    monkeypatch.setattr(owner, call, fail_once)
    assert "the disk is full (somewhere)" in refusal()
    assert (checkout / "_build" / "html" / "index.html").exists()
    build.main()  # the next build is right
    assert page(checkout) == "new"
    assert build.read_stamp() == {"built": "cold", "files": build.files()}


def test_the_last_site_goes_back_if_the_new_one_cannot_be_put_in_its_place(checkout, monkeypatch):
    monkeypatch.setattr(build, "_CALL", WRITE)
    real = Path.rename

    def rename(self, target):
        if self.name == "html" and self.parent.name.startswith("unfinished-"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    assert "disk is full" in refusal()
    assert page(checkout) == "good"


def test_what_a_killed_build_left_is_cleared_and_its_last_site_put_back(checkout, monkeypatch):
    killed = checkout / "_build" / "unfinished-abc"
    killed.mkdir()
    (checkout / "_build" / "html").rename(killed / "last-html")
    monkeypatch.setattr(build, "_CALL", FULL)
    assert "disk is full" in refusal()
    assert page(checkout) == "good"
    assert not left(checkout)


def test_a_read_only_checkout_is_one_sentence(checkout, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    message = refusal()
    assert "this folder cannot be written to" in message
    assert "Copy it to one that can be" in message
    assert page(checkout) == "good"


def test_a_read_only_checkout_with_a_good_site_needs_no_build(checkout, monkeypatch, capsys):
    (checkout / "_toc.yml").write_text("root: index\n", encoding="utf-8")
    monkeypatch.setattr(Path, "mkdir", lambda *_, **__: pytest.fail("writes"))
    build.main()
    assert "up to date" in capsys.readouterr().out


def start(checkout, call):
    """Start a build in a process of its own, as in a terminal of its own."""
    program = f"import build; build._CALL = {call!r}; build.main()"
    return subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=checkout / "tools",
        env=os.environ | {"PYTHONPATH": str(checkout / "tools"), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def wait_for(process, words):
    for line in process.stdout:
        if words in line:
            return
    pytest.fail(f"The build never said {words!r}: {process.stderr.read()}")


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_build_that_is_stopped_leaves_the_last_site_and_no_process(checkout, name):
    if signal.getsignal(getattr(signal, name)) is signal.SIG_IGN:
        pytest.skip("these tests run in the background, where no process hears the interrupt key")
    process = start(checkout, WAIT)
    wait_for(process, "half done")
    assert page(checkout) == "good"  # whoever serves the folder serves the last site meanwhile
    process.send_signal(getattr(signal, name))
    _, message = process.communicate(timeout=20)
    assert process.returncode == 130
    assert message.strip() == "Stopped. The last good site is still in _build/html."
    assert page(checkout) == "good"
    assert not left(checkout)
    again = start(checkout, WRITE)
    assert again.wait(timeout=20) == 0
    again.communicate()
    assert page(checkout) == "new"


@pytest.mark.skipif(os.name == "nt", reason="no such lock on Windows")
def test_two_builds_at_once_go_one_after_the_other(checkout):
    first = start(checkout, WRITE + 'print("half done", flush=True)\nimport time; time.sleep(2)')
    wait_for(first, "half done")
    second = start(checkout, FULL)  # it would fail, if it had anything to do
    wait_for(second, "Another build is running here; waiting for it.")
    assert page(checkout) == "good"
    message, _ = second.communicate(timeout=20)
    assert (first.wait(timeout=20), second.returncode) == (0, 0)
    first.communicate()
    assert "up to date" in message
    assert page(checkout) == "new"
    assert json.loads(build.STAMP.read_text(encoding="utf-8"))["files"] == build.files()


def test_a_process_that_hangs_is_ended_with_what_it_started(tmp_path):
    program = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True); child.wait()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    child = int(process.stdout.readline())
    build.end(process)
    process.stdout.close()
    for _ in range(100):
        status = Path(f"/proc/{child}/stat")
        if not status.exists() or status.read_text().split()[2] == "Z":
            break
        time.sleep(0.05)
    else:
        pytest.fail("The process went on.")

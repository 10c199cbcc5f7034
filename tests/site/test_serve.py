"""The local server listens on this machine only and takes the next port when one is taken."""

import threading
from urllib.request import urlopen

import serve


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

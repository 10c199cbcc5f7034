"""Show the built website on this machine: ``python tools/serve.py``. Ctrl-C ends it."""

import contextlib
import errno
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# Another program listens there, or this user may not.
_TAKEN = (errno.EADDRINUSE, errno.EACCES)
HTML = Path(__file__).resolve().parent.parent / "_build" / "html"


class QuietHandler(SimpleHTTPRequestHandler):
    """Serve files without a line in the terminal for each of them."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Show the site's own page for an address that has none."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            return super().send_error(code, message, explain)
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def end_headers(self) -> None:
        """Let the browser ask again after a new build."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def make_server(folder: Path, first_port: int = 8000) -> ThreadingHTTPServer:
    """Listen on this machine only, on the first free port from ``first_port``.

    Raises OSError if none of a hundred ports is free, or this machine has no address for itself.
    """
    handler = partial(QuietHandler, directory=str(folder))
    for port in range(first_port, first_port + 100):
        try:
            return ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
    raise OSError(f"No port from {first_port} to {first_port + 99} is free.")


def main() -> None:
    """Serve until Ctrl-C."""
    if not (HTML / "index.html").exists():
        raise SystemExit("There is no built website yet: make book.")
    try:
        waiting = make_server(HTML)
    except OSError as error:
        raise SystemExit(
            f"{error} The pages open without a server too: _build/html/index.html"
        ) from None
    with waiting as server, contextlib.suppress(KeyboardInterrupt):
        print(f"The website: http://127.0.0.1:{server.server_port}/  (Ctrl-C ends it)", flush=True)
        server.serve_forever()
    print()


if __name__ == "__main__":
    main()

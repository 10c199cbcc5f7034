"""Photograph the cover for README and link previews; ``python tools/cover.py --card`` calls this.

Chromium sets the cloth and the name side by side at 1280 x 640 pixels. The picture is stored with
a palette of 256 colours, a third of the size, and carries the hash of the cloth it shows: a test
finds a card that was not made from the committed cover.
"""

from __future__ import annotations

import base64
import hashlib
import struct
import zlib
from pathlib import Path

import numpy as np

CARD = Path(__file__).resolve().parent.parent / "book" / "_static" / "card.png"
WIDTH, HEIGHT = 1280, 640

# The system's fonts, first those of a Linux machine that has the project's browser.
PAGE = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0; width: 1280px; height: 640px; display: flex; align-items: center;
  background: #FBFAF7; color: #1F2933; font-family: "Noto Serif CJK SC", Georgia, serif }
svg { width: 670px; flex: none; margin: 0 48px 0 28px }
div { padding-right: 44px }
h1 { font-size: 68px; margin: 0 0 20px; color: #0F3559 }
p { font-size: 30px; line-height: 1.35; margin: 0 0 20px }
p + p { font-size: 26px; color: #44515C }
</style>COVER<div><h1>gzcounty</h1>
<p>Rural e-commerce and the county economy of Guizhou: evidence beside the claims</p>
<p lang="zh">农村电商与贵州县域经济：<br>论断旁边放上证据</p></div>"""

# What the browser sees, as raw bytes (red, green, blue, alpha): no PNG reader is needed here.
PIXELS = """async (png) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const bytes = context.getImageData(0, 0, image.width, image.height).data;
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192)
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}"""


def photograph(svg: str) -> np.ndarray:
    """Render the card in Chromium.

    Returns
    -------
    ndarray of uint8, shape (640, 1280, 3)

    Raises
    ------
    SystemExit
        If there is no Chromium on this machine.
    """
    import browser
    from playwright.sync_api import sync_playwright

    program = browser.find()
    if program is None:
        raise SystemExit(browser.MISSING)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_content(PAGE.replace("COVER", svg))
        shot = base64.b64encode(page.screenshot()).decode()
        raw = base64.b64decode(page.evaluate(PIXELS, shot))
        chromium.close()
    return np.frombuffer(raw, dtype=np.uint8).reshape(HEIGHT, WIDTH, 4)[:, :, :3]


def encode(pixels: np.ndarray, svg: str) -> bytes:
    """Write a PNG with the 256 most frequent colours; every other one takes the nearest of them."""
    colours, index, count = np.unique(
        pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True
    )
    palette = colours[np.argsort(-count, kind="stable")[:256]].astype(int)
    distance = ((colours[:, None, :].astype(int) - palette[None, :, :]) ** 2).sum(axis=2)
    rows = distance.argmin(axis=1)[index.ravel()].astype(np.uint8).reshape(pixels.shape[:2])
    unfiltered = np.pad(rows, ((0, 0), (1, 0)))  # each row begins with its filter: none
    header = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 8, 3, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            chunk(b"IHDR", header),
            chunk(b"tEXt", stamp(svg)),
            chunk(b"PLTE", palette.astype(np.uint8).tobytes()),
            chunk(b"IDAT", zlib.compress(unfiltered.tobytes(), 9)),
            chunk(b"IEND", b""),
        ]
    )


def chunk(kind: bytes, body: bytes) -> bytes:
    """Frame one part of a PNG file."""
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def stamp(svg: str) -> bytes:
    """Give the text, keyword and value, that tells which cloth a card shows."""
    return b"cover\0" + hashlib.sha256(svg.encode()).hexdigest().encode()


def write(svg: str) -> None:
    """Photograph ``svg`` and store the card."""
    CARD.write_bytes(encode(photograph(svg), svg))
    print(f"book/_static/{CARD.name}: {CARD.stat().st_size / 1000:.1f} kB")

"""What a browser would load by itself from another host is found; links are left alone."""

import pytest
from gz_offline import foreign_addresses


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<script async src="//cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="http://fonts.example/a.css">',
        '<link rel="preconnect" href="https://fonts.example">',
        '<img src="https://img.example/a.png" alt="">',
        '<img srcset="//img.example/a.png 2x" alt="">',
        '<iframe src="https://video.example/1"></iframe>',
        "<style>@import url(https://fonts.example/a.css);</style>",
    ],
)
def test_finds_what_is_loaded(html):
    assert len(foreign_addresses(html)) == 1


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://doi.org/10.12677/x">the paper</a>',
        '<link rel="canonical" href="https://example.org/book/">',
        '<script src="../_static/vendor/vega.min.js"></script>',
        '<img src="data:image/png;base64,AAAA" alt="">',
        '<script type="application/json">{"$schema":"https://vega.github.io/x"}</script>',
        "<p>url(https://example.org)</p>",
    ],
)
def test_leaves_the_rest(html):
    assert foreign_addresses(html) == []

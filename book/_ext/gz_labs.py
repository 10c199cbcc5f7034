"""A lab of a notebook answers on the site too: a form, a picture and words, driven by scripts.

A lab (`gzbook.labs`) hands over a widget and, while notebooks are run for the website, HTML that
needs no kernel (`gzbook.labs.page`); the exercises beside it hand over forms
(`gzbook.exercises.on_page`). Here the HTML is preferred to the widget, which is for Jupyter, and
the page gets the scripts. What myst-nb would write into it for widgets (their state, as a script)
is left out.
"""

from docutils import nodes
from gz_plumbing import add_files_where
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.config import Config

# Before the widget, which myst-nb would take first (at 10); its number is otherwise 30.
PREFERRED = ("html", "text/html", 5)
SCRIPTS = ("gz-copy.js", "gz-labs-answers.js", "gz-labs-draw.js", "gz-labs.js")


def prefer_html(app: Sphinx, config: Config) -> None:
    """Let myst-nb take the HTML of an output that has a widget too."""
    config.nb_mime_priority_overrides = [*config.nb_mime_priority_overrides, PREFERRED]


def drop_state(app: Sphinx, doctree: nodes.document) -> None:
    """Forget the state of widgets, which no page can use."""
    NbMetadataCollector.get_js_files(app.env, app.env.docname).pop("ipywidgets_state", None)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("config-inited", prefer_html)
    app.connect("doctree-read", drop_state)
    add_files_where(app, 'class="gz-lab-page"', ["gz-labs.css"], SCRIPTS)

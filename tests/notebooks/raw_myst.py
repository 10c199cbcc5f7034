"""What MyST alone understands. A notebook is read in Jupyter, on GitHub and in VS Code as well."""

import re

RAW = re.compile(
    r"""\{[\w:+-]+\}`          # a role
    | ^\([\w.-]+\)=\s*$      # a label
    | ^\s*(`{3,}|~{3,})\s*\{  # a directive
    | ^\s*:{3,}              # the same, with colons
    | ^\s*(%|\+\+\+)         # a comment, a block
    | \]\(\#                 # a link to a label, which may be on another page
    | \[\]\(                 # a link whose words MyST fills in
    | [\])`]\{[.#:\w]        # attributes
    | \{\{                   # a substitution
    | \[\^                   # a footnote
    | ^:[ ]+\S               # a definition
    """,
    re.MULTILINE | re.VERBOSE,
)

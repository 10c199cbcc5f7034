"""``python -m gzcounty``: the tables, and a check of one's own, without writing Python."""

import sys

from gzcounty.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

"""Let `python -m fernkladde` do what the `fernkladde` command does."""

import sys

from fernkladde.commands.main import main

if __name__ == "__main__":
    sys.exit(main())

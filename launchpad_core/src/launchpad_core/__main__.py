"""``python -m launchpad_core`` is ``launchpad``."""

from launchpad_core.cli import main

if __name__ == "__main__":
    main(prog_name="launchpad")

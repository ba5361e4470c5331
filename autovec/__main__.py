"""`python -m autovec`, the same as the command `autovec`."""

from autovec.cli import main

main()

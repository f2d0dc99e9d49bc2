"""`python -m postroad` is the `postroad` command."""

from postroad.app.cli import main

main()

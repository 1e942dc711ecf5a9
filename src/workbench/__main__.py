"""`python -m workbench`: the command, where it is not on the PATH."""

from workbench.cli import main

main()

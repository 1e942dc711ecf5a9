"""What most commands can be given."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.settings import LANGUAGES

LanguageOption = Annotated[str | None, typer.Option("--language", show_default=False, help=f"{', '.join(LANGUAGES)}; "
                                                    "default: the study's.")]
StudyOption = Annotated[Path | None, typer.Option("--study", help="Folder of the study; default: the one this folder "
                                                                  "lies in.", show_default=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, for machines.")]

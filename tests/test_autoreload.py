"""Whoever changes a function while a notebook is open calls the changed one: %autoreload works with lazy rooms."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import workbench

SESSION = """
import os, sys, time
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
for line in ("%load_ext autoreload", "%autoreload 2", "import workbench as wb", "key = wb.sources.key_fingerprint(b'k')"):
    assert shell.run_cell(line).success, line
module = Path(sys.argv[1])
assert Path(sys.modules["workbench"].__file__).is_relative_to(module.parents[2]), "another copy"
module.write_text(module.read_text() + "\\n\\ndef key_fingerprint(key):\\n    return 'changed'\\n")
os.utime(module, (time.time() + 5,) * 2)
assert shell.run_cell("told = wb.sources.key_fingerprint(b'k')").success
print(shell.user_ns["told"])
"""


def test_a_changed_function_is_called_without_starting_again(tmp_path: Path) -> None:
    copy = tmp_path / "workbench"
    shutil.copytree(Path(workbench.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__"))
    done = subprocess.run([sys.executable, "-c", SESSION, str(copy / "sources" / "redaction" / "pseudonyms.py")],
                          capture_output=True, text=True, timeout=120,
                          env={**os.environ, "PYTHONPATH": str(tmp_path), "IPYTHONDIR": str(tmp_path / "ipython")})
    assert done.stdout.splitlines()[-1:] == ["changed"], done.stdout + done.stderr

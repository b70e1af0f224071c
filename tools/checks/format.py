"""format: what clang-format 19 would change. `tools/dev fmt` changes it."""

import re
import subprocess

from tree import Violation

PROGRAM, VERSION = "clang-format-19", "19."
MESSAGE = re.compile(r"^(?P<path>[^\s:][^:]*):(?P<line>\d+):\d+: error: ")


def check(tree):
    says = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout
    if f"version {VERSION}" not in says:
        return [Violation("format", ".clang-format", 1, f"{PROGRAM} says '{says.strip()}', not "
                          f"{VERSION}x; install Debian's")]
    run = subprocess.run([PROGRAM, "--dry-run", "-Werror", "--ferror-limit=0", *tree.cxx()],
                         cwd=tree.root, capture_output=True, text=True)
    first = {}
    for line in run.stderr.splitlines():
        if match := MESSAGE.match(line):
            first.setdefault(match["path"], int(match["line"]))
    if run.returncode != 0 and not first:
        return [Violation("format", ".clang-format", 1, f"{PROGRAM} failed: {run.stderr.strip()}")]
    return [Violation("format", path, line, "not as clang-format writes it; run tools/dev fmt")
            for path, line in sorted(first.items())]

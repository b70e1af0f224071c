"""metrics: whatever a program exports stands in docs/metrics.md, and nothing else does."""

import re

from tree import Violation

PAGE = "docs/metrics.md"
FOLDERS = ("broker/", "client/", "processors/", "proto/")
# The names that are registered: the first thing in a call, as clang-format leaves it.
REGISTERED = re.compile(r'\b(?:gauge|counter|durations)\(\s*"(usher_[a-z0-9_]+)"')
PAGE_ROW = re.compile(r"^\| `(usher_[a-z0-9_]+)`")


def check(tree):
    exported = {}  # name → where
    for path in tree.cxx():
        if not path.startswith(FOLDERS):
            continue
        text = tree.text(path)
        for match in REGISTERED.finditer(text):
            exported.setdefault(match.group(1), (path, text.count("\n", 0, match.start(1)) + 1))
    rows = {}
    if tree.has(PAGE):
        for line, text in enumerate(tree.lines(PAGE), 1):
            if match := PAGE_ROW.match(text):
                rows[match.group(1)] = line
    found = []
    for name, (path, line) in exported.items():
        if name not in rows:
            found.append(Violation("metrics", path, line, f"no row for {name} in {PAGE}; say there "
                                   "what it tells an operator"))
    for name, line in rows.items():
        if name not in exported:
            found.append(Violation("metrics", PAGE, line, f"no program exports {name}; take the "
                                   "row out"))
    return found

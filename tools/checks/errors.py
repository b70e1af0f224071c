"""errors: the catalogue (proto/base/errors.inc) and docs/errors.md hold the same rows."""

import re

from tree import Violation

CATALOGUE = "proto/base/errors.inc"
PAGE = "docs/errors.md"
ROW = re.compile(r'^USHER_ERROR\((\d+), (\w+), k(\w+), "(.*)", "(.*)"\)$')
PAGE_ROW = re.compile(r"^\| *(\d+) *\|")


def check(tree):
    found = []
    rows = {}  # as the page must say them → line in the catalogue
    codes = set()
    last = 0
    for line, text in enumerate(tree.lines(CATALOGUE), 1):
        if not text.startswith("USHER_ERROR"):
            continue
        match = ROW.match(text)
        if not match:
            found.append(Violation("errors", CATALOGUE, line, "not a row as the file's first "
                                   "line describes it; keep it on one line"))
            continue
        number, code, retry, meaning, hint = match.groups()
        if int(number) <= last or code in codes:
            found.append(Violation("errors", CATALOGUE, line, f"{number} {code}: numbers rise, "
                                   "nothing stands twice; take the next free number"))
        last = int(number)
        codes.add(code)
        rows[f"| {number} | `{code}` | {retry.lower()} | {meaning} | {hint} |"] = line
    if not tree.has(PAGE):
        return found + [Violation("errors", PAGE, 1, "does not exist; give each error its row")]
    page = {text: line for line, text in enumerate(tree.lines(PAGE), 1) if PAGE_ROW.match(text)}
    for row, line in rows.items():
        if row not in page:
            found.append(Violation("errors", CATALOGUE, line, f"no such row in {PAGE}; write "
                                   f"there: {row}"))
    for row, line in page.items():
        if row not in rows:
            found.append(Violation("errors", PAGE, line, f"no such row in {CATALOGUE}; correct it, "
                                   "or take it out"))
    return found

"""shape: sizes, names, READMEs, headers, and that no source is forgotten by the build."""

import re

from tree import TOP_FOLDERS, Violation, folder_of

COLUMNS, FILE_LINES, README_LINES = 100, 500, 80
NOT_NAMES = ("util", "utils", "common", "manager", "helper", "helpers", "impl", "misc")
SOURCE_SUFFIXES = (".h", ".cc", ".cpp", ".capnp")
TEXT_SUFFIXES = SOURCE_SUFFIXES + (".inc", ".py", ".build", ".toml", ".sh")
# What forbids a word has to say it.
RULES_THEMSELVES = ("tools/checks/",)
QUOTED = re.compile(r"'([^'\n]+)'")


def check(tree):
    found = []

    def refuse(path, line, what):
        found.append(Violation("shape", path, line, what))

    ours = [f for f in tree.files if f.split("/")[0] in TOP_FOLDERS]
    for path in ours:
        name = path.rpartition("/")[2]
        for word in re.split(r"[_.\-]", name):
            if word in NOT_NAMES:
                refuse(path, 1, f"'{word}' says nothing; name the file after what it holds")
        if name.endswith(TEXT_SUFFIXES) or ("." not in name and tree.text(path).startswith("#!")):
            check_lines(tree, path, refuse)
        if name.endswith(".h") and "/pch/" not in path:
            check_header(tree, path, refuse)
    check_readmes(tree, ours, refuse)
    check_build(tree, ours, refuse)
    return found


def check_lines(tree, path, refuse):
    lines = tree.lines(path)
    if len(lines) > FILE_LINES:
        refuse(path, FILE_LINES + 1, f"{len(lines)} lines, the limit is {FILE_LINES}; it is two "
               "rooms: look for the wall")
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS and not path.endswith(".inc"):
            refuse(path, number, f"{len(line)} columns, the limit is {COLUMNS}; break the line")
        if not path.startswith(RULES_THEMSELVES) and re.search(r"\b(FIXME|XXX)\b", line):
            refuse(path, number, "a note to yourself; do it now, or write down why not in docs/")


def check_header(tree, path, refuse):
    lines = tree.lines(path)
    if not lines or not lines[0].startswith("// "):
        refuse(path, 1, "no leading comment; say in 2-6 lines what the header is for")
    if "#pragma once" not in lines:
        refuse(path, 1, "no '#pragma once'; put it below the leading comment")


def check_readmes(tree, ours, refuse):
    folders = set()
    for path in ours:
        if path.endswith(SOURCE_SUFFIXES) and "/pch/" not in path:
            # tests/unit/proto/base needs no page of its own: tests/unit says what it mirrors.
            parts = folder_of(path).split("/")
            folders.add("/".join(parts[:2]) if parts[0] == "tests" else "/".join(parts))
    for folder in sorted(folders):
        readme = f"{folder}/README.md"
        if readme not in tree.files:
            refuse(readme, 1, "does not exist; say what the folder is for and draw its parts")
        elif not re.search(r"^(    \S|```)", tree.text(readme), re.MULTILINE):
            refuse(readme, 1, "has no picture; draw the folder's parts in an indented block")
    for path in tree.files:
        if path.endswith("README.md") and len(tree.lines(path)) > README_LINES:
            refuse(path, README_LINES + 1, f"{len(tree.lines(path))} lines, the limit is "
                   f"{README_LINES}; move the rest to docs/")


def check_build(tree, ours, refuse):
    named, stems = set(), set()
    for path in ours:
        if path.endswith("/meson.build"):
            folder = folder_of(path)
            words = QUOTED.findall(tree.text(path))
            # Where a foreach makes the name: '…_' + name + '.cc'.
            starts = ["", *(word for word in words if word.endswith("_"))]
            for word in words:
                named.add(_normal(f"{folder}/{word}"))
                stems |= {f"{folder}/{start}{word}" for start in starts}
    for path in ours:
        if not path.endswith((".cc", ".cpp")) or path in named:
            continue
        if path.rpartition(".")[0] not in stems:
            refuse(path, 1, f"no meson.build names it; add it to {folder_of(path)}/meson.build")


def _normal(path):
    parts = []
    for part in path.split("/"):
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)

"""The tree as the checks see it, and how they report what they find."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

TOP_FOLDERS = ("proto", "broker", "client", "processors", "tools", "tests")
CXX_SUFFIXES = (".h", ".cc", ".cpp", ".inc")
SKIPPED_FOLDERS = ("build", "__pycache__")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
# What is not code: comments and literals, in the order in which they hide each other.
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|'
    r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL,
)


@dataclass(frozen=True)
class Violation:
    rule: str
    path: str
    line: int
    what: str  # what is wrong, and what to do instead

    def __str__(self):
        return f"{self.rule}: {self.path}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Include:
    line: int
    target: str
    quoted: bool

    def __str__(self):
        return f'"{self.target}"' if self.quoted else f"<{self.target}>"


class Tree:
    """The files below a root, whether git knows them or not. Paths are relative and use '/'."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        self.files = sorted(self._walk())
        self._texts = {}

    def _walk(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = [f for f in folders if f not in SKIPPED_FOLDERS and not f.startswith(".")]
            for name in names:
                yield (Path(folder) / name).relative_to(self.root).as_posix()

    def has(self, path):
        return (self.root / path).exists()

    def cxx(self):
        """C++ files of the program's own folders."""
        return [f for f in self.files
                if f.endswith(CXX_SUFFIXES) and f.split("/")[0] in TOP_FOLDERS]

    def text(self, path):
        if path not in self._texts:
            self._texts[path] = (self.root / path).read_text(encoding="utf-8", errors="replace")
        return self._texts[path]

    def lines(self, path):
        return self.text(path).splitlines()

    def code(self, path):
        """The lines with comments and literals taken out, so that they match no ban."""
        return NOT_CODE.sub(_blank, self.text(path)).split("\n")

    def includes(self, path):
        found = []
        for number, line in enumerate(self.lines(path), 1):
            if match := INCLUDE.match(line):
                found.append(Include(number, match[2], match[1] == '"'))
        return found


def _blank(match):
    text = match[0]
    quote = text[0] if text[0] in "\"'" else ""
    return quote + "\n" * text.count("\n") + quote


def folder_of(path):
    return path.rpartition("/")[0]


def is_in(path, places):
    """Whether a file is one of the places, or below one that is a folder."""
    return any(path == place or path.startswith(place.rstrip("/") + "/") for place in places)

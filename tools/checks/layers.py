"""layers: who may include whom, after tools/layers.toml."""

import tomllib

from tree import Violation, folder_of, is_in

TABLE = "tools/layers.toml"


def check(tree):
    table = tomllib.loads(tree.text(TABLE))
    folders, libraries, nevers = table["folders"], table["library"], table["never"]
    found = []

    def refuse(path, line, what):
        found.append(Violation("layers", path, line, what))

    for path in tree.cxx():
        row = row_of(folder_of(path), folders)
        if row is None:
            refuse(path, 1, f"{folder_of(path)}/ has no row in {TABLE}; say what it may include")
            continue
        for include in tree.includes(path):
            if include.quoted:
                if problem := quoted_problem(include, row, folders):
                    refuse(path, include.line, f"includes {include}: {problem}")
            elif problem := library_problem(path, include, libraries):
                refuse(path, include.line, f"includes {include}: {problem}")
        for never in nevers:
            if is_in(path, never["from"]):
                if chain := chain_to(tree, path, never["headers"]):
                    line, names = chain
                    through = " through ".join(reversed(names))
                    refuse(path, line, f"reaches {through}: {never['instead']}")
    return found


def row_of(folder, folders):
    """The longest row that the folder is, or is below."""
    rows = [row for row in folders if is_in(folder, [row])]
    return max(rows, key=len) if rows else None


def quoted_problem(include, row, folders):
    target = row_of(folder_of(include.target), folders)
    if target is None:
        return "not a path from the repository's root; write it in full, a library's in <>"
    if target == row or "*" in folders[row] or is_in(folder_of(include.target), folders[row]):
        return None
    allowed = ", ".join(folders[row]) or "nothing but itself and libraries"
    return f"{row} may include {allowed}; move what is shared down, or hand it in as an argument"


def library_problem(path, include, libraries):
    name = include.target
    for library in libraries:
        if is_one_of(name, library["headers"]):
            if is_in(path, library["in"]):
                return None
            places = ", ".join(library["in"])
            return f"{library['name']} stays in {places}; use {library['instead']}"
    if "/" in name or "." in name:
        return f"a library without a row in {TABLE}; say there who may include it and why"
    return None  # the standard library


def is_one_of(target, headers):
    return any(target == h or (h.endswith("/") and target.startswith(h)) for h in headers)


def chain_to(tree, path, headers):
    """The first include of `path` that leads to one of the headers, however far: (line, names)."""
    seen = {path}
    waiting = [(include.line, [include]) for include in tree.includes(path)]
    while waiting:
        line, chain = waiting.pop(0)
        last = chain[-1]
        if is_one_of(last.target, headers):
            return line, [str(include) for include in chain]
        if last.quoted and last.target not in seen and last.target in tree.files:
            seen.add(last.target)
            waiting += [(line, chain + [include]) for include in tree.includes(last.target)]
    return None

"""ambient: what nobody may ask the machine for on the quiet, after tools/ambient.toml."""

import re
import tomllib

from tree import Violation, is_in

TABLE = "tools/ambient.toml"

# A variable that is declared where no function is: it outlives every owner. `static` and
# `thread_local` anywhere, and any declaration at the left margin, where only namespaces are.
SPECIFIER = r"(?:inline|constinit|volatile|static|thread_local)\s+"
STATIC = re.compile(rf"^\s*(?:inline\s+)?(?:static|thread_local)\s+(?:{SPECIFIER})*(?P<rest>.+)$")
TYPE_AND_NAME = r"[A-Za-z_][\w:]*(?:<.*>)?[\s*&]+\w+(?:\[\w*\])*"
AT_MARGIN = re.compile(rf"^(?:{SPECIFIER})*(?P<rest>{TYPE_AND_NAME}\s*(?:[={{;].*))$")
NOT_A_VARIABLE = re.compile(
    r"^(?:const|constexpr|consteval|using|typedef|namespace|class|struct|enum|union|template|"
    r"friend|return|concept|extern|public|private|protected|else|case|goto|.*\boperator)\b")


def check(tree):
    table = tomllib.loads(tree.text(TABLE))
    found = []
    for row in table["ban"] + [table["mutable_static"]]:
        for place in row["allowed"]:
            if not tree.has(place):
                found.append(Violation("ambient", TABLE, 1, f"allows {row['name']} in {place}, "
                                       "which does not exist; take it off the list"))
    bans = [(re.compile(ban["pattern"]), ban) for ban in table["ban"]]
    statics = table["mutable_static"]
    for path in tree.cxx():
        code = tree.code(path)
        for number, line in enumerate(code, 1):
            for pattern, ban in bans:
                if pattern.search(line) and not is_in(path, ban["allowed"]):
                    found.append(Violation("ambient", path, number,
                                           f"{ban['name']}: {ban['instead']}"))
            if declares_mutable_static(line) and not is_in(path, statics["allowed"]):
                found.append(Violation("ambient", path, number,
                                       f"{statics['name']}: {statics['instead']}"))
    return found


def declares_mutable_static(line):
    match = STATIC.match(line) or AT_MARGIN.match(line)
    if not match or NOT_A_VARIABLE.match(match["rest"]):
        return False
    # Of a function the parenthesis comes first; of a variable its value or the end.
    first = re.search(r"[;={(]", _without_templates(match["rest"]))
    return first is not None and first[0] != "("


def _without_templates(text):
    previous = None
    while previous != text:
        previous, text = text, re.sub(r"<[^<>]*>", "", text)
    return text

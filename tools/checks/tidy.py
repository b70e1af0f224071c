"""tidy: clang-tidy 19 on what changed since the branch began, or on everything.

It reads the compile commands of build/tidy. What has passed is remembered by the hash of all it
depends on.
"""

import hashlib
import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tree import Violation, folder_of

PROGRAM = "clang-tidy-19"
HOME = Path(__file__).resolve().parents[2]
BUILD = HOME / "build" / "tidy"
PASSED = BUILD / "passed"
# Two to four seconds each: a change larger than that is for `check --all`.
MOST_CHANGED = 60
# On its own, and not ours to improve: it is what our figures are held against.
LEFT_ALONE = ("tools/bench/floor.cpp",)
MESSAGE = re.compile(r"^(?P<path>\S[^:]+):(?P<line>\d+):\d+: (?:error|warning): (?P<what>.*)$")


def check(tree, scope):
    """scope: "changed", "all", or a list of files."""
    if not (BUILD / "compile_commands.json").exists():
        return [Violation("tidy", "build/tidy", 1, "no compile_commands.json; run tools/dev "
                          "check, which configures it")]
    commands = read_commands()
    files = [f for f in sources(tree, scope)
             if f in commands and not passed_as(tree, f, commands[f]).exists()]
    if scope == "changed" and len(files) > MOST_CHANGED:
        print(f"tidy: {len(files)} files changed, looks at {MOST_CHANGED} of them; "
              "tools/dev check --all looks at all", flush=True)
        files = files[:MOST_CHANGED]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda f: check_file(tree, f, commands[f]), files))
    return sorted({v for result in results for v in result}, key=lambda v: (v.path, v.line, v.what))


def read_commands():
    rows = json.loads((BUILD / "compile_commands.json").read_text())
    commands = {}
    for row in rows:
        path = os.path.normpath(os.path.join(row["directory"], row["file"]))
        if path.startswith(f"{HOME}/") and not path.startswith(f"{HOME}/build/"):
            commands[os.path.relpath(path, HOME)] = row["command"]
    return commands


def sources(tree, scope):
    everything = [f for f in tree.cxx() if f.endswith((".cc", ".cpp")) and f not in LEFT_ALONE]
    if scope == "all":
        return everything
    changed = changed_files(tree) if scope == "changed" else scope
    if changed is None:
        return everything
    chosen = {f for f in everything if f in changed}
    for header in (f for f in changed if f.endswith((".h", ".inc")) and f in tree.files):
        chosen |= set(reader_of(tree, header, everything))
    return sorted(chosen)


def changed_files(tree):
    """Since the main branch, or since the last commit on it; None where git cannot tell."""
    if git(tree, "rev-parse", "--show-toplevel") != [str(tree.root)]:
        return None
    head = git(tree, "rev-parse", "HEAD")
    base = next((found for name in ("origin/main", "main")
                 if (found := git(tree, "merge-base", "HEAD", name)) and found != head), None)
    base = base or git(tree, "rev-parse", "--verify", "--quiet", "HEAD~1")
    if not base:
        return None
    return set(git(tree, "diff", "--name-only", *base)
               + git(tree, "ls-files", "--others", "--exclude-standard"))


def git(tree, *arguments):
    run = subprocess.run(["git", "-c", "safe.directory=*", "-C", str(tree.root), *arguments],
                         capture_output=True, text=True)
    return run.stdout.split("\n")[:-1] if run.returncode == 0 else []


def reader_of(tree, header, everything):
    """One source through which a header is looked at: its own, else the first that includes it."""
    own = header.rpartition(".")[0] + ".cc"
    if own in everything:
        return [own]
    return [f for f in everything if any(i.target == header for i in tree.includes(f))][:1]


def check_file(tree, path, command):
    # A copy of the tree is read with the commands of the original, its own headers first.
    run = subprocess.run([PROGRAM, "--quiet", "-p", str(BUILD), f"--extra-arg-before=-I{tree.root}",
                          str(tree.root / path), *command_for_copy(tree, command)],
                         capture_output=True, text=True, cwd=BUILD)
    found = []
    for match in filter(None, map(MESSAGE.match, run.stdout.splitlines())):
        where = os.path.relpath(BUILD / match["path"], tree.root)
        if not where.startswith(".."):
            what = match["what"].replace(",-warnings-as-errors", "")
            found.append(Violation("tidy", where, int(match["line"]), what))
    if run.returncode != 0 and not found:
        said = (run.stdout + run.stderr).strip()
        found = [Violation("tidy", path, 1, f"{PROGRAM} failed: {said}")]
    if not found:
        passed = passed_as(tree, path, command)
        passed.parent.mkdir(parents=True, exist_ok=True)
        passed.touch()
    return found


def command_for_copy(tree, command):
    """Behind `--`: the compiler's arguments, for a file that the build does not know."""
    if tree.root == HOME:
        return []
    words = command.split()
    keep = [w for w in words[1:] if w.startswith(("-I", "-D", "-std", "-W", "-isystem"))]
    return ["--", "-xc++", *keep]


def passed_as(tree, path, command):
    """The file that stands for this source having passed with all that it depends on."""
    mixed = hashlib.sha256((command + str(tree.root) + tree.text(".clang-tidy")).encode())
    seen, waiting = set(), [path]
    while waiting:
        name = waiting.pop()
        if name in seen or not tree.has(name):
            continue
        seen.add(name)
        waiting += [i.target for i in tree.includes(name) if i.quoted]
    for name in sorted(seen):
        mixed.update(f"{name}\n{tree.text(name)}".encode())
    return PASSED / mixed.hexdigest()

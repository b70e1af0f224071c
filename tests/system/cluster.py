"""A cluster of real processes under `usher cluster`, in a directory of its own, ended by it."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import program

TIME = 60


def build():
    return Path(program.PROBE).parents[2]


def usher_path():
    return build() / "tools" / "usher" / "usher"


def has_brokers():
    return (build() / "broker" / "server" / "usher-broker").exists()


def environment(extra=None):
    env = program.clean_environment(extra)
    env["PATH"] = f"{usher_path().parent}:{env['PATH']}"
    return env


def usher(*words, stdin="", extra=None, cwd=None, timeout=TIME):
    """Runs to its end: (exit code, stdout, stderr)."""
    ended = subprocess.run([usher_path(), *words], input=stdin, capture_output=True, text=True,
                           timeout=timeout, env=environment(extra), cwd=cwd)
    return ended.returncode, ended.stdout, ended.stderr


class Cluster:
    """Three brokers, or as many as asked, and the processors asked for. Use as a context."""

    def __init__(self, brokers=3, processors=0, gateways=0, extra=None):
        self.dir = tempfile.mkdtemp(prefix="usher-test-")
        self.sizes = {"brokers": brokers, "processors": processors, "gateways": gateways}
        self.extra = extra

    def __enter__(self):
        code, out, err = usher("cluster", "start", "--dir", self.dir, "--base-port", "0",
                               *[word for what, count in self.sizes.items()
                                 for word in (f"--{what}", str(count))],
                               extra=self.extra)
        if code != 0:
            said = self.logs()
            self.__exit__()
            raise AssertionError(f"start: exit {code}: {out}{err}\n{said}")
        return self

    def __exit__(self, *_):
        usher("cluster", "stop", "--dir", self.dir)
        for pid in self.pids():
            try:
                os.kill(pid, 9)
            except OSError:
                pass
        shutil.rmtree(self.dir, ignore_errors=True)

    def logs(self):
        return "\n".join(f"{path}:\n{path.read_text(errors='replace')[-3000:]}"
                         for path in Path(self.dir).glob("*/log"))

    def brokers(self):
        return json.loads((Path(self.dir) / "cluster.json").read_text())["brokers"]

    def pids(self):
        path = Path(self.dir) / "cluster.json"
        if not path.exists():
            return []
        file = json.loads(path.read_text())
        return [member["pid"] for kind in file for member in file[kind] if member["pid"]]

    def usher(self, *words, **options):
        return usher(*words, "--dir", self.dir, **options)

    def ok(self, *words, **options):
        code, out, err = self.usher(*words, **options)
        assert code == 0, f"usher {' '.join(words)}: exit {code}: {out}{err}\n{self.logs()}"
        return out

    def json(self, *words, **options):
        return json.loads(self.ok(*words, "--json", **options))

    def lines(self, *words, **options):
        return [json.loads(line) for line in self.ok(*words, "--json", **options).splitlines()]

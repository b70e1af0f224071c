"""Programs that a comparison starts: each is ended by it, by its process id, whatever happens."""

import json
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

START = 30.0  # seconds that a server may take to start, far over what any needs
STOP = 20.0


class Failed(Exception):
    """A program did not do what it was started for; says which, and what it said."""


class Workplace:
    """A temporary directory with everything that is on disk, and the processes that run. Use as a
    context: at its end nothing of either is left."""

    def __init__(self, usher):
        self.usher = usher
        self.running = []
        self.rooms = 0

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="usher-peers-"))
        # Servers that refuse to run as root have their directories below it.
        self.folder.chmod(0o711)
        return self

    def __exit__(self, *_):
        while self.running:
            self.end(self.running[-1])
        self.end_clusters()
        shutil.rmtree(self.folder, ignore_errors=True)

    def room(self):
        """A new directory, for one measurement of one side."""
        self.rooms += 1
        room = self.folder / str(self.rooms)
        room.mkdir()
        return room

    def leave(self, room):
        """Nothing runs in it any more; the next measurement has the disk to itself."""
        shutil.rmtree(room, ignore_errors=True)

    def start(self, words, log, **options):
        # In a session of its own: Ctrl-C is ours, and we end it.
        with open(log, "ab") as out:
            process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=out, start_new_session=True, **options)
        process.log = log
        self.running.append(process)
        return process

    def end(self, process, how=signal.SIGINT):
        """Asks it to end; kills it where it does not."""
        if process.poll() is None:
            process.send_signal(how)
            try:
                process.wait(STOP)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process in self.running:
            self.running.remove(process)

    def answer(self, words, room, seconds, **options):
        """Runs a client to its end: the lines of JSON on its stdout."""
        out = room / "client.log"
        began = out.stat().st_size if out.exists() else 0
        client = self.start(words, out, **options)
        try:
            code = client.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
        self.end(client)
        said = out.read_text(errors="replace")[began:]
        if code != 0:
            how = f"did not end within {seconds} s" if code is None else f"ended with {code}"
            raise Failed(f"{Path(words[0]).name} {how}: {said.strip()[-500:]}")
        return [json.loads(line) for line in said.splitlines() if line.startswith("{")]

    def end_clusters(self):
        """Brokers of a `usher bench` that could not end them itself."""
        for file in self.folder.glob("*/usher-bench-*/cluster.json"):
            run(self.usher, "cluster", "stop", "--dir", file.parent)


def free_ports(count):
    """Ports that nobody has, for servers that must know those of others before they start."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def wait_until(is_so, process, what):
    """Looks again and again; the process must not end meanwhile."""
    deadline = time.monotonic() + START
    while not (found := is_so()):
        if process.poll() is not None or time.monotonic() > deadline:
            said = Path(process.log).read_text(errors="replace").strip()[-500:]
            raise Failed(f"{what}: {said}")
        time.sleep(0.02)
    return found


def run(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)


def succeeds(*words):
    return run(*words).returncode == 0


def output_of(*words):
    ended = run(*words)
    if ended.returncode != 0:
        raise Failed(f"{Path(words[0]).name}: {ended.stderr.strip()[-500:]}")
    return ended.stdout.strip()


def version_of(program):
    said = run(program, "--version")
    return said.stdout.strip() or said.stderr.strip()


def is_installed(package):
    return run("dpkg-query", "-W", "-f", "${db:Status-Status}", package).stdout == "installed"

"""A program under test: started on ports it chooses, known by what it says in its log, ended by its
own process id. Waiting is always for something it says or does, within TIME seconds."""

import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time

TIME = 20  # far over what anything takes, also under sanitizers on a busy machine
PROBE = None  # set by `run`, as are the two below
BROKER = None
PROBE_CLIENT = None
RUNNING = []
SERVING = {"USHER_ID": "1", "USHER_ADMIN": "127.0.0.1:0", "USHER_LOG_FORMAT": "json"}


def clean_environment(extra=None):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("USHER_")}
    return kept | (extra or {})


def run_once(*flags, environment=None, program=None):
    """Runs to its end: (exit code, stdout, stderr)."""
    ended = subprocess.run([program or PROBE, *flags], capture_output=True, text=True, timeout=TIME,
                           env=clean_environment(environment), stdin=subprocess.DEVNULL)
    return ended.returncode, ended.stdout, ended.stderr


class Program:
    """Runs until stopped. Use as a context, or call stop()."""

    def __init__(self, *flags, program=None):
        self.process = subprocess.Popen(
            [program or PROBE, *flags], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, env=clean_environment(SERVING))
        RUNNING.append(self)
        self.lines = queue.Queue()
        self.said = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.lines.put(line)
        self.lines.put(None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def wait_for(self, message):
        """The next line of its log with this message, as a dict."""
        while True:
            line = self.lines.get(timeout=TIME)
            if line is None:
                raise AssertionError(f"ended without saying {message!r}: {self.said}")
            self.said.append(line)
            if line.startswith("{") and (entry := json.loads(line))["message"] == message:
                return entry

    def start(self):
        """Waits until it serves; sets its ports."""
        self.admin = port_of(self.wait_for("admin endpoint is listening"))
        self.listen = port_of(self.wait_for("listening"))
        self.wait_for("started")
        return self

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=TIME):
        """Its exit code; what else it said is in `said` then."""
        code = self.process.wait(seconds)
        self.reader.join(TIME)
        while (line := self.lines.get(timeout=TIME)) is not None:
            self.said.append(line)
        self.process.stderr.close()
        RUNNING.remove(self)
        return code

    def stop(self):
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        if self in RUNNING:
            self.process.kill()
            self.wait()


def end_all():
    """Ends what a test left behind, and says what that was."""
    left = [f"process {program.process.pid}" for program in RUNNING]
    for program in list(RUNNING):
        program.kill()
    return left


def port_of(entry):
    return int(entry["address"].rpartition(":")[2])


def temporary_folder():
    return tempfile.TemporaryDirectory(prefix="usher-system-")


def wait_until(true):
    """For what tells nobody when it has happened: asks until it is so, and returns the answer."""
    last = time.monotonic() + TIME
    while not (answer := true()):
        assert time.monotonic() < last, "it did not happen in time"
        time.sleep(0.01)
    return answer

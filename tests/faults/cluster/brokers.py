"""Three real brokers whose connections to each other go through doors (proxy.py). Clients reach
each broker directly."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import cluster
import program
from http_client import ask
from program import Program
from proxy import Proxy
from test_cluster import free_ports

IDS = (1, 2, 3)


class Brokers:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir()
        self.ports = dict(zip(IDS, free_ports(len(IDS))))
        self.doors = {(one, other): Proxy(self.ports[other])
                      for one in IDS for other in IDS if one != other}
        self.up = {}
        self.stopped = set()

    def data(self, broker):
        return self.folder / str(broker)

    def addresses(self):
        return ",".join(f"127.0.0.1:{port}" for port in self.ports.values())

    def start(self, broker):
        listed = ",".join(
            f"{other}=127.0.0.1:"
            f"{self.ports[other] if other == broker else self.doors[broker, other].port}"
            for other in IDS)
        self.up[broker] = Program(
            "--id", str(broker), "--listen", f"127.0.0.1:{self.ports[broker]}", "--data",
            str(self.data(broker)), "--cluster", listed, program=program.BROKER)
        self.up[broker].admin = program.port_of(
            self.up[broker].wait_for("admin endpoint is listening"))

    def kill(self, broker):
        self.go_on(broker)
        running = self.up.pop(broker)
        running.kill()
        self.keep_log(broker, running)

    def keep_log(self, broker, ended):
        with open(f"{self.folder}/{broker}.log", "a", encoding="utf-8") as file:
            file.writelines(line for line in ended.said if line)
            file.write("--- ended\n")

    def stop(self, broker):
        self.up[broker].signal(signal.SIGSTOP)
        self.stopped.add(broker)

    def go_on(self, broker):
        if broker in self.stopped:
            self.up[broker].signal(signal.SIGCONT)
            self.stopped.discard(broker)

    def wipe(self, broker):
        shutil.rmtree(self.data(broker))

    def heal(self):
        for broker in list(self.stopped):
            self.go_on(broker)
        for door in self.doors.values():
            door.heal()
        for broker in IDS:
            if broker not in self.up:
                self.start(broker)

    def why_not_ready(self):
        """Empty: every broker serves, and counts all others."""
        for broker, running in self.up.items():
            try:
                answer = ask(running.admin, "/health/ready")
            except OSError as error:
                return f"broker {broker}: {error}"
            if answer.status != 200:
                return f"broker {broker}: {answer.body.strip()}"
        return ""

    def usher(self, *words):
        code, out, err = cluster.usher(*words, "--brokers", self.addresses())
        return code, out, err

    def ok(self, *words):
        code, out, err = self.usher(*words)
        assert code == 0, f"usher {' '.join(words)}: exit {code}: {out}{err}"
        return out

    def leader(self, partition):
        """As it is told at this moment; None: nobody says."""
        try:
            code, out, _ = cluster.usher(
                "partition", "describe", "faults", str(partition), "--json", "--timeout", "2s",
                "--brokers", self.addresses(), timeout=20)
        except subprocess.TimeoutExpired:
            return None
        leader = json.loads(out)["leader"] if code == 0 else None
        return leader if leader in self.up else None

    def end(self):
        for broker in list(self.up):
            self.go_on(broker)
            running = self.up.pop(broker)
            running.stop()
            self.keep_log(broker, running)
        for door in self.doors.values():
            door.end()

    def end_now(self):
        for broker in list(self.up):
            self.kill(broker)


def flip_bit(path, byte, bit):
    with open(path, "r+b") as file:
        file.seek(byte)
        was = file.read(1)[0]
        file.seek(byte)
        file.write(bytes([was ^ 1 << bit]))
        file.flush()
        os.fsync(file.fileno())

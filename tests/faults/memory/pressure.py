"""Brokers that are offered more than they can take, and asked for what nobody reads: how much
memory each held at most."""

import json
import select
import subprocess
from pathlib import Path

import cluster

MIB = 1 << 20
# As the contract has it: the limit is of caches and queues, the program itself is beside them.
BESIDE = 64 * MIB
PRODUCERS = 3
READERS = 3


def peak_bytes(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"process {pid} has no peak")


def started(dir, *words):
    return subprocess.Popen([cluster.usher_path(), *words, "--dir", dir], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env=cluster.environment(), text=True)


def run(seconds, limit):
    """The peak of each broker, by its id, and a line on each program that pressed on them."""
    with cluster.Cluster(extra={"USHER_MEMORY_LIMIT": f"{limit}B"}) as running:
        running.ok("space", "create", "read", "--partitions", "20")
        running.ok("topic", "create", "read/records")
        running.ok("produce", "read/records", stdin=("x" * 1000 + "\n") * 40_000)
        # Nobody takes what they print: their pipes are full, then their sockets.
        readers = [started(running.dir, "consume", "read/records", "--from", "start")
                   for _ in range(READERS)]
        # Each keeps outstanding what it has memory for, and together they want more than there is.
        producers = [started(running.dir, "bench", "produce", "--seconds", str(seconds),
                             "--outstanding", "1000000", "--record-bytes", "1000", "--json")
                     for _ in range(PRODUCERS)]
        told = []
        try:
            for one in producers:
                out, err = one.communicate(timeout=seconds + 120)
                bench = json.loads(out)
                told.append(f"producer: {bench['operations']} records, {bench['errors']} were "
                            f"refused or too late {err.strip()}")
            for one in readers:
                stands = one.poll() is None and bool(select.select([one.stdout], [], [], 0)[0])
                told.append("reader: " + ("reads nothing" if stands else f"exit {one.poll()}"))
            return {broker["id"]: peak_bytes(broker["pid"]) for broker in running.brokers()}, told
        finally:
            for one in producers + readers:
                if one.poll() is None:
                    one.kill()
                one.communicate()

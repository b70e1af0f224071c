"""NATS JetStream, three servers in one cluster: the log beside ours."""

import json
import signal
import statistics
import time

import comparison
import processes
from peer import Peer, without_errors

SERVER = "/usr/sbin/nats-server"  # Debian's
OUTSTANDING_BYTES = 1_000_000  # more helps neither side
SERVERS = 3
KILL_AFTER = 3.0  # seconds of steady writes before the leader is killed
GO_ON = 20  # seconds that writes may stand still, and then some
TRIES = 3  # brokers of ours that are killed in one round
PROBES = 200  # records a second meanwhile
CONFIGURATION = """\
server_name: {name}
listen: "127.0.0.1:-1"
ports_file_dir: "{room}"
jetstream {{ store_dir: "{room}/{name}", max_file_store: 20GB }}
cluster {{
  name: peers
  listen: "127.0.0.1:{port}"
  routes: [{routes}]
}}
"""


class Nats(Peer):
    name = "nats"
    packages = ("nats-server", "libnats-dev")
    client = "tools/bench/peers/nats_client"

    def __init__(self, place, asked):
        super().__init__(place, asked)
        self.reached = []  # records of 100 B a second, in one stream

    def described(self):
        return [f"{processes.version_of(SERVER)}, {SERVERS} servers on loopback, "
                "streams R3 in files, acknowledged without a sync (its default; a server that "
                "loses power may lose what it acknowledged)",
                "nats.c, js_PublishAsync, one connection to the stream's leader"]

    def questions(self):
        for streams in (1, 20):
            for size in (100, 1024):
                yield self.throughput(streams, size)
        yield self.one_at_a_time()
        if self.reached:
            yield self.at_a_rate(int(statistics.median(self.reached)) // 2)
        yield self.leader_killed()

    def throughput(self, streams, size):
        flags = ["--record-bytes", size, "--outstanding", OUTSTANDING_BYTES // size]

        def theirs():
            told = self.publish("--streams", streams, *flags)
            if (streams, size) == (1, 100):
                self.reached.append(told["per_second"])
            return told

        return comparison.Question(
            f"{size} B, {streams} partition{'s' * (streams > 1)}",
            lambda: self.produce("--partitions", streams, *flags), theirs,
            (comparison.per_second(),))

    def at_a_rate(self, rate):
        """Half of what the peer takes; a latency counts from when the record was due."""
        flags = ["--rate", rate, "--outstanding", OUTSTANDING_BYTES // 100]
        return comparison.Question(
            f"100 B at {rate:,} a second",
            lambda: self.produce("--partitions", 1, *flags),
            lambda: self.publish("--streams", 1, *flags),
            (comparison.latency("p50"), comparison.latency("p99")))

    def one_at_a_time(self):
        return comparison.Question(
            "100 B, one at a time",
            lambda: self.produce("--partitions", 1, "--outstanding", 1),
            lambda: self.publish("--streams", 1, "--outstanding", 1),
            (comparison.latency("p50"), comparison.latency("p99")))

    def leader_killed(self):
        return comparison.Question(
            "SIGKILL of a leader until writes go on",
            lambda: self.usher("failover", "--tries", TRIES), self.kill_leader,
            (comparison.Figure("pause", "ms", pause_of),))

    def produce(self, *flags):
        return self.usher("produce", "--seconds", self.asked.seconds, "--warm-up", "2s", *flags)

    def publish(self, *flags):
        with Servers(self.place) as servers:
            leader = servers.leader(self.program)
            told = self.place.answer(
                [self.program, "--servers", servers.urls[leader], "--seconds", self.asked.seconds,
                 "--warm-up", "2s", *flags], servers.room, self.asked.seconds + 60)[-1]
        return without_errors(told, self.name)

    def kill_leader(self):
        """Records at a rate, over a server that lives, while the leader is killed."""
        with Servers(self.place) as servers:
            leader = servers.leader(self.program)
            alive = next(name for name in servers.urls if name != leader)
            log = servers.room / "probe.log"
            probe = self.place.start(
                [self.program, "--servers", servers.urls[alive], "--streams", 1, "--outstanding",
                 100_000, "--rate", PROBES, "--warm-up", "1s", "--seconds", GO_ON], log)
            processes.wait_until(lambda: log.stat().st_size > 0, probe, "no stream")
            time.sleep(KILL_AFTER)
            self.place.end(servers.processes[leader], signal.SIGKILL)
            if probe.wait(GO_ON + 60) != 0:
                raise processes.Failed(f"nats_client: {log.read_text().strip()[-500:]}")
            told = json.loads(log.read_text().splitlines()[-1])
            self.place.end(probe)
        return told


class Servers:
    """A cluster of its own for one measurement. Use as a context."""

    def __init__(self, place):
        self.place = place
        self.room = place.room()
        self.processes = {}
        self.urls = {}

    def __enter__(self):
        ports = processes.free_ports(SERVERS)
        routes = ", ".join(f'"nats://127.0.0.1:{port}"' for port in ports)
        for number, port in enumerate(ports):
            name = f"n{number}"
            file = self.room / f"{name}.conf"
            file.write_text(CONFIGURATION.format(name=name, room=self.room, port=port,
                                                 routes=routes))
            self.processes[name] = self.place.start([SERVER, "-c", file], self.room / f"{name}.log")
        for name, process in self.processes.items():
            told = self.room / f"nats-server_{process.pid}.ports"
            self.urls[name] = processes.wait_until(lambda: ports_in(told), process, name)["nats"][0]
        return self

    def __exit__(self, *_):
        for process in self.processes.values():
            self.place.end(process, signal.SIGKILL)
        self.place.leave(self.room)

    def leader(self, client):
        """Makes the stream; the name of the server that leads it."""
        told = self.place.answer(
            [client, "--servers", self.urls["n0"], "--warm-up", "0s", "--seconds", 1],
            self.room, 60)
        return told[0]["leaders"][0]


def pause_of(told):
    """Ours tells of several kills: the one in the middle."""
    return sorted(told["each_ms"])[TRIES // 2] if "each_ms" in told else told["pause_ms_max"]


def ports_in(file):
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return None  # not there yet, or half

"""Three real brokers: founded, written to, read from; one dies, the others go on."""

import socket
import subprocess
import time
import unittest
from pathlib import Path

import program
from http_client import ask
from program import TIME, Program, clean_environment, temporary_folder, wait_until


def free_ports(count):
    """Ports that nobody has now; the brokers must know each other's before they start."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Cluster:
    def __init__(self, folder, brokers):
        self.folder = folder
        self.ports = dict(enumerate(free_ports(brokers), 1))
        self.brokers = {}

    def start(self, broker):
        listed = ",".join(f"{i}=127.0.0.1:{port}" for i, port in self.ports.items())
        self.brokers[broker] = Program(
            "--id", str(broker), "--listen", f"127.0.0.1:{self.ports[broker]}", "--data",
            f"{self.folder}/{broker}", "--cluster", listed, program=program.BROKER)
        started = self.brokers[broker]
        started.admin = program.port_of(started.wait_for("admin endpoint is listening"))
        return started

    def start_all(self):
        for broker in self.ports:
            self.start(broker)
        self.wait_ready()

    def wait_ready(self):
        for broker in self.brokers.values():
            wait_until(lambda at=broker: ask(at.admin, "/health/ready").status == 200)

    def probe(self, broker, *words):
        """(exit code, lines)"""
        ended = subprocess.run([program.PROBE_CLIENT, f"127.0.0.1:{self.ports[broker]}",
                                *[str(w) for w in words]], capture_output=True, text=True,
                               timeout=TIME, env=clean_environment())
        return ended.returncode, ended.stdout.splitlines()

    def leader(self, partition=0):
        """Of a partition of the first space, as any broker that answers knows it; None: nobody."""
        for broker in self.brokers:
            code, lines = self.probe(broker, "metadata")
            known = [line.split() for line in lines if line.startswith(f"partition {partition} ")]
            if code == 0 and known and int(known[0][2]) in self.brokers:
                return int(known[0][2])
        return None

    def make_topic(self):
        controller = wait_until(self.controller)
        wait_until(lambda: self.probe(controller, "metadata")[1].count("") == 0
                   and len(self.known(controller, "broker")) == len(self.ports))
        replicas = min(3, len(self.ports))
        code, said = self.probe(controller, "create-space", "events", 4, replicas)
        assert code == 0, said
        code, said = self.probe(controller, "create-topic", "events", "orders")
        assert code == 0, said

    def known(self, broker, what):
        return [line for line in self.probe(broker, "metadata")[1] if line.startswith(what + " ")]

    def controller(self):
        for broker in self.brokers:
            lines = self.known(broker, "controller")
            if lines and int(lines[0].split()[1]) in self.brokers:
                return int(lines[0].split()[1])
        return None

    def append(self, value, partition=0):
        """Its offset, however often it has to be asked for."""
        def once():
            leader = self.leader(partition)
            if leader is None:
                return None
            code, lines = self.probe(leader, "append", 1, partition, 16, value)
            return lines[0].split() if code == 0 else None
        return wait_until(once)

    def values(self, broker, partition=0):
        lines = self.probe(broker, "fetch", 1, partition, 0, 0, 16)[1]
        return [line.split()[3] for line in lines if line.startswith("record ")]

    def kill(self, broker):
        self.brokers.pop(broker).kill()

    def end(self):
        for broker in list(self.brokers):
            self.kill(broker)


class ThreeBrokers(unittest.TestCase):
    def setUp(self):
        self.folder = temporary_folder()
        self.cluster = Cluster(self.folder.name, 3)
        self.addCleanup(self.folder.cleanup)
        self.addCleanup(self.cluster.end)

    def test_what_is_acknowledged_survives_the_leader_and_everybody(self):
        self.cluster.start_all()
        self.cluster.make_topic()
        self.assertEqual(self.cluster.append("one")[5] in "23", True)
        leader = wait_until(self.cluster.leader)
        self.cluster.kill(leader)
        begun = time.monotonic()
        self.cluster.append("two")
        self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual(self.cluster.values(wait_until(self.cluster.leader)), ["one", "two"])
        self.cluster.start(leader)
        self.cluster.append("three")
        wait_until(lambda: self.cluster.values(leader) == ["one", "two", "three"])
        for broker in list(self.cluster.brokers):
            self.cluster.kill(broker)
        for broker in self.cluster.ports:
            self.cluster.start(broker)
        self.cluster.append("four")
        wait_until(lambda: self.cluster.values(1) == ["one", "two", "three", "four"])

    def test_a_wrong_broker_names_the_leader(self):
        self.cluster.start_all()
        self.cluster.make_topic()
        self.cluster.append("one")
        leader = wait_until(self.cluster.leader)
        other = leader % 3 + 1
        code, lines = self.cluster.probe(other, "append", 1, 0, 16, "x")
        self.assertEqual(code, 1)
        self.assertEqual(lines[0].split()[:2], ["NOT_LEADER", str(leader)])

    def test_while_a_broker_of_the_list_is_missing_the_others_say_which(self):
        self.cluster.start(1)
        self.cluster.start(2)

        def why():
            answer = ask(self.cluster.brokers[1].admin, "/health/ready")
            return answer.status == 503 and "answer: 3" in answer.body
        wait_until(why)
        self.cluster.start(3)
        self.cluster.wait_ready()

    def test_every_broker_stops_cleanly(self):
        self.cluster.start_all()
        for broker in self.cluster.brokers.values():
            self.assertEqual(broker.stop(), 0, broker.said)
        self.cluster.brokers.clear()


class OneBroker(unittest.TestCase):
    def test_a_broker_alone_serves_and_keeps_what_it_took(self):
        with temporary_folder() as folder:
            cluster = Cluster(folder, 1)
            self.addCleanup(cluster.end)
            cluster.start_all()
            cluster.make_topic()
            cluster.append("one")
            cluster.kill(1)
            cluster.start_all()
            cluster.append("two")
            self.assertEqual(cluster.values(1), ["one", "two"])

    def test_a_directory_of_another_broker_is_refused(self):
        with temporary_folder() as folder:
            cluster = Cluster(folder, 1)
            self.addCleanup(cluster.end)
            cluster.start_all()
            arguments = ["--listen", "127.0.0.1:0", "--data", f"{folder}/1"]
            code, _, said = program.run_once("--id", "1", "--cluster", "1=127.0.0.1:1", *arguments,
                                             program=program.BROKER)
            self.assertEqual(code, 2)
            self.assertIn("another program uses the directory", said)
            cluster.kill(1)
            code, _, said = program.run_once("--id", "2", "--cluster", "2=127.0.0.1:1", *arguments,
                                             program=program.BROKER)
            self.assertEqual(code, 2)
            self.assertIn("is the directory of broker 1, not of broker 2", said)
            # Whose it is cannot be guessed, and what is in it is not thrown away.
            Path(folder, "1", "identity").unlink()
            code, _, said = program.run_once("--id", "1", "--cluster", "1=127.0.0.1:1", *arguments,
                                             program=program.BROKER)
            self.assertEqual(code, 2)
            self.assertIn("has data, and no file identity", said)


if __name__ == "__main__":
    unittest.main()

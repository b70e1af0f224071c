"""A sale by real processes: a cluster, clients of every kind, faults; then everything heals and the
whole of it is judged. `run` prints what this gives; tests/system has a short one."""

import http.client
import json
import queue
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cluster
from checker import Sale, judge, kind_of, told_id
from upsets import Faults

EVENTS = ("circus", "opera", "jazz")
# What healing may take: a leader, owners with their state, all that waits, holds of 3 s.
HEALING = 90
ASKERS = 8


class Report:
    def __init__(self):
        self.faults, self.answers = Counter(), Counter()
        self.made, self.violations, self.notes = {}, [], {}

    def broken(self):
        return sum(count for what, count in self.faults.items() if not what.startswith("of these"))

    def text(self):
        lines = [f"fault: {what}: {count}" for what, count in sorted(self.faults.items())]
        lines += [f"answer: {what}: {count}" for what, count in sorted(self.answers.items())]
        lines += [f"check: {what}: {count}" for what, count in self.made.items()]
        lines += [f"{what}: {value}" for what, value in self.notes.items()]
        lines += [f"VIOLATION: {what}" for what in self.violations]
        return "\n".join(lines)


def load_program():
    return cluster.build() / "tests" / "faults" / "seats" / "seats_load"


def run(seconds, clients, seed, keep=None):
    """Sells for so long, heals, and judges. `keep`: where history and logs stay if it fails."""
    report = Report()
    with cluster.Cluster(processors=2, gateways=2) as running:
        try:
            sell(running, seconds, clients, seed, report)
        except Exception as failure:
            report.violations.append(f"it did not come to its end: {failure!r}")
        if report.violations and keep:
            subprocess.run(["cp", "-r", running.dir, str(keep)], check=False)
            report.notes["kept"] = str(keep)
    return report


def sell(running, seconds, clients, seed, report):
    path = Path(running.dir, "history.jsonl")
    export = Export(running)
    with Load(running, path, seconds, clients, seed) as load:
        load.wait_for("selling")
        api = Api(running)
        faults = Faults(running, [api.place_of(event) for event in EVENTS], seed)
        export.follow()
        faults.start()
        time.sleep(seconds * 0.5)
        # Killed in the middle, it goes on from where it was.
        export.kill()
        export.follow()
        time.sleep(max(0.0, load.ends - time.monotonic()))
        faults.stop()
        export.kill()
        report.faults = faults.counts
        report.notes["load"] = load.wait()
    history = [json.loads(line) for line in path.read_text().splitlines()]
    report.answers = Counter(f"{line['op']} {kind_of(line)}" for line in history)
    healed = time.monotonic()
    api.until_no_hold_is_left(history, export)
    report.notes["seconds to heal"] = round(time.monotonic() - healed, 1)
    outcomes, exported = export.read()
    sale = Sale(history, final={}, maps={}, outcomes=outcomes, exported=exported)
    api.look(sale)
    report.violations, report.made = judge(sale)
    report.violations += audit(running, report)


class Load:
    def __init__(self, running, history, seconds, clients, seed):
        members = json.loads(Path(running.dir, "cluster.json").read_text())
        listen = {kind: ",".join(one["listen"] for one in members[kind])
                  for kind in ("brokers", "gateways")}
        self.seconds = seconds
        self.process = subprocess.Popen(
            [load_program(), "--brokers", listen["brokers"], "--gateways", listen["gateways"],
             "--history", history, "--seconds", str(seconds), "--clients", str(clients),
             "--seed", str(seed)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=cluster.environment())
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.strip())
        self.lines.put(None)

    def wait_for(self, word):
        said = []
        while (line := self.lines.get(timeout=HEALING)) != word:
            assert line is not None, f"the load ended: {said}"
            said.append(line)
        self.ends = time.monotonic() + self.seconds

    def wait(self):
        code = self.process.wait(HEALING + 30)
        said = []
        while (line := self.lines.get(timeout=5)) is not None:
            said.append(line)
        assert code == 0, f"the load ended with {code}: {said}"
        return said[-1]


class Export:
    """The audit's export, as a program that follows the log and may be killed."""

    def __init__(self, running):
        self.path = Path(running.dir, "outcomes.db")
        self.running, self.process = running, None

    def words(self):
        return ("audit", "export", "--to", f"sqlite:{self.path}", "--dir", self.running.dir)

    def follow(self):
        self.process = subprocess.Popen(
            [cluster.usher_path(), *self.words(), "--follow"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=cluster.environment())

    def kill(self):
        self.process.kill()
        self.process.wait()

    def read(self):
        """To the log's end: (rows of `history`, rows of `reservations` by id)."""
        self.running.ok(*self.words()[:-2])
        with sqlite3.connect(self.path) as file:
            file.row_factory = sqlite3.Row
            outcomes = [dict(row) for row in file.execute("SELECT * FROM history")]
            rows = [dict(row) for row in file.execute("SELECT * FROM reservations")]
        return outcomes, {row["reservation"]: row for row in rows}


class Api:
    """The gateways, when the world is well: every call is answered within a bound."""

    def __init__(self, running):
        members = json.loads(Path(running.dir, "cluster.json").read_text())
        self.gateways = [one["listen"] for one in members["gateways"]]
        self.lines = threading.local()

    def ask(self, method, path, body=None):
        deadline = time.monotonic() + HEALING
        told = None
        for attempt in range(10_000):
            try:
                gateway = self.gateways[attempt % len(self.gateways)]
                told = self.ask_once(gateway, method, path, body)
                if told[0] not in (503, 504):
                    return told
            except (OSError, http.client.HTTPException) as failure:
                told = failure
            assert time.monotonic() < deadline, f"{method} {path}: {told}"
            time.sleep(0.05)

    def ask_once(self, gateway, method, path, body):
        kept = self.lines.__dict__
        line = kept.pop(gateway, None) or http.client.HTTPConnection(gateway, timeout=HEALING)
        line.request(method, path, body and json.dumps(body),
                     {"Content-Type": "application/json"} if body else {})
        answer = line.getresponse()
        told = answer.status, json.loads(answer.read())
        kept[gateway] = line
        return told

    def reservation(self, identity, wait=30):
        return self.ask("GET", f"/api/reservations/{identity}?wait={wait}")

    def place_of(self, event):
        status, body = self.ask("POST", "/api/reservations",
                                {"eventId": event, "section": "A", "seatCount": 1,
                                 "userId": "opener"})
        assert status == 202, body
        status, body = self.reservation(body["reservationId"])
        return {"event": event, "partition": body["receipt"]["partition"]}

    def until_no_hold_is_left(self, history, export):
        """Liveness: what was asked is decided, and every hold ends."""
        deadline = time.monotonic() + HEALING
        while True:
            _, rows = export.read()
            told = {identity for identity in map(told_id, history) if identity}
            held = [i for i, row in rows.items() if row["status"] == "CONFIRMED"]
            if not held and all(self.reservation(i)[1]["status"] not in ("PENDING", "CONFIRMED")
                                for i in list(told)[:50]):
                return
            assert time.monotonic() < deadline, f"still held: {held[:5]}"
            time.sleep(0.5)

    def look(self, sale):
        told = {identity for identity in map(told_id, sale.history) if identity}
        told |= set(sale.exported)
        # Nobody waits for what may not be there.
        ids = {identity: 30 for identity in told}
        ids |= {line["id"]: 0 for line in sale.history if line.get("id", "") not in told | {""}}
        with ThreadPoolExecutor(ASKERS) as pool:
            sale.final = dict(zip(ids, pool.map(self.reservation, ids, ids.values())))
        for event in EVENTS:
            _, body = self.ask("GET", f"/api/events/{event}")
            for section in body["sections"]:
                name = section["name"]
                _, seats = self.ask("GET", f"/api/events/{event}/sections/{name}/seats")
                sale.maps[event, name] = [row["seats"] for row in seats["rows"]]
                sale.counts[event, name] = section["available"]


def audit(running, report):
    """The final judge, on the running cluster, and on every replica once it is stopped."""
    found = []
    offline = [("--dir", f"{running.dir}/{kind}-{number}/{what}")
               for kind, what, count in (("broker", "data", 3), ("processor", "state", 2))
               for number in range(1, count + 1)]
    for name, words in (("running", ()), ("stopped", tuple(w for pair in offline for w in pair))):
        if words:
            running.ok("cluster", "stop")
        code, out, err = (cluster.usher if words else running.usher)(
            "audit", "verify", "--json", *words, timeout=HEALING)
        told = json.loads(out) if out else {"violations": [err], "state": "none"}
        if code != 0 or told["violations"] or told["state"] != "match":
            found.append(f"audit of the {name} cluster: exit {code}, state {told['state']}: "
                         f"{told['violations'][:5]}")
        else:
            report.notes[f"audit of the {name} cluster"] = (
                f"{told['records']} records, {told['stepsDecidedAgain']} steps decided again, "
                f"{told['reservations']}, stores {told['state']}")
    return found

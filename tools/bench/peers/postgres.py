"""PostgreSQL, one server that syncs before it acknowledges: the seats beside ours."""

import os
import pwd
import signal
from pathlib import Path

import comparison
import processes
from peer import Peer, without_errors

PROGRAMS = "/usr/lib/postgresql/15/bin/"  # Debian's
HERE = Path(__file__).resolve().parent
OUTSTANDING = 1_000
CONNECTIONS = 64  # with fewer it is slower
SEATS_WANTED = 2.5  # 1 to 4, on average
SECTIONS, SEATS_PER_SECTION = 80, 400  # of an event of ours
HOT_SEATS_MAX = 1_000_000  # that an event may have
SETTINGS = ("listen_addresses=", "max_connections=100", "shared_buffers=1GB", "max_wal_size=8GB")


class Postgres(Peer):
    name = "postgres"
    packages = ("postgresql-15", "libpq-dev")
    client = "tools/bench/peers/seats_client"

    def described(self):
        postgres = PROGRAMS + "postgres"
        return [f"{processes.version_of(postgres)}, one server, no replica, fsync and "
                f"synchronous_commit on; {', '.join(SETTINGS)}",
                f"libpq, a transaction a request, {OUTSTANDING:,} outstanding in pipelines of "
                f"{CONNECTIONS} connections"]

    def questions(self):
        yield self.spread(10_000 * self.asked.seconds)
        yield self.hot(5_000 * self.asked.seconds)

    def spread(self, requests):
        # So many that seldom a section is sold out.
        events = 1 + int(requests * SEATS_WANTED / (0.85 * SECTIONS * SEATS_PER_SECTION))
        return self.sale(f"spread over {events * SECTIONS} sections", requests,
                         ("--events", events), "reserve_spread", events * SECTIONS,
                         SEATS_PER_SECTION)

    def hot(self, requests):
        row = 1_000
        rows = min(int(requests * SEATS_WANTED / 0.95 / row) + 1, HOT_SEATS_MAX // row)
        return self.sale("one hot section", int(min(requests, rows * row / SEATS_WANTED * 0.95)),
                         ("--hot", "--events", 1, "--sections", 1, "--rows", rows,
                          "--seats-per-row", row), "reserve_hot", 1, rows * row)

    def sale(self, name, requests, shape, function, sections, seats):
        flags = ["--requests", requests, "--seconds", self.asked.seconds,
                 "--outstanding", OUTSTANDING]
        return comparison.Question(
            name, lambda: self.usher("onsale", *shape, *flags),
            lambda: self.reserve(function, sections, seats, *flags),
            (comparison.per_second("reservations/s"), comparison.latency("p50"),
             comparison.latency("p99")))

    def reserve(self, function, sections, seats, *flags):
        with Server(self.place) as server:
            server.sql("-v", f"sections={sections}", "-v", f"seats={seats}", "-f",
                       HERE / "seats.sql")
            told = self.place.answer(
                [self.program, "--database", server.database, "--function", function,
                 "--connections", CONNECTIONS, "--sections", sections, *flags],
                server.room, self.asked.seconds + 120)[-1]
            kept = int(server.sql("-c", "SELECT sum(cardinality(seats)) FROM reservations"))
        if kept != told["seats_sold"]:
            raise processes.Failed(f"postgres told of {told['seats_sold']} seats and keeps {kept}")
        return without_errors(told, self.name)


class Server:
    """A database of its own for one measurement, reached by a socket in its directory, as whom it
    runs. Use as a context."""

    def __init__(self, place):
        self.place = place
        self.room = place.room()
        self.data = self.room / "data"
        self.database = f"host={self.data} user=postgres dbname=postgres"
        self.process = None

    def __enter__(self):
        # It refuses to run as root.
        owner = {}
        self.data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            owner = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            os.chown(self.data, entry.pw_uid, entry.pw_gid)
        log = self.room / "postgres.log"
        initdb = self.place.start([PROGRAMS + "initdb", "-D", self.data, "-U",
                                   "postgres", "-A", "trust", "-N"], log, cwd=self.data, **owner)
        code = initdb.wait(processes.START)
        self.place.end(initdb)
        if code != 0:
            raise processes.Failed(f"initdb: {log.read_text().strip()[-500:]}")
        settings = [word for one in (*SETTINGS, f"unix_socket_directories={self.data}")
                    for word in ("-c", one)]
        self.process = self.place.start([PROGRAMS + "postgres", "-D", self.data,
                                         *settings], log, cwd=self.data, **owner)
        ready = PROGRAMS + "pg_isready"
        processes.wait_until(lambda: processes.succeeds(ready, "-q", "-d", self.database),
                             self.process, "postgres")
        return self

    def __exit__(self, *_):
        # At once: nobody needs what it keeps.
        self.place.end(self.process, signal.SIGQUIT)
        self.place.leave(self.room)

    def sql(self, *words):
        """What psql prints of it, without a frame."""
        return processes.output_of(PROGRAMS + "psql", "-q", "-t", "-A", "-X",
                                   "-v", "ON_ERROR_STOP=1", "-d", self.database, *words)

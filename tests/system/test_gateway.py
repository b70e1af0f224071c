"""A gateway in front of a cluster with processors: the contract's calls as curl would make them."""

import concurrent.futures
import contextlib
import http.client
import json
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

import cluster
import exposition
from program import wait_until


def has_all():
    build = cluster.build()
    return all((build / part).exists() for part in (
        "broker/server/usher-broker", "processors/daemon/usher-processor",
        "client/gateway/usher-gateway"))


class Api:
    def __init__(self, address):
        self.base = f"http://{address}"

    def __call__(self, method, path, body=None, key=None, headers=None, timeout=70):
        """(status, headers, body)"""
        data = json.dumps(body).encode() if body is not None else None
        asked = urllib.request.Request(self.base + path, data=data, method=method)
        if data is not None:
            asked.add_header("Content-Type", "application/json")
        if key is not None:
            asked.add_header("Idempotency-Key", key)
        for name, value in (headers or {}).items():
            asked.add_header(name, value)
        try:
            with urllib.request.urlopen(asked, timeout=timeout) as answer:
                return answer.status, answer.headers, read(answer)
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code, problem.headers, read(problem)

    def make_event(self, event, sections, **more):
        listed = [{"name": n, "rows": r, "seatsPerRow": s} for n, r, s in sections]
        status, _, body = self("POST", "/api/events",
                               {"eventId": event, "sections": listed, **more})
        assert status in (200, 201), body
        return body

    def reserve(self, event, user, count, section="A", key=None, **more):
        return self("POST", "/api/reservations", {"eventId": event, "section": section,
                                                  "userId": user, "seatCount": count, **more},
                    key=key)

    def outcome(self, reservation, wait=30):
        status, _, body = self("GET", f"/api/reservations/{reservation}?wait={wait}")
        assert status == 200, body
        return body

    def until_done(self, method, path, body=None, key=None, within=30):
        """As a patient client: again while it is 503 or 504, or nobody is there."""
        deadline = time.monotonic() + within
        while True:
            try:
                answer = self(method, path, body, key=key)
                if answer[0] not in (503, 504):
                    return answer
            except OSError:
                answer = None
            assert time.monotonic() < deadline, answer
            time.sleep(0.05)


def read(answer):
    text = answer.read().decode()
    kind = answer.headers.get("Content-Type", "")
    return json.loads(text) if "json" in kind else text


@unittest.skipUnless(has_all(), "no usher-processor or usher-gateway in this build")
class Gateway(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = cluster.Cluster(processors=2, gateways=1)
        cls.cluster.__enter__()
        cls.addClassCleanup(cls.cluster.__exit__)
        members = json.loads(Path(cls.cluster.dir, "cluster.json").read_text())
        cls.member = members["gateways"][0]
        cls.api = Api(cls.member["listen"])

    def test_reserve_pay_and_cancel_as_the_contract_has_it(self):
        api = self.api
        made = {"eventId": "concert", "sections": [{"name": "A", "rows": 2, "seatsPerRow": 10}]}
        status, headers, body = api("POST", "/api/events", made)
        self.assertEqual((status, headers["Location"]), (201, "/api/events/concert"))
        self.assertEqual(api("POST", "/api/events", made)[0], 200)
        other = {**made, "sections": [{"name": "A", "rows": 3, "seatsPerRow": 10}]}
        self.assertEqual(api("POST", "/api/events", other)[0], 409)

        status, headers, body = api.reserve("concert", "ann", 2)
        self.assertEqual((status, body["status"]), (202, "PENDING"))
        identity = body["reservationId"]
        self.assertEqual(headers["Location"], f"/api/reservations/{identity}")
        self.assertTrue(headers["X-Request-Id"])
        outcome = api.outcome(identity)
        self.assertEqual((outcome["status"], outcome["seats"]),
                         ("CONFIRMED", ["A-1-5", "A-1-6"]))
        self.assertEqual(set(outcome["receipt"]), {"partition", "offset"})

        status, _, paid = api("POST", f"/api/reservations/{identity}/payment")
        self.assertEqual((status, paid["status"]), (200, "PAID"))
        self.assertEqual(api("POST", f"/api/reservations/{identity}/payment")[0], 200)
        status, _, forbidden = api("DELETE", f"/api/reservations/{identity}")
        self.assertEqual((status, forbidden["reservation"]["status"]), (409, "PAID"))

        second = api.reserve("concert", "bob", 3)[2]["reservationId"]
        api.outcome(second)
        self.assertEqual(api("DELETE", f"/api/reservations/{second}")[2]["status"], "CANCELLED")
        status, _, seats = api("GET", "/api/events/concert/sections/A/seats")
        self.assertEqual(seats["rows"][0], {"row": 1, "seats": "....SS...."})

        def counted():
            body = api("GET", "/api/events/concert")[2]
            return body["sections"] == [{"name": "A", "total": 20, "available": 18}]
        wait_until(counted)

    def test_a_key_is_one_reservation_even_when_many_ask_at_once(self):
        api = self.api
        api.make_event("keys", [("A", 1, 4)])
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            told = list(pool.map(lambda _: api.reserve("keys", "ann", 4, key="k"), range(32)))
        self.assertEqual({status for status, _, _ in told} - {200, 202}, set())
        self.assertEqual(len({body["reservationId"] for _, _, body in told}), 1)
        self.assertEqual([status for status, _, _ in told].count(202), 1)
        # Sold out by now, and still that reservation.
        for _ in range(20):
            status, _, body = api.reserve("keys", "ann", 4, key="k")
            self.assertEqual((status, body["status"]), (200, "CONFIRMED"))
        self.assertEqual(api.reserve("keys", "ann", 1, key="k")[0], 422)

    def test_a_key_that_took_the_last_seats_is_that_reservation_a_thousand_times_more(self):
        api = self.api
        api.make_event("last", [("A", 1, 3)])
        identity = api.reserve("last", "ann", 3, key="k")[2]["reservationId"]
        # The cache turns all others away by now, and asks about keys before it does.
        wait_until(lambda: api.reserve("last", f"u{time.monotonic_ns()}", 1)[0] == 409)
        body = json.dumps({"eventId": "last", "section": "A", "userId": "ann", "seatCount": 3})
        told = set()
        with contextlib.closing(http.client.HTTPConnection(self.member["listen"])) as line:
            for _ in range(1000):
                line.request("POST", "/api/reservations", body,
                             {"Content-Type": "application/json", "Idempotency-Key": "k"})
                answer = line.getresponse()
                said = json.loads(answer.read())
                told.add((answer.status, said["reservationId"], said["status"],
                          *said["seats"]))
        self.assertEqual(told, {(200, identity, "CONFIRMED", "A-1-1", "A-1-2", "A-1-3")})

    def test_sold_out_is_told_by_the_cache_and_released_seats_are_on_offer_within_a_second(self):
        api = self.api
        api.make_event("small", [("A", 1, 2)])
        identity = api.reserve("small", "ann", 2)[2]["reservationId"]
        self.assertEqual(api.outcome(identity)["status"], "CONFIRMED")
        wait_until(lambda: api.reserve("small", f"u{time.monotonic_ns()}", 1)[0] == 409)
        status, _, body = api.reserve("small", "bob", 1)
        self.assertEqual((status, body["code"]), (409, "SOLD_OUT"))
        self.assertNotIn("reservationId", body)
        api("DELETE", f"/api/reservations/{identity}")
        released = time.monotonic()
        wait_until(lambda: api.reserve("small", "carl", 1)[0] == 202)
        self.assertLess(time.monotonic() - released, 1.0)

    def test_a_hold_ends_and_its_seats_are_on_offer_again(self):
        api = self.api
        api.make_event("short", [("A", 1, 1)], holdSeconds=1)
        identity = api.reserve("short", "ann", 1)[2]["reservationId"]
        self.assertEqual(api.outcome(identity)["status"], "CONFIRMED")
        wait_until(lambda: api.outcome(identity)["status"] == "EXPIRED")
        self.assertEqual(api("POST", f"/api/reservations/{identity}/payment")[0], 409)
        # The gateway's cache knows it within a second; until then it may turn away.
        bob = wait_until(lambda: api.reserve("short", "bob", 1)[2].get("reservationId"))
        self.assertEqual(api.outcome(bob)["status"], "CONFIRMED")

    def test_bad_input_is_400_and_names_the_field(self):
        api = self.api
        for body, field in [({"eventId": "e"}, "userId"),
                            ({"eventId": "e", "userId": "u", "section": "A", "seatCount": 0},
                             "seatCount"),
                            ({"eventId": "e", "userId": "u", "section": "A", "seatCount": 21},
                             "seatCount"),
                            ({"eventId": "e", "userId": "u", "seats": ["A-1-1", "A-1-1"]},
                             "seats[1]"),
                            ({"eventId": "e e", "userId": "u", "section": "A", "seatCount": 1},
                             "eventId"),
                            ({"eventId": "e", "userId": "u", "section": "A", "seatCount": 1,
                              "more": 1}, "more")]:
            status, headers, problem = api("POST", "/api/reservations", body)
            self.assertEqual((status, problem["field"]), (400, field))
            self.assertEqual(headers["Content-Type"], "application/problem+json")
            self.assertEqual(problem["requestId"], headers["X-Request-Id"])
        self.assertEqual(api("GET", "/api/reservations/nothing")[0], 404)
        self.assertEqual(api("GET", "/api/events/nowhere")[0], 404)
        self.assertEqual(api("PUT", "/api/events")[1]["Allow"], "POST, GET")

    def test_a_body_of_ten_mebibytes_is_413(self):
        try:
            status = self.api("POST", "/api/events", {"eventId": "e" * (10 << 20)})[0]
        except (BrokenPipeError, ConnectionResetError, urllib.error.URLError):
            self.skipTest("the answer was lost to the reset")
        self.assertEqual(status, 413)

    def test_page_description_health_and_metrics(self):
        api = self.api
        self.assertIn("<title>Usher</title>", api("GET", "/")[2])
        self.assertEqual(api("GET", "/api/openapi.json")[2]["openapi"], "3.1.0")
        self.assertEqual(api("GET", "/health/live")[0], 200)
        self.assertEqual(api("GET", "/health/ready")[0], 200)
        text = Api(self.member["admin"])("GET", "/metrics")[2]
        found = exposition.families(text)
        for name in ("usher_gateway_requests_total", "usher_gateway_request_seconds",
                     "usher_gateway_waiters", "usher_gateway_wait_timeouts_total",
                     "usher_cache_rejections_total"):
            self.assertIn(name, found)

    def test_the_command_line_sees_what_the_api_did_and_the_other_way_round(self):
        out = self.cluster.json("event", "create", "cli", "--section", "A=2x5", "--limit", "4")
        self.assertEqual(out["outcome"], "DONE")
        reserved = self.cluster.json("reserve", "--event", "cli", "--section", "A", "--count", "2",
                                     "--user", "ann")
        self.assertEqual(reserved["status"], "CONFIRMED")
        identity = reserved["reservationId"]
        self.assertEqual(self.api.outcome(identity)["seats"], reserved["seats"])
        self.assertEqual(self.cluster.json("reservation", "pay", identity)["status"], "PAID")
        code, out, _ = self.cluster.usher("reserve", "--event", "cli", "--section", "A", "--count",
                                          "3", "--user", "ann", "--json")
        self.assertEqual((code, json.loads(out)["reason"]), (3, "LIMIT_EXCEEDED"))
        code, out, _ = cluster.usher("reserve", "--event", "cli", "--section", "A", "--count", "2",
                                     "--user", "bob", "--json", "--url", self.api.base)
        self.assertEqual((code, json.loads(out)["status"]), (0, "CONFIRMED"))
        code, _, said = self.cluster.usher("reservation", "cancel", identity)
        self.assertEqual(code, 3)
        self.assertIn("error: WRONG_STATE: ", said)
        code, out, _ = self.cluster.usher("reserve", "--event", "cli", "--section", "A", "--count",
                                          "1", "--user", "carl", "--wait", "0", "--json")
        self.assertEqual((code, json.loads(out)["status"]), (0, "PENDING"))
        self.assertEqual(self.cluster.json("seat", "block", "cli", "A-2-5")["outcome"], "DONE")
        drawn = self.cluster.ok("event", "seats", "cli", "A")
        self.assertIn("X", drawn)
        shown = self.cluster.json("event", "show", "cli")
        self.assertEqual(shown["sections"][0]["total"], 10)
        self.assertIn("cli", [one["eventId"]
                              for one in self.cluster.json("event", "list")["events"]])


@unittest.skipUnless(has_all(), "no usher-processor or usher-gateway in this build")
class Killed(unittest.TestCase):
    def test_no_booking_is_lost_or_doubled_when_processor_broker_and_gateway_are_killed(self):
        with cluster.Cluster(processors=2, gateways=1) as running:
            members = json.loads(Path(running.dir, "cluster.json").read_text())
            api = Api(members["gateways"][0]["listen"])
            api.make_event("sale", [("A", 5, 10)])
            told = {}

            def buy(number):
                body = {"eventId": "sale", "section": "A", "userId": f"u{number}", "seatCount": 1}
                status, _, answer = api.until_done("POST", "/api/reservations", body,
                                                   key=f"k{number}")
                assert status in (200, 202, 409), answer
                if status == 409:
                    return
                identity = answer["reservationId"]
                outcome = api.until_done("GET", f"/api/reservations/{identity}?wait=20")[2]
                told[number] = (identity, outcome["status"], outcome.get("seats", []))

            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                buying = [pool.submit(buy, number) for number in range(80)]
                for kind in ("processor", "broker", "gateway"):
                    time.sleep(0.3)
                    running.ok("cluster", "kill", kind, "1")
                    running.ok("cluster", "restart", kind, "1")
                for one in buying:
                    one.result()
            wait_until(lambda: api.until_done("GET", "/health/ready")[0] == 200)
            taken = [seat for _, status, seats in told.values() if status == "CONFIRMED"
                     for seat in seats]
            self.assertEqual(len(taken), len(set(taken)))
            for number, (identity, status, seats) in told.items():
                if status == "PENDING":
                    continue
                body = {"eventId": "sale", "section": "A", "userId": f"u{number}", "seatCount": 1}
                again = api.until_done("POST", "/api/reservations", body, key=f"k{number}")[2]
                self.assertEqual((again["reservationId"], again["status"], again["seats"]),
                                 (identity, status, seats))
            rows = api.until_done("GET", "/api/events/sale/sections/A/seats")[2]["rows"]
            reserved = sum(row["seats"].count("R") for row in rows)
            self.assertGreaterEqual(reserved, len(taken))

    def test_what_a_202_named_is_pending_while_nobody_decides_and_decided_afterwards(self):
        with cluster.Cluster(processors=1, gateways=1) as running:
            members = json.loads(Path(running.dir, "cluster.json").read_text())
            api = Api(members["gateways"][0]["listen"])
            api.make_event("late", [("A", 1, 4)])
            running.ok("cluster", "kill", "processor", "1")
            status, _, body = api.reserve("late", "ann", 2)
            self.assertEqual((status, body["status"]), (202, "PENDING"))
            identity = body["reservationId"]
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                waits = pool.submit(api, "GET", f"/api/reservations/{identity}?wait=60")
                gauge = "usher_gateway_waiters 1\n"
                admin = Api(members["gateways"][0]["admin"])
                wait_until(lambda: gauge in admin("GET", "/metrics")[2])
                # A gateway that stops in order answers who waits.
                running.ok("cluster", "restart", "gateway", "1")
                status, _, body = waits.result()
                self.assertEqual((status, body["status"]), (200, "PENDING"))
            running.ok("cluster", "restart", "processor", "1")

            def outcome():
                status, _, body = api.until_done("GET", f"/api/reservations/{identity}?wait=5")
                self.assertEqual(status, 200)
                return body["status"]
            wait_until(lambda: outcome() == "CONFIRMED")

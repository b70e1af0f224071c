"""The sale under faults (tests/faults/seats): its judge is told lies, and a short run."""

import copy
import sys
import unittest
from pathlib import Path

import program

sys.path.append(str(Path(__file__).resolve().parents[1] / "faults" / "seats"))

import sale as sales  # noqa: E402  (needs the path above)
from checker import Sale, judge  # noqa: E402

SECONDS, CLIENTS, SEED = 8, 40, 7


def body(identity, status, seats=(), **more):
    return {"reservationId": identity, "eventId": "e", "section": "A", "userId": "u",
            "status": status, "seats": list(seats), **more}


def line(op, sent, answered, status, told=None, code="", **more):
    return {"op": op, "client": 1, "via": "native", "sent": sent, "answered": answered,
            "status": status, "code": code, **({"body": told} if told else {}), **more}


def reserve(sent, answered, status, told=None, code="", count=2, **more):
    return line("reserve", sent, answered, status, told, code, event="e", section="A", user="u",
                count=count, split=False, **more)


def outcome(identity, offset, status, seats=(), action="reserve 2 of A"):
    return {"partition": 0, "offset": offset + 1, "command_offset": offset, "action": action,
            "reservation": identity, "outcome": status, "changed": 1, "seats": " ".join(seats)}


SEATS = ("A-1-1", "A-1-2")


def well():
    """k was asked for twice and paid, c was cancelled, n was not taken; m nobody knows of."""
    return Sale(
        history=[
            reserve(0, 10, 202, body("k", "PENDING"), key="1", id="k"),
            line("show", 11, 20, 200, body("k", "CONFIRMED", SEATS), id="k"),
            reserve(21, 30, 200, body("k", "CONFIRMED", SEATS), key="1", id="k"),
            line("pay", 31, 40, 200, body("k", "PAID", SEATS), id="k"),
            reserve(0, 10, 202, body("c", "PENDING")),
            line("cancel", 11, 20, 200, body("c", "CANCELLED", ["A-1-3"]), id="c"),
            line("pay", 21, 30, 409, {"code": "WRONG_STATE",
                                      "reservation": body("c", "CANCELLED", ["A-1-3"])}, id="c"),
            reserve(0, 10, 503, code="UNAVAILABLE", key="2", id="n"),
            reserve(11, 20, 409, code="SOLD_OUT", key="2", id="n"),
            reserve(0, 50, 504, code="OUTCOME_UNKNOWN", key="3", id="m")],
        final={"k": (200, body("k", "PAID", SEATS)), "c": (200, body("c", "CANCELLED", ["A-1-3"])),
               "n": (404, {"status": 404}), "m": (404, {"status": 404})},
        maps={("e", "A"): ["SS..."]}, counts={("e", "A"): 3},
        outcomes=[outcome("k", 1, "CONFIRMED", SEATS), outcome("c", 3, "CONFIRMED", ["A-1-3"]),
                  outcome("k", 5, "PAID", SEATS, "pay"),
                  outcome("c", 7, "CANCELLED", (), "cancel")],
        exported={"k": {"status": "PAID", "seats": "A-1-1 A-1-2"},
                  "c": {"status": "CANCELLED", "seats": "A-1-3"}})


class Judge(unittest.TestCase):
    def seen(self, lie):
        told = copy.deepcopy(well())
        lie(told)
        violations, _ = judge(told)
        return {violation.partition(":")[0] for violation in violations}

    def test_a_sale_that_is_well_is_called_well(self):
        violations, made = judge(well())
        self.assertEqual(violations, [])
        self.assertTrue(all(made.values()), made)

    def test_a_seat_with_two_holders_is_seen(self):
        def lie(told):
            other = body("x", "CONFIRMED", ["A-1-2"])
            told.history += [line("show", 12, 15, 200, other, id="x"),
                             line("show", 35, 36, 200, other, id="x")]
        self.assertEqual(self.seen(lie), {"no seat has two holders at a time"})

    def test_a_seat_held_twice_at_the_end_or_by_nobody_is_seen(self):
        agree = {"at the end seats and reservations agree"}
        self.assertEqual(self.seen(lambda told: told.final.update(
            x=(200, body("x", "PAID", ["A-1-2"])))), agree)
        self.assertEqual(self.seen(lambda told: told.maps.update({("e", "A"): ["SS.S."]})), agree)
        self.assertEqual(self.seen(lambda told: told.counts.update({("e", "A"): 2})), agree)

    def test_a_lost_202_is_seen(self):
        def lie(told):
            told.history.append(reserve(0, 9, 202, body("lost", "PENDING")))
            told.final["lost"] = (404, {"status": 404})
        self.assertEqual(self.seen(lie), {"what was taken is decided",
                                          "what was taken has one outcome"})

    def test_a_202_that_stays_pending_and_one_with_two_outcomes_are_seen(self):
        self.assertEqual(self.seen(lambda told: told.final.update(
            c=(200, body("c", "PENDING")))) - {"the export says the same"},
            {"what was taken is decided", "a reservation keeps its seats and goes forward",
             "what was granted stands"})
        self.assertEqual(self.seen(lambda told: told.outcomes.append(
            outcome("c", 9, "REJECTED"))), {"what was taken has one outcome"})
        self.assertEqual(self.seen(lambda told: told.outcomes.append(
            outcome("z", 3, "PAID", (), "pay"))), {"a command has one outcome"})

    def test_a_key_with_two_reservations_is_seen(self):
        key = {"a key is one reservation"}
        self.assertIn(*key, self.seen(lambda told: told.history.append(
            reserve(41, 50, 200, body("other", "PAID", SEATS), key="1", id="k"))))
        self.assertEqual(self.seen(lambda told: told.history.append(
            reserve(41, 50, 202, body("k", "PENDING"), key="1", id="k"))), key)
        self.assertEqual(self.seen(lambda told: told.history.append(
            reserve(41, 50, 200, body("k", "PAID", SEATS), key="1", id="k", count=1))), key)
        self.assertEqual(self.seen(lambda told: told.history.append(
            reserve(41, 50, 409, code="SOLD_OUT", key="1", id="k"))), key)
        self.assertEqual(self.seen(lambda told: told.history.append(
            reserve(41, 50, 422, code="KEY_REUSED", key="1", id="k"))), key)

    def test_a_reservation_that_goes_back_or_changes_its_seats_is_seen(self):
        forward = {"a reservation keeps its seats and goes forward"}
        self.assertEqual(self.seen(lambda told: told.history.append(
            line("show", 50, 60, 200, body("k", "CONFIRMED", SEATS), id="k"))), forward)
        self.assertEqual(self.seen(lambda told: told.history.append(
            line("show", 12, 13, 200, body("k", "CONFIRMED", ["A-1-4", "A-1-5"]), id="k"))),
            forward)

    def test_a_payment_that_was_granted_and_does_not_stand_is_seen(self):
        def lie(told):
            told.final["k"] = (200, body("k", "EXPIRED", SEATS))
            told.exported["k"]["status"] = "EXPIRED"
            told.maps["e", "A"], told.counts["e", "A"] = ["....."], 5
        self.assertEqual(self.seen(lie) - {"a reservation keeps its seats and goes forward"},
                         {"what was granted stands"})
        self.assertEqual(self.seen(lambda told: told.history.append(
            line("pay", 12, 13, 409, {"reservation": body("k", "CONFIRMED", SEATS)}, id="k"))),
            {"what was granted stands"})

    def test_what_was_refused_for_sure_and_is_there_is_seen(self):
        self.assertEqual(self.seen(lambda told: told.outcomes.append(
            outcome("n", 9, "REJECTED"))), {"what was surely refused is not there"})

    def test_a_request_without_an_answer_or_with_a_strange_one_is_seen(self):
        words = {"every request is answered in words of the contract"}
        self.assertEqual(self.seen(lambda told: told.history.append(
            line("show", 50, None, 0, id="k"))), words)
        self.assertEqual(self.seen(lambda told: told.history.append(
            line("show", 50, 60, 404, id="k"))), words)
        self.assertEqual(self.seen(lambda told: told.history.append(
            line("pay", 50, 60, 500, id="k"))), words)

    def test_an_export_that_says_something_else_is_seen(self):
        self.assertEqual(self.seen(lambda told: told.exported["k"].update(status="EXPIRED")),
                         {"the export says the same"})


@unittest.skipUnless(program.PROBE and sales.load_program().exists(), "no seats_load in this build")
class Short(unittest.TestCase):
    def test_no_invariant_of_a_sale_breaks_while_processes_are_killed_and_held(self):
        report = sales.run(SECONDS, CLIENTS, SEED)
        self.assertEqual(report.violations, [], report.text())
        self.assertTrue(all(report.made.values()), report.text())


if __name__ == "__main__":
    unittest.main()

#include "tools/audit/verify.h"

#include "proto/wire/step_record.h"

#include "tests/doctest.h"
#include "tests/unit/tools/audit/sale.h"

namespace usher::audit {
namespace {

using seats::Topic;

VerifyReport verify_directories(const std::vector<std::string>& paths) {
  Findings findings;
  std::vector<std::shared_ptr<const DataDirectory>> directories;
  for (const std::string& path : paths) {
    auto opened = DataDirectory::open(path, findings);
    REQUIRE(opened.has_value());
    directories.push_back(*opened);
  }
  OfflineLogs logs(directories, {}, Catalog(sale_metadata()));
  auto report = verify(logs, {});
  REQUIRE(report.has_value());
  findings.append(std::move(report->findings));
  report->findings = std::move(findings);
  return std::move(*report);
}

// What is wrong with a log, as "kind@offset" in the order found.
std::string said(const VerifyReport& report) {
  std::string text;
  for (const Violation& violation : report.findings.listed()) {
    text +=
        std::string(name_of(violation.kind)) + "@" + std::to_string(violation.offset.value()) + " ";
  }
  return text;
}

struct VerifyBench {
  VerifyBench() {
    sale.run();
    log = sale.batches();
  }
  Offset base(size_t i) const { return log[i].header().place().base_offset; }
  std::string at(std::string_view kind, size_t i) const {
    return std::string(kind) + "@" + std::to_string(base(i).value()) + " ";
  }
  std::string verified(Layout layout = {}) {
    written = write_directory(scratch.path("one"), log, layout);
    report = verify_directories({scratch.path("one")});
    return said(report);
  }
  size_t step(size_t which = 0) const {
    return find_batch(log, [&](const wire::Batch& batch) {
      const auto* guard = std::get_if<wire::StepGuard>(&batch.header().guard());
      return guard && guard->from < guard->to && which-- == 0;
    });
  }
  Sale sale;
  Log log;
  Scratch scratch;
  std::vector<Written> written;
  VerifyReport report;
};

TEST_CASE("a log that nobody touched proves itself, wherever its end is") {
  for (Layout layout : {Layout{}, Layout{.batches_per_segment = 3}, Layout{.in_journal = 20},
                        Layout{.batches_per_segment = 7, .in_journal = 5}}) {
    VerifyBench bench;
    EXPECT(bench.verified(layout) == "");
    const VerifyReport& report = bench.report;
    EXPECT(report.batches == bench.log.size());
    EXPECT(report.records == bench.log.back().header().end_offset().value());
    EXPECT(report.steps_decided > 15);
    EXPECT(report.reservations.paid == 1);
    EXPECT(report.reservations.cancelled == 1);
    EXPECT(report.reservations.expired == 8);
    EXPECT(report.reservations.rejected == 4 + 1);
    EXPECT(report.reservations.dead_letters == 1);
    EXPECT(report.reservations.pending == 0);
  }
}

// Each plants one kind of violation and expects it to be found, and where.

TEST_CASE("a flipped bit is found in the batch it is in, with file and byte") {
  for (uint64_t into : {9U, 150U, 60U}) {
    VerifyBench bench;
    bench.written = write_directory(bench.scratch.path("one"), bench.log);
    size_t i = bench.step(2);
    uint64_t body = bench.log[i].header().bytes().size() + 20;
    flip_bit(bench.written[i].file, bench.written[i].position + (into == 60 ? body : into));
    bench.report = verify_directories({bench.scratch.path("one")});
    REQUIRE(bench.report.findings.count() >= 1);
    const Violation& first = bench.report.findings.listed()[0];
    EXPECT(first.kind == Kind::kBatch);
    EXPECT(first.offset == bench.base(i));
    REQUIRE(first.spot.file);
    EXPECT(*first.spot.file == bench.written[i].file);
    EXPECT(first.spot.position == bench.written[i].position);
    EXPECT(bench.report.findings.count() == 1);
    EXPECT(!bench.report.findings.remarks().empty());
  }
}

TEST_CASE("a flipped bit on one of two replicas costs nothing of the proof") {
  VerifyBench bench;
  bench.written = write_directory(bench.scratch.path("one"), bench.log);
  write_directory(bench.scratch.path("two"), bench.log);
  size_t i = bench.step(2);
  flip_bit(bench.written[i].file, bench.written[i].position + 9);
  bench.report = verify_directories({bench.scratch.path("one"), bench.scratch.path("two")});
  EXPECT(said(bench.report) == bench.at("batch", i));
  EXPECT(bench.report.batches == bench.log.size());
}

TEST_CASE("a segment's damaged head and a missing segment are found") {
  VerifyBench bench;
  bench.written = write_directory(bench.scratch.path("one"), bench.log, {.batches_per_segment = 9});
  flip_bit(bench.written[9].file, 60);
  bench.report = verify_directories({bench.scratch.path("one")});
  REQUIRE(bench.report.findings.count() >= 1);
  EXPECT(bench.report.findings.listed()[0].kind == Kind::kFile);
  EXPECT(*bench.report.findings.listed()[0].spot.file == bench.written[9].file);
  std::filesystem::remove(bench.written[9].file);
  bench.report = verify_directories({bench.scratch.path("one")});
  REQUIRE(bench.report.findings.count() >= 1);
  EXPECT(bench.report.findings.listed()[0].kind == Kind::kFile);
  EXPECT(*bench.report.findings.listed()[0].spot.file == bench.written[18].file);
}

TEST_CASE("a batch that is gone, and two that changed places, are found") {
  VerifyBench bench;
  size_t i = bench.step(2);
  Log whole = bench.log;
  bench.log.erase(bench.log.begin() + static_cast<ptrdiff_t>(i));
  EXPECT(bench.verified().starts_with(
      "offset@" + std::to_string(whole[i + 1].header().place().base_offset.value())));
  bench.log = whole;
  std::swap(bench.log[i], bench.log[i + 1]);
  EXPECT(bench.verified().starts_with("offset@"));
  EXPECT(bench.report.findings.count(Kind::kOffset) >= 2);
}

TEST_CASE("a batch that is gone is found by what it held where everything after it was re-hashed") {
  VerifyBench bench;
  size_t i = bench.step(2);
  bench.log.erase(bench.log.begin() + static_cast<ptrdiff_t>(i));
  rehash(bench.log, i);
  bench.verified();
  EXPECT(bench.report.findings.count(Kind::kChain) == 0);
  EXPECT(bench.report.findings.count(Kind::kStepNumber) == 1);
}

TEST_CASE("a record replaced under right CRCs and hashes breaks the chain") {
  VerifyBench bench;
  size_t i = find_batch(bench.log, [](const wire::Batch& batch) {
    return batch.header().topics()[0].topic == sale_topic(name_of(Topic::kReservationCommands));
  });
  bench.log[i] = edited(bench.log[i], [](std::vector<Edited>& records) {
    auto command = seats::decode<seats::ReservationCommand>(*records[0].value);
    std::get<seats::Reserve>(command->what).user = "mallory";
    records[0].value = seats::encode(*command);
  });
  EXPECT(bench.verified().starts_with(bench.at("chain", i)));
  EXPECT(bench.report.findings.count(Kind::kReexecution) >= 1);
}

// What the strongest forger does: a seat of one user is another's, everything after it re-hashed.
Log with_a_seat_moved(const Log& log, size_t& at) {
  Log forged = log;
  TopicId completed = sale_topic(name_of(Topic::kReservationCompleted));
  at = find_batch(log, [&](const wire::Batch& batch) {
    bool found = false;
    auto opened = OpenedBatch::open({batch, {}});
    opened->for_each([&](TopicId topic, const wire::RecordView& record) {
      if (topic != completed) return;
      auto said = seats::decode<seats::Completed>(as_text(*record.value));
      found = found || said->reservation.status == seats::Status::kConfirmed;
    });
    return found;
  });
  forged[at] = edited(forged[at], [&](std::vector<Edited>& records) {
    for (Edited& record : records) {
      if (record.topic != completed) continue;
      auto said = seats::decode<seats::Completed>(*record.value);
      said->reservation.user = "mallory";
      record.value = seats::encode(*said);
    }
  });
  rehash(forged, at);
  return forged;
}

TEST_CASE("a seat moved to another user is found by deciding again") {
  VerifyBench bench;
  size_t at = 0;
  bench.log = with_a_seat_moved(bench.log, at);
  bench.verified();
  EXPECT(bench.report.findings.count(Kind::kChain) == 0);
  REQUIRE(bench.report.findings.count(Kind::kReexecution) == 1);
  EXPECT(bench.report.findings.listed()[0].offset >= bench.base(at));
}

TEST_CASE("a seat moved on one replica is found against the others, which are right") {
  VerifyBench bench;
  size_t at = 0;
  Log forged = with_a_seat_moved(bench.log, at);
  write_directory(bench.scratch.path("one"), forged);
  write_directory(bench.scratch.path("two"), bench.log);
  write_directory(bench.scratch.path("three"), bench.log);
  bench.report = verify_directories(
      {bench.scratch.path("one"), bench.scratch.path("two"), bench.scratch.path("three")});
  EXPECT(said(bench.report) == bench.at("replica", at));
  EXPECT(bench.report.findings.listed()[0].detail.contains(bench.scratch.path("one")));
}

TEST_CASE("a step given twice is found by number and range") {
  VerifyBench bench;
  size_t i = bench.step(2);
  bench.log.insert(bench.log.begin() + static_cast<ptrdiff_t>(i) + 1, bench.log[i]);
  rehash(bench.log, i + 1);
  bench.verified();
  EXPECT(bench.report.findings.count(Kind::kStepNumber) >= 1);
  EXPECT(bench.report.findings.count(Kind::kStepRange) >= 1);
  EXPECT(bench.report.findings.count(Kind::kOutcome) >= 1);
}

TEST_CASE("guards that the partition would have refused are found") {
  VerifyBench whole;
  size_t i = whole.step(2);
  auto guard = std::get<wire::StepGuard>(whole.log[i].header().guard());
  auto with_step = [&](const std::function<void(wire::StepGuard&)>& change) {
    VerifyBench bench;
    auto changed = guard;
    change(changed);
    bench.log[i] = with_guard(bench.log[i], changed);
    rehash(bench.log, i);
    bench.verified();
    return bench.report.findings;
  };
  EXPECT(with_step([](auto& step) { step.epoch = step.epoch.next(); }).count(Kind::kEpoch) == 1);
  EXPECT(with_step([](auto& step) { step.input_term = Term(9); }).count(Kind::kStepTerm) == 1);
  EXPECT(with_step([](auto& step) { step.from = step.from - 1; }).count(Kind::kStepRange) >= 1);
  auto ahead = [](auto& step) {
    step.to = step.to + 50;
    step.witness = step.to - 1;
  };
  EXPECT(with_step(ahead).count(Kind::kStepRange) >= 1);
  EXPECT(with_step([](auto& step) { step.timers_fired = 7; }).count(Kind::kReexecution) == 1);
  EXPECT(with_step([](auto& step) { step.timers_fired = 7; }).count(Kind::kStepRecord) == 1);

  VerifyBench bench;
  size_t second = find_batch(bench.log, [](const wire::Batch& batch) {
    const auto* claim = std::get_if<wire::ClaimGuard>(&batch.header().guard());
    return claim && claim->epoch > Epoch(1);
  });
  auto claim = std::get<wire::ClaimGuard>(bench.log[second].header().guard());
  claim.epoch = Epoch(1);
  bench.log[second] = with_guard(bench.log[second], claim);
  rehash(bench.log, second);
  bench.verified();
  EXPECT(bench.report.findings.count(Kind::kClaim) >= 1);
}

TEST_CASE("time and term that fall, and batches of another partition, are found") {
  auto with_place = [](const std::function<void(wire::Place&)>& move) {
    VerifyBench bench;
    size_t i = bench.step(2);
    bench.log[i] = placed(bench.log[i], move);
    rehash(bench.log, i);
    bench.verified();
    return bench.report.findings;
  };
  EXPECT(with_place([](auto& place) { place.time = WallTime(5); }).count(Kind::kTime) == 1);
  EXPECT(with_place([](auto& place) { place.term = Term(2); }).count(Kind::kTerm) >= 1);
  EXPECT(with_place([](auto& place) { place.partition = PartitionId(3); }).count(Kind::kPlace) ==
         1);
}

TEST_CASE("a state that is not the one that a step says is found by its digest, once") {
  VerifyBench bench;
  size_t i = bench.step(2);
  bench.log[i] = edited(bench.log[i], [](std::vector<Edited>& records) {
    char& last = records[0].value->back();
    last = static_cast<char>(last ^ 1);
  });
  rehash(bench.log, i);
  bench.verified();
  // That step's is wrong, and the next one's is right again.
  EXPECT(bench.report.findings.count(Kind::kDigest) == 2);
  EXPECT(bench.report.findings.count() == 2);
}

TEST_CASE("a record by another kind of writer is found") {
  VerifyBench bench;
  size_t i = bench.step(2);
  bench.log[i] = edited(bench.log[i], [](std::vector<Edited>& records) {
    records.push_back({sale_topic(name_of(Topic::kReservationCommands)), "jazz", "x"});
  });
  rehash(bench.log, i);
  bench.verified();
  EXPECT(bench.report.findings.count(Kind::kWriter) == 1);
}

TEST_CASE("a journal whose middle is damaged is found with file and byte") {
  VerifyBench bench;
  bench.written = write_directory(bench.scratch.path("one"), bench.log, {.in_journal = 12});
  size_t i = bench.log.size() - 6;
  flip_bit(bench.written[i].file, bench.written[i].position + 40);
  bench.report = verify_directories({bench.scratch.path("one")});
  REQUIRE(bench.report.findings.count() >= 1);
  EXPECT(bench.report.findings.count(Kind::kJournal) == 1);
  // The last group is the one that may be torn.
  write_directory(bench.scratch.path("two"), bench.log, {.in_journal = 12});
  bench.written = write_directory(bench.scratch.path("two"), bench.log, {.in_journal = 12});
  flip_bit(bench.written.back().file, bench.written.back().position + 40);
  bench.report = verify_directories({bench.scratch.path("two")});
  EXPECT(bench.report.findings.count() == 0);
}

TEST_CASE("a log that retention cut is verified from where it begins, and the report says so") {
  VerifyBench bench;
  EXPECT(bench.verified({.batches_per_segment = 9, .cut_before = 9}) == "");
  REQUIRE(!bench.report.findings.remarks().empty());
  EXPECT(bench.report.findings.remarks()[0].contains("was removed by retention"));
  EXPECT(bench.report.steps_decided == 0);
}

TEST_CASE("decisions of a version that is not known are folded, and the report says so") {
  VerifyBench bench;
  size_t i = find_batch(bench.log, [](const wire::Batch& batch) {
    return std::holds_alternative<wire::ClaimGuard>(batch.header().guard());
  });
  auto claim = std::get<wire::ClaimGuard>(bench.log[i].header().guard());
  claim.app_version = 99;
  bench.log[i] = edited(with_guard(bench.log[i], claim), [&](std::vector<Edited>& records) {
    records[0].value = std::string(as_text(wire::encode_claim_record(claim)));
  });
  rehash(bench.log, i);
  EXPECT(bench.verified() == "");
  REQUIRE(!bench.report.findings.remarks().empty());
  EXPECT(bench.report.findings.remarks()[0].contains("version 99"));
  EXPECT(bench.report.steps_decided > 0);  // those of the second owner
}

}  // namespace
}  // namespace usher::audit

#include "processors/steps_in_flight.h"

#include "processors/hand_scheduler.h"
#include "proto/wire/step_record.h"

#include "tests/unit/processors/scripted_log.h"

namespace usher::processors {
namespace {

struct FlightFixture {
  HandScheduler scheduler;
  ScriptedLog log;
  std::vector<uint64_t> committed;
  std::vector<Remedy> refused;
  std::vector<uint64_t> effects;
  size_t told = 0;
  StepsInFlight flight{
      scheduler,
      log,
      {.committed =
           [this](std::vector<StepsInFlight::Step> steps) {
             ++told;
             for (StepsInFlight::Step& step : steps) {
               committed.push_back(step.guard.number.value());
               for (Callback& effect : step.effects) effect();
             }
           },
       .refused = [this](const Error&, Remedy remedy) { refused.push_back(remedy); }}};

  void add(uint64_t number) {
    wire::StepGuard guard{};
    guard.number = StepNumber(number);
    wire::BatchBuilder builder;
    StepDraft draft;
    FinishedStep step{.batch = *draft.finish(builder, guard, {}, {}), .effects = {}};
    step.effects.emplace_back([this, number] { effects.push_back(number); });
    flight.add(guard, std::move(step));
  }
  // Of the appends that wait, by their order.
  std::vector<uint64_t> sent() const {
    std::vector<uint64_t> numbers;
    for (const auto& append : log.appends) numbers.push_back(append.step().number.value());
    return numbers;
  }
  void answer(Result<Receipt> result) { log.take_append().answer(std::move(result)); }
};

using Numbers = std::vector<uint64_t>;

TEST_CASE("steps are sent without waiting, and committed in their order") {
  FlightFixture f;
  for (uint64_t number : {4, 5, 6}) f.add(number);
  EXPECT(f.sent() == Numbers{4, 5, 6});
  auto first = f.log.take_append();
  f.answer(Receipt());
  f.scheduler.run();
  EXPECT(f.committed.empty());
  EXPECT(f.effects.empty());
  first.answer(Receipt());
  f.scheduler.run();
  EXPECT(f.committed == Numbers{4, 5});
  EXPECT(f.effects == Numbers{4, 5});
  EXPECT(f.flight.size() == 1);
}

TEST_CASE("receipts that come in one turn are told of in one go") {
  FlightFixture f;
  for (uint64_t number : {1, 2, 3, 4}) f.add(number);
  f.answer(Receipt());
  f.answer(Receipt());
  EXPECT(f.committed.empty());
  EXPECT(f.flight.size() == 4);
  f.scheduler.run();
  EXPECT(f.committed == Numbers{1, 2});
  EXPECT(f.told == 1);
  f.answer(Receipt());
  f.scheduler.run();
  EXPECT(f.committed == Numbers{1, 2, 3});
  EXPECT(f.told == 2);
}

TEST_CASE("a step that is dropped between its receipt and the telling is not told of") {
  FlightFixture f;
  f.add(1);
  f.answer(Receipt());
  f.flight.drop();
  f.add(1);
  f.scheduler.run();
  EXPECT(f.told == 0);
  f.answer(Receipt());
  f.scheduler.run();
  EXPECT(f.committed == Numbers{1});
}

TEST_CASE("what got lost is sent again, from the oldest on, and nothing new goes before it") {
  FlightFixture f;
  for (uint64_t number : {1, 2, 3}) f.add(number);
  f.answer(fail(ErrorCode::CONNECTION_LOST, ""));
  f.answer(fail(ErrorCode::TOO_EARLY, ""));
  f.add(4);
  EXPECT(f.sent() == Numbers{3});
  f.scheduler.advance(limits::kTaskRetryMin);
  EXPECT(f.sent() == Numbers{3, 1, 2, 4});
  EXPECT(f.refused.empty());
}

TEST_CASE("a refusal that sending again does not mend is the owner's to deal with") {
  for (auto [code, remedy] : {std::pair{ErrorCode::FENCED, Remedy::kClose},
                              {ErrorCode::INPUT_GONE, Remedy::kReread},
                              {ErrorCode::DIVERGED, Remedy::kReread},
                              {ErrorCode::BATCH_CORRUPT, Remedy::kStop}}) {
    FlightFixture f;
    f.add(1);
    f.answer(fail(code, ""));
    EXPECT(f.refused == std::vector{remedy});
  }
}

TEST_CASE("what is not known to be done, and what surely is not, is sent again") {
  for (auto code : {ErrorCode::TIMED_OUT, ErrorCode::NOT_LEADER, ErrorCode::CUT_OFF,
                    ErrorCode::QUEUE_FULL, ErrorCode::DISK_FULL, ErrorCode::LEADER_MOVING})
    EXPECT(remedy_for({code, ""}) == Remedy::kResend);
}

TEST_CASE("what was dropped is not committed any more, and its effects never happen") {
  FlightFixture f;
  f.add(1);
  f.add(2);
  auto late = f.log.take_append();
  f.flight.drop();
  late.answer(Receipt());
  f.add(1);
  EXPECT(f.committed.empty());
  EXPECT(f.effects.empty());
  EXPECT(f.flight.size() == 1);
}

}  // namespace
}  // namespace usher::processors

#include "broker/partition/guards.h"

#include "proto/base/limits.h"

#include "tests/unit/broker/partition/log_by_hand.h"

namespace usher::partition {
namespace {

constexpr AppId kApp{7};

wire::Guard claim(uint64_t epoch, uint64_t member) {
  return wire::ClaimGuard{.app = kApp,
                          .app_version = 1,
                          .epoch = Epoch(epoch),
                          .member = MemberId(member),
                          .reset_to = {},
                          .settings = {}};
}
wire::Guard reset(uint64_t epoch, uint64_t to) {
  return wire::ClaimGuard{.app = kApp,
                          .app_version = 1,
                          .epoch = Epoch(epoch),
                          .member = MemberId(0),
                          .reset_to = Offset(to),
                          .settings = {}};
}

struct StepIs {
  uint64_t epoch, number, from, to;
  uint64_t input_term = 1;
};
wire::Guard step(StepIs is) {
  return wire::StepGuard{.app = kApp,
                         .timers_fired = 0,
                         .mark = wire::StepMark::kNone,
                         .epoch = Epoch(is.epoch),
                         .number = StepNumber(is.number),
                         .from = Offset(is.from),
                         .to = Offset(is.to),
                         .witness = Offset(is.to - 1),
                         .input_term = Term(is.input_term)};
}

wire::Guard producer(uint64_t sequence, WallTime made_at = WallTime(1'000'000'000)) {
  return wire::ProducerGuard{.producer = {.made_at = made_at, .random = 5}, .sequence = sequence};
}

wire::Guard link(uint64_t from, uint64_t to) {
  return wire::LinkGuard{.source_space = SpaceId(3),
                         .source_partition = PartitionId(4),
                         .source_topic = TopicId(20),
                         .from = Seq(from),
                         .to = Seq(to)};
}

TEST_CASE("a claim is taken if its epoch is above the last, and the same again is repeated") {
  LogByHand log;
  EXPECT(in_words(log.judge(claim(5, 1))) == "taken");
  log.append(claim(5, 1));
  EXPECT(in_words(log.judge(claim(5, 1))) == "repeated at 0");
  EXPECT(in_words(log.judge(claim(5, 2))) == "FENCED");
  EXPECT(in_words(log.judge(claim(4, 1))) == "FENCED");
  EXPECT(in_words(log.judge(claim(6, 2))) == "taken");
}

TEST_CASE("steps follow the last claim only") {
  LogByHand log;
  log.append(wire::NoGuard{});
  EXPECT(in_words(log.judge(step({.epoch = 5, .number = 0, .from = 0, .to = 1}))) == "FENCED");
  log.append(claim(5, 1));
  EXPECT(in_words(log.judge(step({.epoch = 5, .number = 0, .from = 0, .to = 1}))) == "taken");
  EXPECT(in_words(log.judge(step({.epoch = 4, .number = 0, .from = 0, .to = 1}))) == "FENCED");
  EXPECT(in_words(log.judge(step({.epoch = 6, .number = 0, .from = 0, .to = 1}))) == "FENCED");
  log.append(claim(6, 2));
  EXPECT(in_words(log.judge(step({.epoch = 5, .number = 0, .from = 0, .to = 1}))) == "FENCED");
  EXPECT(in_words(log.judge(step({.epoch = 6, .number = 0, .from = 0, .to = 1}))) == "taken");
}

TEST_CASE("step numbers are dense across owners and positions continue each other") {
  LogByHand log;
  log.append(wire::NoGuard{});                                      // 0
  log.append(claim(5, 1));                                          // 1
  log.append(step({.epoch = 5, .number = 0, .from = 0, .to = 1}));  // 2
  EXPECT(in_words(log.judge(step({.epoch = 5, .number = 2, .from = 2, .to = 3}))) == "TOO_EARLY");
  EXPECT(in_words(log.judge(step({.epoch = 5, .number = 1, .from = 2, .to = 3}))) == "DIVERGED");
  EXPECT(in_words(log.judge(step({.epoch = 5, .number = 1, .from = 1, .to = 3}))) == "taken");
  log.append(claim(6, 2));  // 3
  EXPECT(in_words(log.judge(step({.epoch = 6, .number = 0, .from = 1, .to = 3}))) == "DIVERGED");
  EXPECT(in_words(log.judge(step({.epoch = 6, .number = 1, .from = 1, .to = 4}))) == "taken");
}

TEST_CASE("a step sent again is repeated only with the same content") {
  LogByHand log;
  log.append(wire::NoGuard{});
  log.append(claim(5, 1));
  StepIs first{.epoch = 5, .number = 0, .from = 0, .to = 2};
  log.append(step(first), "one");
  EXPECT(in_words(log.judge(step(first), "one")) == "repeated at 2");
  EXPECT(in_words(log.judge(step(first), "two")) == "DIVERGED");
  StepIs shorter = first;
  shorter.to = 1;
  EXPECT(in_words(log.judge(step(shorter), "one")) == "DIVERGED");
  StepIs other_term = first;
  other_term.input_term = 2;
  EXPECT(in_words(log.judge(step(other_term), "one")) == "DIVERGED");
}

TEST_CASE("a step whose input was cut off, or is in another term, is refused") {
  LogByHand log;
  log.append(wire::NoGuard{});  // 0 in term 1
  log.append(claim(5, 1));      // 1
  log.term = Term(3);
  log.append(wire::NoGuard{});  // 2 in term 3
  EXPECT(in_words(log.judge(step(
             {.epoch = 5, .number = 0, .from = 0, .to = 3, .input_term = 1}))) == "INPUT_GONE");
  EXPECT(in_words(log.judge(step(
             {.epoch = 5, .number = 0, .from = 0, .to = 4, .input_term = 3}))) == "INPUT_GONE");
  auto refused = log.judge(step({.epoch = 5, .number = 0, .from = 0, .to = 4, .input_term = 3}));
  EXPECT(std::get<Error>(refused).detail == "offset 3 does not stand in term 3; the log ends at 3");
  EXPECT(in_words(log.judge(
             step({.epoch = 5, .number = 0, .from = 0, .to = 3, .input_term = 3}))) == "taken");
}

TEST_CASE("the last 64 steps can be asked for again, older ones not") {
  LogByHand log;
  log.append(wire::NoGuard{});
  log.append(claim(5, 1));
  for (uint64_t i = 0; i < 70; ++i)
    log.append(step({.epoch = 5, .number = i, .from = i, .to = i + 1}));
  auto again = [&](uint64_t i) {
    return in_words(log.judge(step({.epoch = 5, .number = i, .from = i, .to = i + 1})));
  };
  EXPECT(again(69) == "repeated at 71");
  EXPECT(again(6) == "repeated at 8");
  EXPECT(again(5) == "DIVERGED");
}

TEST_CASE("a reset moves the position and lets nobody step until somebody claims") {
  LogByHand log;
  log.append(wire::NoGuard{});
  log.append(claim(5, 1));
  log.append(step({.epoch = 5, .number = 0, .from = 0, .to = 2}));
  log.append(reset(6, 1));
  EXPECT(log.state.app(kApp)->position == Offset(1));
  EXPECT(in_words(log.judge(step({.epoch = 6, .number = 1, .from = 1, .to = 2}))) == "FENCED");
  log.append(claim(7, 1));
  EXPECT(in_words(log.judge(step({.epoch = 7, .number = 1, .from = 1, .to = 2}))) == "taken");
}

TEST_CASE("a producer's batches are taken once, in their order") {
  LogByHand log;
  EXPECT(in_words(log.judge(producer(1))) == "PRODUCER_UNKNOWN");
  log.append(producer(0), "a");
  log.append(producer(1), "b");
  EXPECT(in_words(log.judge(producer(0), "a")) == "repeated at 0");
  EXPECT(in_words(log.judge(producer(1), "b")) == "repeated at 1");
  EXPECT(in_words(log.judge(producer(1), "c")) == "SEQUENCE_REUSED");
  EXPECT(in_words(log.judge(producer(3), "d")) == "SEQUENCE_TOO_EARLY");
  for (uint64_t i = 2; i < 10; ++i) log.append(producer(i), "x");
  EXPECT(in_words(log.judge(producer(2), "x")) == "repeated at 2");
  EXPECT(in_words(log.judge(producer(1), "b")) == "SEQUENCE_FORGOTTEN");
}

TEST_CASE("an unknown producer older than twelve hours of log time is never taken as new") {
  LogByHand log;
  WallTime made(1'000'000'000);
  log.time = made + 12h;
  EXPECT(in_words(log.judge(producer(0, made))) == "taken");
  log.time = made + 12h + 1us;
  EXPECT(in_words(log.judge(producer(0, made))) == "PRODUCER_UNKNOWN");
}

TEST_CASE("a producer that was silent for a day of log time is forgotten") {
  LogByHand log;
  log.append(producer(0));
  log.time = log.time + 24h;
  log.append(wire::NoGuard{});
  EXPECT(log.state.producers() == 1);
  log.time = log.time + 1us;
  log.append(wire::NoGuard{});
  EXPECT(log.state.producers() == 0);
  EXPECT(in_words(log.judge(producer(1))) == "PRODUCER_UNKNOWN");
  EXPECT(in_words(log.judge(producer(0))) == "PRODUCER_UNKNOWN");
}

TEST_CASE("a link continues exactly where it stands and a refusal names the place") {
  LogByHand log;
  EXPECT(in_words(log.judge(link(1, 2))) == "LINK_OUT_OF_PLACE");
  log.append(link(0, 5));
  EXPECT(in_words(log.judge(link(5, 9))) == "taken");
  auto refused = log.judge(link(0, 5));
  EXPECT(in_words(refused) == "LINK_OUT_OF_PLACE");
  EXPECT(std::get<Error>(refused).detail == "seqs from 0, the next is 5");
}

TEST_CASE("seqs are dense for each topic, whatever stands between") {
  LogByHand log;
  log.append(wire::NoGuard{}, "a", TopicId(20));
  log.append(wire::NoGuard{}, "b", TopicId(21));
  log.append(wire::NoGuard{}, "c", TopicId(20));
  EXPECT(log.state.next_seq(TopicId(20)) == Seq(2));
  EXPECT(log.state.next_seq(TopicId(21)) == Seq(1));
  EXPECT(log.state.next_seq(TopicId(22)) == Seq(0));
}

}  // namespace
}  // namespace usher::partition

// bench_decide: what the seats' rules cost on one core, in memory: allocation alone, then whole
// decisions with their codec, from a command's bytes to the bytes of changes and records, over a
// hash map. And what a decision takes in the log: batches of 64, with their headers and commands.
#include <algorithm>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "processors/apps/seats/allocation.h"
#include "processors/apps/seats/decide.h"
#include "proto/base/check.h"
#include "proto/base/random.h"
#include "proto/base/system_clock.h"
#include "proto/seats/codec.h"
#include "proto/wire/batch_builder.h"

namespace usher::bench {
namespace {

using namespace seats;

constexpr size_t kRounds = 9;
constexpr std::string_view kEvent = "concert-2026";
constexpr size_t kSections = 80;
constexpr uint16_t kRows = 20, kSeatsPerRow = 20;
constexpr size_t kCommands = 20'000;
constexpr size_t kBatch = 64;
constexpr WallTime kNow{1'795'000'000'000'000};

// The work's units a second, median over rounds of at least 100 ms. A call that did no unit made
// ready for the next: its time is not counted.
template <class Work>
double per_second(const Clock& clock, Work&& work) {
  std::vector<double> rates;
  for (size_t round = 0; round < kRounds; ++round) {
    double units = 0;
    Duration taken{0};
    while (taken < 100ms) {
      MonotonicTime begin = clock.monotonic();
      auto done = static_cast<double>(work());
      if (done > 0) taken += clock.monotonic() - begin;
      units += done;
    }
    rates.push_back(units / std::chrono::duration<double>(taken).count());
  }
  std::ranges::nth_element(rates, rates.begin() + kRounds / 2);
  return rates[kRounds / 2];
}

// Nothing is swept here: what scans is not called.
class MapState : public State {
 public:
  std::optional<std::string_view> get(Store store, std::string_view key) const override {
    const Entries& entries = stores_[static_cast<size_t>(store)];
    auto at = entries.find(key);
    return at == entries.end() ? std::nullopt : std::optional<std::string_view>(at->second);
  }
  void scan(Store, std::string_view, std::string_view, const Visit&) const override {}

  void apply(Decision&& decision) {
    for (Change& change : decision.changes) {
      Entries& entries = stores_[static_cast<size_t>(change.store)];
      if (change.value)
        entries[std::move(change.key)] = std::move(*change.value);
      else
        entries.erase(change.key);
    }
  }

 private:
  struct Hash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the standard's name
    size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
  };
  using Entries = std::unordered_map<std::string, std::string, Hash, std::equal_to<>>;
  std::array<Entries, kStoreNames.size()> stores_;
};

Decision decided(const State& state, Topic topic, uint64_t offset, std::string_view value) {
  Result<Decision> decision = decide(
      state,
      {.topic = topic, .offset = Offset(offset), .time = kNow, .key = kEvent, .value = value});
  CHECK(decision.has_value());
  return std::move(*decision);
}

MapState fresh_event() {
  CreateEvent create;
  for (size_t i = 0; i < kSections; ++i)
    create.sections.push_back(
        {.name = fmt::format("S{}", i), .rows = kRows, .seats_per_row = kSeatsPerRow});
  MapState state;
  state.apply(decided(state, Topic::kEventCommands, 1, encode(EventCommand{.what = create})));
  return state;
}

struct Commands {
  std::vector<std::string> reserve, pay;
};

// Of 1 to 4 seats, on a section drawn for each, everyone their own user: as the on-sale bench asks.
Commands make_commands() {
  Random random(1);
  Commands commands;
  for (size_t i = 0; i < kCommands; ++i) {
    ReservationId id = make_id(kEvent, kNow, random.next());
    Reserve reserve{.section = fmt::format("S{}", random.below(kSections)),
                    .user = fmt::format("user-{}", i),
                    .count = static_cast<uint32_t>(random.between(1, 4))};
    commands.reserve.push_back(encode(ReservationCommand{.id = id, .what = reserve}));
    commands.pay.push_back(encode(ReservationCommand{.id = id, .what = Pay{}}));
  }
  return commands;
}

double allocations(const Clock& clock, SectionShape shape) {
  Random random(1);
  const SectionMap empty(shape.rows, shape.seats_per_row);
  SectionMap map = empty;
  return per_second(clock, [&] {
    for (size_t i = 0; i < 64; ++i) {
      Allocation seats = best_available(map, static_cast<uint32_t>(random.between(1, 4)), false);
      if (!seats) {
        map = empty;
        continue;
      }
      for (Seat seat : *seats) map.set(seat, SeatState::kReserved);
    }
    return 64;
  });
}

// All seats of every other column are taken: each row is looked at, and none has two together.
double refusals(const Clock& clock, SectionShape shape) {
  SectionMap map(shape.rows, shape.seats_per_row);
  for (uint16_t row = 1; row <= map.rows(); ++row)
    for (uint16_t number = 1; number <= map.seats_per_row(); number += 2)
      map.set({.row = row, .number = number}, SeatState::kReserved);
  size_t refused = 0;
  double rate = per_second(clock, [&] {
    refused += best_available(map, 2, false) ? 0 : 1;
    return 1;
  });
  CHECK(refused > 0);
  return rate;
}

// The commands, from an event's first seat to the `count`-th command; then from the start again.
class Replay {
 public:
  using Seen = std::function<void(std::string_view command, const Decision&)>;
  Replay(MapState start, const std::vector<std::string>& commands, size_t count)
      : start_(std::move(start)), state_(start_), commands_(commands), count_(count) {}

  size_t step(const Seen& seen = nullptr) {
    if (next_ == count_) {
      state_ = start_;
      next_ = 0;
      return 0;
    }
    size_t done = std::min(kBatch, count_ - next_);
    for (size_t i = 0; i < done; ++i) {
      const std::string& command = commands_[next_++];
      Decision decision = decided(state_, Topic::kReservationCommands, next_, command);
      if (seen) seen(command, decision);
      state_.apply(std::move(decision));
    }
    return done;
  }
  const MapState& state() const { return state_; }

 private:
  MapState start_, state_;
  const std::vector<std::string>& commands_;
  size_t count_;
  size_t next_ = 0;
};

// Bytes of log for one decision of those that the replay makes in one batch.
double log_bytes(Replay& replay, wire::Compression compression) {
  wire::BatchBuilder commands({.compression = compression}), step({.compression = compression});
  auto add = [](wire::BatchBuilder& to, size_t topic, std::string_view key,
                std::optional<std::string_view> value) {
    std::optional<Bytes> bytes;
    if (value) bytes = as_bytes(*value);
    CHECK(to.add(TopicId(static_cast<uint32_t>(16 + topic)),
                 {.key = as_bytes(key), .value = bytes, .headers = {}})
              .has_value());
  };
  size_t done = replay.step([&](std::string_view command, const Decision& decision) {
    add(commands, 1, kEvent, command);
    for (const Record& record : decision.records)
      add(step, static_cast<size_t>(record.topic), record.key, record.value);
    for (const Change& change : decision.changes)
      add(step, 10 + static_cast<size_t>(change.store), change.key, change.value);
    // A timer as an entry of its own store: deadline, key and number are its key.
    for (const TimerChange& timer : decision.timers)
      add(step, 20, fmt::format("12345678{}1", timer.name.key), "");
  });
  size_t bytes = commands.finish(wire::NoGuard{}).header().batch_bytes() +
                 step.finish(wire::NoGuard{}).header().batch_bytes();
  return static_cast<double>(bytes) / static_cast<double>(done);
}

struct Figures {
  double allocate, refuse, refuse_largest, confirm, pay, reject;
  double confirm_bytes[3], reject_bytes[3];
};

Figures measure() {
  SystemClock clock;
  Figures figures{};
  figures.allocate = allocations(clock, {.name = "A", .rows = 20, .seats_per_row = 50});
  figures.refuse = refusals(clock, {.name = "A", .rows = 20, .seats_per_row = 50});
  figures.refuse_largest = refusals(clock, {.name = "A", .rows = 1'000, .seats_per_row = 1'000});

  const MapState empty = fresh_event();
  Commands commands = make_commands();
  // 80 sections of 400 seats: with 8,000 requests of 2.5 seats most sections are not yet full.
  constexpr size_t kWhileSeatsLast = 8'000, kPaid = 4'000;
  Replay confirming(empty, commands.reserve, kWhileSeatsLast);
  figures.confirm = per_second(clock, [&] { return confirming.step(); });

  Replay reserving(empty, commands.reserve, kPaid);
  for (size_t done = 0; done < kPaid;) done += reserving.step();
  Replay paying(reserving.state(), commands.pay, kPaid);
  figures.pay = per_second(clock, [&] { return paying.step(); });

  Replay selling(empty, commands.reserve, kCommands);
  for (size_t done = 0; done < kCommands;) done += selling.step();
  // Of other users, none of whom gets a seat.
  std::vector<std::string> late;
  Random random(2);
  for (size_t i = 0; i < kCommands; ++i)
    late.push_back(encode(
        ReservationCommand{.id = make_id(kEvent, kNow, random.next()),
                           .what = Reserve{.section = fmt::format("S{}", random.below(kSections)),
                                           .user = fmt::format("late-{}", i),
                                           .count = 4}}));
  Replay rejecting(selling.state(), late, kCommands);
  figures.reject = per_second(clock, [&] { return rejecting.step(); });

  constexpr wire::Compression kHow[] = {wire::Compression::kNone, wire::Compression::kLz4,
                                        wire::Compression::kZstd};
  for (size_t how = 0; how < 3; ++how) {
    Replay first(empty, commands.reserve, kWhileSeatsLast);
    figures.confirm_bytes[how] = log_bytes(first, kHow[how]);
    Replay last(selling.state(), late, kCommands);
    figures.reject_bytes[how] = log_bytes(last, kHow[how]);
  }
  return figures;
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  bool json = argc == 2 && std::string_view(argv[1]) == "--json";
  if (argc > 1 && !json) {
    fmt::print(stderr, "error: INVALID_ARGUMENT: {}; usage: bench_decide [--json]\n", argv[1]);
    return 2;
  }
  auto figures = usher::bench::measure();
  fmt::print(
      fmt::runtime(json ? "{{\"bench\":\"decide\",\"allocations_per_second\":{:.0f},"
                          "\"refused_allocations_per_second\":{:.0f},"
                          "\"refused_allocations_largest_per_second\":{:.0f},"
                          "\"confirmations_per_second\":{:.0f},"
                          "\"payments_per_second\":{:.0f},"
                          "\"rejections_per_second\":{:.0f},"
                          "\"log_bytes_per_confirmation\":[{:.0f},{:.0f},{:.0f}],"
                          "\"log_bytes_per_rejection\":[{:.0f},{:.0f},{:.0f}]}}\n"
                        : "allocate 1 to 4 seats of 20x50           {:>10.0f} /s\n"
                          "no two together in 20x50                 {:>10.0f} /s\n"
                          "no two together in 1000x1000             {:>10.0f} /s\n"
                          "reserve, confirmed, with codec           {:>10.0f} /s\n"
                          "pay, with codec                          {:>10.0f} /s\n"
                          "reserve, sold out, with codec            {:>10.0f} /s\n"
                          "log, a confirmation: plain, lz4, zstd    {:>10.0f} {:.0f} {:.0f} B\n"
                          "log, a rejection: plain, lz4, zstd       {:>10.0f} {:.0f} {:.0f} B\n"),
      figures.allocate, figures.refuse, figures.refuse_largest, figures.confirm, figures.pay,
      figures.reject, figures.confirm_bytes[0], figures.confirm_bytes[1], figures.confirm_bytes[2],
      figures.reject_bytes[0], figures.reject_bytes[1], figures.reject_bytes[2]);
}

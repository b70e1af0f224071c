#include "proto/wire/guard.h"

#include <array>
#include <cstring>

#include "proto/base/little_endian.h"

namespace usher::wire {
namespace {

constexpr std::array<size_t, 5> kBytes = {0, 24, 64, 64, 32};

// Where the fields stand.
namespace producer {
constexpr size_t kMadeAt = 0, kRandom = 8, kSequence = 16;
}
namespace claim {
constexpr size_t kApp = 0, kVersion = 4, kEpoch = 8, kMember = 16, kResetTo = 24, kSettings = 32;
}
namespace step {
constexpr size_t kApp = 0, kTimersFired = 4, kEpoch = 8, kNumber = 16, kFrom = 24, kTo = 32,
                 kWitness = 40, kInputTerm = 48, kMark = 56, kReserved16 = 58, kReserved32 = 60;
}
namespace link {
constexpr size_t kSpace = 0, kPartition = 4, kTopic = 8, kReserved = 12, kFrom = 16, kTo = 24;
}

template <class T>
T get(Bytes from, size_t at) {
  return T(load_le<typename T::rep>(from.data() + at));
}

template <class T>
void put(std::byte* to, size_t at, T id) {
  store_le(to + at, id.value());
}

std::unexpected<Error> malformed(const char* why) { return fail(ErrorCode::BATCH_MALFORMED, why); }

void encode(const NoGuard&, std::byte*) {}

void encode(const ProducerGuard& guard, std::byte* to) {
  store_le(to + producer::kMadeAt, guard.producer.made_at.us_since_1970());
  store_le(to + producer::kRandom, guard.producer.random);
  store_le(to + producer::kSequence, guard.sequence);
}

Result<Guard> decode_producer(Bytes from) {
  return ProducerGuard{
      .producer = {.made_at = WallTime(load_le<int64_t>(from.data() + producer::kMadeAt)),
                   .random = load_le<uint64_t>(from.data() + producer::kRandom)},
      .sequence = load_le<uint64_t>(from.data() + producer::kSequence)};
}

void encode(const ClaimGuard& guard, std::byte* to) {
  put(to, claim::kApp, guard.app);
  store_le(to + claim::kVersion, guard.app_version);
  put(to, claim::kEpoch, guard.epoch);
  put(to, claim::kMember, guard.member);
  put(to, claim::kResetTo, guard.reset_to.value_or(Offset(0)));
  std::memcpy(to + claim::kSettings, guard.settings.value.data(), guard.settings.value.size());
}

Result<Guard> decode_claim(Bytes from) {
  ClaimGuard guard{.app = get<AppId>(from, claim::kApp),
                   .app_version = load_le<uint32_t>(from.data() + claim::kVersion),
                   .epoch = get<Epoch>(from, claim::kEpoch),
                   .member = get<MemberId>(from, claim::kMember),
                   .reset_to = {},
                   .settings = {}};
  auto reset_to = get<Offset>(from, claim::kResetTo);
  if (guard.member == MemberId(0))
    guard.reset_to = reset_to;
  else if (reset_to != Offset(0))
    return malformed("a claim with a member carries a position");
  std::memcpy(guard.settings.value.data(), from.data() + claim::kSettings,
              guard.settings.value.size());
  return guard;
}

void encode(const StepGuard& guard, std::byte* to) {
  put(to, step::kApp, guard.app);
  store_le(to + step::kTimersFired, guard.timers_fired);
  put(to, step::kEpoch, guard.epoch);
  put(to, step::kNumber, guard.number);
  put(to, step::kFrom, guard.from);
  put(to, step::kTo, guard.to);
  put(to, step::kWitness, guard.witness);
  put(to, step::kInputTerm, guard.input_term);
  store_le(to + step::kMark, static_cast<uint16_t>(guard.mark));
  store_le(to + step::kReserved16, uint16_t{0});
  store_le(to + step::kReserved32, uint32_t{0});
}

Result<Guard> decode_step(Bytes from) {
  auto mark = load_le<uint16_t>(from.data() + step::kMark);
  if (mark > static_cast<uint16_t>(StepMark::kReleased))
    return malformed("a step's mark does not exist");
  if (load_le<uint16_t>(from.data() + step::kReserved16) != 0 ||
      load_le<uint32_t>(from.data() + step::kReserved32) != 0)
    return malformed("reserved bytes of a step's guard are not zero");
  StepGuard guard{.app = get<AppId>(from, step::kApp),
                  .timers_fired = load_le<uint32_t>(from.data() + step::kTimersFired),
                  .mark = static_cast<StepMark>(mark),
                  .epoch = get<Epoch>(from, step::kEpoch),
                  .number = get<StepNumber>(from, step::kNumber),
                  .from = get<Offset>(from, step::kFrom),
                  .to = get<Offset>(from, step::kTo),
                  .witness = get<Offset>(from, step::kWitness),
                  .input_term = get<Term>(from, step::kInputTerm)};
  if (guard.from > guard.to) return malformed("a step's input ends before it begins");
  if (guard.from < guard.to && guard.witness.next() != guard.to)
    return malformed("the witness of a step with input is not its last offset");
  return guard;
}

void encode(const LinkGuard& guard, std::byte* to) {
  put(to, link::kSpace, guard.source_space);
  put(to, link::kPartition, guard.source_partition);
  put(to, link::kTopic, guard.source_topic);
  store_le(to + link::kReserved, uint32_t{0});
  put(to, link::kFrom, guard.from);
  put(to, link::kTo, guard.to);
}

Result<Guard> decode_link(Bytes from) {
  if (load_le<uint32_t>(from.data() + link::kReserved) != 0)
    return malformed("reserved bytes of a link's guard are not zero");
  LinkGuard guard{.source_space = get<SpaceId>(from, link::kSpace),
                  .source_partition = get<PartitionId>(from, link::kPartition),
                  .source_topic = get<TopicId>(from, link::kTopic),
                  .from = get<Seq>(from, link::kFrom),
                  .to = get<Seq>(from, link::kTo)};
  if (guard.from >= guard.to) return malformed("a link's batch accounts for no seq");
  return guard;
}

}  // namespace

std::optional<size_t> guard_bytes(uint16_t kind) {
  if (kind >= kBytes.size()) return std::nullopt;
  return kBytes[kind];
}

void encode_guard(const Guard& guard, std::byte* to) {
  std::visit([&](const auto& kind) { encode(kind, to); }, guard);
}

Result<Guard> decode_guard(GuardKind kind, Bytes bytes) {
  switch (kind) {
    case GuardKind::kNone:
      return NoGuard{};
    case GuardKind::kProducer:
      return decode_producer(bytes);
    case GuardKind::kClaim:
      return decode_claim(bytes);
    case GuardKind::kStep:
      return decode_step(bytes);
    case GuardKind::kLink:
      return decode_link(bytes);
  }
  return malformed("the guard's kind does not exist");
}

}  // namespace usher::wire

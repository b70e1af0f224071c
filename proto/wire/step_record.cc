#include "proto/wire/step_record.h"

#include <algorithm>

#include "proto/base/check.h"
#include "proto/base/little_endian.h"

namespace usher::wire {
namespace {

constexpr size_t kLowAt = kGuardRecordBytes;
constexpr size_t kHighAt = kLowAt + 8;

}  // namespace

StepRecordBytes encode_step_record(const StepGuard& guard, const Digest& state) {
  StepRecordBytes bytes{};
  CHECK(guard_bytes(static_cast<uint16_t>(GuardKind::kStep)) == kGuardRecordBytes);
  encode_guard(guard, bytes.data());
  store_le(bytes.data() + kLowAt, state.low);
  store_le(bytes.data() + kHighAt, state.high);
  return bytes;
}

ClaimRecordBytes encode_claim_record(const ClaimGuard& guard) {
  ClaimRecordBytes bytes{};
  CHECK(guard_bytes(static_cast<uint16_t>(GuardKind::kClaim)) == kGuardRecordBytes);
  encode_guard(guard, bytes.data());
  return bytes;
}

Result<Digest> decode_step_record(const RecordView& record, const StepGuard& guard) {
  if (!record.value || record.value->size() != kStepRecordBytes)
    return fail(ErrorCode::BATCH_MALFORMED, "a step record of another length");
  std::array<std::byte, kGuardRecordBytes> said{};
  encode_guard(guard, said.data());
  if (!std::ranges::equal(said, record.value->first(kGuardRecordBytes)))
    return fail(ErrorCode::BATCH_MALFORMED, "a step record that differs from the step's guard");
  return Digest{.low = load_le<uint64_t>(record.value->data() + kLowAt),
                .high = load_le<uint64_t>(record.value->data() + kHighAt)};
}

}  // namespace usher::wire

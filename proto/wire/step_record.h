// The first record of every step and of every claim, in words that the audit can read without the
// header: the guard once more, and of a step the digest of the state after it.
//
//     _steps   value = guard (64 bytes, as in the header) │ digest (16)      no key
//     _claims  value = guard (64 bytes)
//
// The guard in the header is authoritative; whoever reads a record that differs from it refuses it.
#pragma once

#include <array>

#include "proto/base/hash.h"
#include "proto/base/result.h"
#include "proto/wire/guard.h"
#include "proto/wire/record.h"

namespace usher::wire {

constexpr size_t kGuardRecordBytes = 64;
constexpr size_t kStepRecordBytes = kGuardRecordBytes + 16;

using StepRecordBytes = std::array<std::byte, kStepRecordBytes>;
using ClaimRecordBytes = std::array<std::byte, kGuardRecordBytes>;

StepRecordBytes encode_step_record(const StepGuard& guard, const Digest& state);
ClaimRecordBytes encode_claim_record(const ClaimGuard& guard);

// The state's digest. BATCH_MALFORMED where the record is not one, or is another guard's.
Result<Digest> decode_step_record(const RecordView& record, const StepGuard& guard);

}  // namespace usher::wire

#include "processors/state/stamp.h"

#include <cstring>

#include "proto/base/little_endian.h"

namespace usher::state {
namespace {

constexpr uint32_t kVersion = 1;
constexpr size_t kChainBytes = 32;
constexpr size_t kBytes = 4 + 4 + 5 * 8 + kChainBytes;

template <class T>
void put(std::string& to, T value) {
  std::byte bytes[sizeof value];
  store_le(bytes, value);
  to.append(as_text(bytes));
}

template <class T>
T take(Bytes& from) {
  T value = load_le<T>(from.data());
  from = from.subspan(sizeof value);
  return value;
}

}  // namespace

std::string encode_stamp(const Stamp& stamp) {
  std::string bytes;
  put(bytes, kVersion);
  put(bytes, stamp.unreleased);
  put(bytes, stamp.applied.value());
  put(bytes, stamp.position.value());
  put(bytes, stamp.next_step.value());
  put(bytes, stamp.digest.low);
  put(bytes, stamp.digest.high);
  bytes.append(as_text(stamp.chain.bytes()));
  return bytes;
}

Result<Stamp> decode_stamp(std::string_view bytes) {
  Bytes from = as_bytes(bytes);
  if (from.size() != kBytes || take<uint32_t>(from) != kVersion)
    return fail(ErrorCode::STATE_UNREADABLE, "the stamp is of another version");
  Stamp stamp;
  stamp.unreleased = take<uint32_t>(from);
  stamp.applied = Offset(take<uint64_t>(from));
  stamp.position = Offset(take<uint64_t>(from));
  stamp.next_step = StepNumber(take<uint64_t>(from));
  stamp.digest.low = take<uint64_t>(from);
  stamp.digest.high = take<uint64_t>(from);
  std::memcpy(stamp.chain.value.data(), from.data(), kChainBytes);
  return stamp;
}

}  // namespace usher::state

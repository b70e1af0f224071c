#include "processors/timers.h"

#include <algorithm>

#include "proto/base/check.h"
#include "proto/base/planted.h"

namespace usher::processors {
namespace {

constexpr size_t kNumberBytes = 8;
constexpr uint64_t kSignBit = uint64_t{1} << 63;
constexpr std::string_view kZero("\0\xff", 2);
constexpr std::string_view kEnd("\0\x01", 2);

void append_big_endian(std::string& to, uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<char>(number >> shift));
}

std::optional<uint64_t> take_big_endian(std::string_view& from) {
  if (from.size() < kNumberBytes) return std::nullopt;
  uint64_t number = 0;
  for (char byte : from.substr(0, kNumberBytes))
    number = number << 8 | static_cast<unsigned char>(byte);
  from.remove_prefix(kNumberBytes);
  return number;
}

std::optional<std::string> take_key(std::string_view& from) {
  std::string key;
  while (!from.empty()) {
    if (from.starts_with(kEnd)) {
      from.remove_prefix(kEnd.size());
      return key;
    }
    bool zero = from.starts_with(kZero);
    if (!zero && from.front() == '\0') return std::nullopt;
    key.push_back(from.front());
    from.remove_prefix(zero ? kZero.size() : 1);
  }
  return std::nullopt;
}

}  // namespace

std::string encode_timer(const TimerName& name, std::string_view processor) {
  std::string key;
  append_big_endian(key, static_cast<uint64_t>(name.deadline.us_since_1970()) ^ kSignBit);
  for (char byte : name.key) {
    if (byte == '\0')
      key.append(kZero);
    else
      key.push_back(byte);
  }
  key.append(kEnd);
  append_big_endian(key, name.number);
  key.append(processor);
  return key;
}

std::optional<Timers::Due> decode_timer(std::string_view key) {
  auto deadline = take_big_endian(key);
  if (!deadline) return std::nullopt;
  auto of = take_key(key);
  auto number = take_big_endian(key);
  if (!of || !number) return std::nullopt;
  Timers::Due due;
  due.timer.name = {.deadline = WallTime(static_cast<int64_t>(*deadline ^ kSignBit)),
                    .key = std::move(*of),
                    .number = *number};
  due.processor = key;
  return due;
}

Timers::Timers(state::TaskState& state, std::optional<TopicId> changelog) {
  if (changelog) store_.emplace(state, *changelog);
}

void Timers::set(const TimerName& name, std::string_view processor, std::string_view value) {
  CHECK(store_, "the topology has timers");
  store_->put(encode_timer(name, processor), value);
  if (first_ && (!*first_ || name.deadline < **first_)) first_ = name.deadline;
}

void Timers::cancel(const TimerName& name, std::string_view processor) {
  CHECK(store_, "the topology has timers");
  store_->erase(encode_timer(name, processor));
  if (first_ && *first_ && name.deadline == **first_) first_.reset();
}

std::optional<WallTime> Timers::next_deadline() {
  if (!store_) return std::nullopt;
  if (first_) return *first_;
  first_ = std::optional<WallTime>();
  store_->range(floor_, "", [&](std::string_view key, std::string_view) {
    if (auto due = decode_timer(key)) first_ = due->timer.name.deadline;
    return false;
  });
  return *first_;
}

std::optional<Timers::Due> Timers::take_due(WallTime now) {
  auto next = next_deadline();
  if (!next || *next > now) return std::nullopt;
  std::optional<Due> due;
  std::string entry;
  store_->range(floor_, "", [&](std::string_view key, std::string_view value) {
    due = decode_timer(key);
    CHECK(due, "only timers stand in the store");
    due->timer.value = value;
    entry = key;
    return false;
  });
  if (!due) return std::nullopt;  // the store could not be read: the state says so
  store_->erase(entry);
  // Nothing is set before the time of the timer that fires: a scan need not see what is erased.
  floor_ = entry.substr(0, kNumberBytes);
  first_.reset();
  return due;
}

void Timers::forget() {
  first_.reset();
  if (!planted(Bug::kLoseTimers)) floor_.clear();
}

}  // namespace usher::processors

#include "processors/state/task_state.h"

#include "proto/base/check.h"
#include "proto/base/planted.h"
#include "proto/wire/record.h"

namespace usher::state {

TaskState::TaskState(CommittedStore& committed)
    : committed_(committed), overlay_(committed_), digest_(committed.stamp().digest) {}

TaskState::Recent& TaskState::recent_of(std::string_view entry_key) {
  return recent_[std::hash<std::string_view>()(entry_key) % recent_.size()];
}

void TaskState::forget_recent() {
  for (Recent& recent : recent_) recent.key.clear();
}

const std::optional<std::string>& TaskState::read(std::string_view entry_key) {
  Recent& recent = recent_of(entry_key);
  if (recent.key == entry_key) return recent.value;
  auto value = overlay_.get(entry_key);
  if (!value) {
    fail_with(value.error());
    return nothing_;
  }
  recent.key.assign(entry_key);
  recent.value = std::move(*value);
  return recent.value;
}

std::optional<std::string> TaskState::get(TopicId store, std::string_view key) {
  key_.clear();
  append_store(key_, store);
  key_.append(key);
  return read(key_);
}

void TaskState::put(TopicId store, std::string_view key, std::string_view value) {
  change(store, key, value);
}

void TaskState::erase(TopicId store, std::string_view key) { change(store, key, std::nullopt); }

void TaskState::change(TopicId store, std::string_view key, std::optional<std::string_view> value) {
  key_.clear();
  append_store(key_, store);
  key_.append(key);
  const std::optional<std::string>& before = read(key_);
  if (failure_ || (!before && !value)) return;
  if (before) digest_ = minus(digest_, entry_digest(key_, *before, scratch_));
  if (value) digest_ = plus(digest_, entry_digest(key_, *value, scratch_));
  overlay_.change(key_, value);
  recent_of(key_).value = value;
}

void TaskState::scan(TopicId store, std::string_view from, std::string_view to,
                     const Visit& visit) {
  std::string first = entry_key(store, from);
  std::string end = to.empty() ? end_of_store(store) : entry_key(store, to);
  auto scanned = overlay_.scan(first, end, [&](std::string_view key, std::string_view value) {
    return visit(key.substr(kStoreBytes), value);
  });
  if (!scanned) fail_with(scanned.error());
}

void TaskState::rollback(const Mark& mark) {
  overlay_.rollback(mark.changes);
  digest_ = mark.digest;
  forget_recent();
}

void TaskState::seal() {
  if (planted(Bug::kWriteBeforeCommit))
    static_cast<void>(committed_.write(overlay_.changes(), committed_.stamp()));
  overlay_.seal();
  sealed_digests_.push_back(digest_);
}

Result<void> TaskState::commit(size_t count, Stamp stamp) {
  CHECK(count > 0 && count <= sealed_digests_.size());
  stamp.digest = sealed_digests_[count - 1];
  TRY(overlay_.commit(count, stamp));
  sealed_digests_.erase(sealed_digests_.begin(),
                        sealed_digests_.begin() + static_cast<std::ptrdiff_t>(count));
  return {};
}

Result<void> TaskState::restamp(Stamp stamp) {
  CHECK(sealed_digests_.empty());
  stamp.digest = committed_.stamp().digest;
  return committed_.write({}, stamp);
}

void TaskState::drop() {
  overlay_.drop();
  sealed_digests_.clear();
  digest_ = committed_.stamp().digest;
  forget_recent();
}

Result<void> TaskState::wipe() {
  TRY(committed_.wipe());
  drop();
  return {};
}

void TaskState::fail_with(Error error) {
  if (!failure_) failure_ = std::move(error);
}

}  // namespace usher::state

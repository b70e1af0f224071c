#include "broker/raft/messages.h"

#include <string>

namespace usher::raft {
namespace {

Result<void> check_entry(LogPosition prev, const Entry& entry, Term sender) {
  auto refuse = [&](const char* why) {
    return fail(ErrorCode::BATCH_MALFORMED,
                "batch at offset " + std::to_string(entry.first.value()) + " " + why);
  };
  if (entry.first != prev.end) return refuse("does not continue the one before");
  if (entry.end <= entry.first) return refuse("is empty");
  if (entry.term < prev.term || entry.term > sender) return refuse("is of a term out of order");
  if (entry.kind != EntryKind::kRecords && entry.end != entry.first.next())
    return refuse("is a control batch of more than one record");
  if (entry.membership.has_value() != (entry.kind == EntryKind::kMembership))
    return refuse("carries a membership where none belongs, or none where one does");
  return {};
}

}  // namespace

Result<void> check(const Message& message) {
  const auto* append = std::get_if<AppendRequest>(&message.body);
  if (!append) return {};
  LogPosition prev = append->prev;
  for (const Entry& entry : append->entries) {
    TRY(check_entry(prev, entry, message.term));
    prev = entry.position();
  }
  return {};
}

}  // namespace usher::raft

#include <fmt/format.h>

#include "tests/sim/money/bank_app.h"
#include "tests/sim/money/checks/checks.h"

namespace usher::sim {
namespace {

std::vector<std::string> values_of(const CommittedLog& log, TopicId topic) {
  std::vector<std::string> values;
  for (const wire::Batch& batch : log)
    for (const ReadRecord& record : records_of(batch))
      if (record.topic == topic) values.push_back(record.value);
  return values;
}

}  // namespace

std::string money_arrives_once(const CommittedLog& from, const CommittedLog& to) {
  std::vector<std::string> sent = values_of(from, kSent);
  std::vector<std::string> arrived = values_of(to, kArrived);
  for (size_t i = 0; i < arrived.size(); ++i)
    if (i >= sent.size() || arrived[i] != sent[i])
      return fmt::format("links: '{}' arrived in place of '{}'", arrived[i],
                         i < sent.size() ? sent[i] : "nothing");
  if (arrived.size() < sent.size())
    return fmt::format("links: '{}' never arrived", sent[arrived.size()]);
  return "";
}

}  // namespace usher::sim

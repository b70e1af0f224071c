#include "processors/dead_letter.h"

#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/base/quote.h"

namespace usher::processors {
namespace {

struct Letter {
  std::optional<Bytes> key;
  std::optional<Bytes> value;
  std::vector<wire::Header> headers;
};

void add(StepDraft& draft, TopicId topic, Letter letter, const Origin& origin, const Error& why) {
  std::string topic_id = std::to_string(origin.topic.value());
  std::string offset = std::to_string(origin.offset.value());
  std::string detail(cut_utf8(valid_utf8(why.detail), limits::kDeadLetterDetailBytes));
  std::string reason(why.name());
  std::vector<wire::Header> headers = {{kDeadReason, as_bytes(reason)},
                                       {kDeadDetail, as_bytes(detail)},
                                       {kDeadTopic, as_bytes(topic_id)},
                                       {kDeadOffset, as_bytes(offset)}};
  size_t own = headers.size();
  headers.insert(headers.end(), letter.headers.begin(), letter.headers.end());
  if (draft.add(topic, {.key = letter.key, .value = letter.value, .headers = headers})) return;
  headers.resize(own);
  CHECK(draft.add(topic, {.key = letter.key, .value = {}, .headers = headers}).has_value());
}

}  // namespace

void add_dead_letter(StepDraft& draft, TopicId dead_letters, const Input& input, const Error& why) {
  Letter letter{.key = input.record.key, .value = input.record.value, .headers = {}};
  input.record.headers.for_each(
      [&](const wire::Header& header) { letter.headers.push_back(header); });
  add(draft, dead_letters, std::move(letter), {input.topic, input.offset}, why);
}

void add_dead_timer(StepDraft& draft, TopicId dead_letters, const Timers::Due& due,
                    const Origin& origin, const Error& why) {
  add(draft, dead_letters,
      {.key = as_bytes(due.timer.name.key),
       .value = as_bytes(due.timer.value),
       .headers = {{kDeadTimer, as_bytes(due.processor)}}},
      origin, why);
}

}  // namespace usher::processors

#include "tools/audit/dump/batch_words.h"

#include <map>
#include <utility>

#include <fmt/format.h>

#include "proto/base/base64.h"
#include "proto/base/quote.h"
#include "proto/wire/reserved_topics.h"

namespace usher::audit {
namespace {

// None: not known.
std::string topic_name(PartitionKey key, TopicId topic, const Catalog* catalog) {
  if (topic == wire::kControlTopic) return "_control";
  if (topic == wire::kClaimsTopic) return "_claims";
  if (topic == wire::kStepsTopic) return "_steps";
  if (topic == wire::kClockTopic) return "_clock";
  const wire::TopicInfo* info = catalog ? catalog->topic(key.space, topic) : nullptr;
  return info ? info->name : "";
}

std::string app_text(AppId id, const Catalog* catalog) {
  const wire::AppInfo* app = catalog ? catalog->app(id) : nullptr;
  return app ? app->name : fmt::format("app {}", id.value());
}

struct GuardWords {
  std::string words;
  std::string json;
};

GuardWords guard_words(const wire::NoGuard&, const Catalog*) {
  return {"no condition", R"({"kind":"none"})"};
}

GuardWords guard_words(const wire::ProducerGuard& guard, const Catalog*) {
  std::string id =
      fmt::format("{}-{:016x}", guard.producer.made_at.us_since_1970(), guard.producer.random);
  return {
      fmt::format("producer {} sequence {}", id, guard.sequence),
      fmt::format(R"({{"kind":"producer","producer":"{}","sequence":{}}})", id, guard.sequence)};
}

GuardWords guard_words(const wire::ClaimGuard& guard, const Catalog* catalog) {
  std::string app = app_text(guard.app, catalog);
  std::string to = guard.reset_to ? fmt::to_string(guard.reset_to->value()) : "null";
  std::string words = guard.reset_to ? fmt::format("reset of {} to offset {}, epoch {}", app, to,
                                                   guard.epoch.value())
                                     : fmt::format("claim of {} by member {}, epoch {}", app,
                                                   guard.member.value(), guard.epoch.value());
  return {words, fmt::format(R"({{"kind":"claim","app":{},"epoch":{},"member":{},"resetTo":{}}})",
                             quote(app), guard.epoch.value(), guard.member.value(), to)};
}

GuardWords guard_words(const wire::StepGuard& guard, const Catalog* catalog) {
  std::string app = app_text(guard.app, catalog);
  return {fmt::format("step {} of {}, epoch {}, consumed {}", guard.number.value(), app,
                      guard.epoch.value(), offsets_text(guard.from, guard.to)),
          fmt::format(R"({{"kind":"step","app":{},"epoch":{},"number":{},"from":{},"to":{},)"
                      R"("inputTerm":{}}})",
                      quote(app), guard.epoch.value(), guard.number.value(), guard.from.value(),
                      guard.to.value(), guard.input_term.value())};
}

GuardWords guard_words(const wire::LinkGuard& guard, const Catalog* catalog) {
  std::string space = catalog ? catalog->name_of(guard.source_space)
                              : fmt::format("space {}", guard.source_space.value());
  return {fmt::format("link from {} partition {} topic {}, seqs {} to {}", space,
                      guard.source_partition.value(), guard.source_topic.value(),
                      guard.from.value(), guard.to.value()),
          fmt::format(R"({{"kind":"link","space":{},"partition":{},"topic":{},"from":{},"to":{}}})",
                      guard.source_space.value(), guard.source_partition.value(),
                      guard.source_topic.value(), guard.from.value(), guard.to.value())};
}

std::string bytes_words(const std::optional<Bytes>& bytes) {
  if (!bytes) return "-";
  std::string_view text = as_text(*bytes);
  return valid_utf8(text) == text ? quote(text) : "base64:" + base64(*bytes);
}

void add_record_bytes(DumpLine& line, std::string_view name, std::string_view encoding,
                      const std::optional<Bytes>& bytes) {
  bool is_text = !bytes || valid_utf8(as_text(*bytes)) == as_text(*bytes);
  if (!bytes)
    line.raw(name, "null");
  else
    line.text(name, is_text ? std::string(as_text(*bytes)) : base64(*bytes));
  line.text(encoding, is_text ? "utf8" : "base64");
}

}  // namespace

std::string offsets_text(Offset from, Offset end) {
  if (end <= from) return fmt::format("nothing at {}", from.value());
  uint64_t last = end.value() - 1;
  return last == from.value() ? fmt::format("offset {}", last)
                              : fmt::format("offsets {} to {}", from.value(), last);
}

std::string partition_text(PartitionKey key, const Catalog* catalog) {
  std::string text = fmt::format("space {} partition {}", key.space.value(), key.partition.value());
  if (catalog && catalog->space(key.space)) text += " of " + catalog->name_of(key.space);
  return text;
}

void add_partition(DumpLine& line, PartitionKey key, const Catalog* catalog) {
  line.number("space", key.space.value());
  if (catalog && catalog->space(key.space)) line.text("spaceName", catalog->name_of(key.space));
  line.number("partition", key.partition.value());
}

void describe_batch(DumpLine& line, const wire::BatchHeader& header, const Catalog* catalog) {
  const wire::Place& place = header.place();
  PartitionKey key{place.space, place.partition};
  auto guard =
      std::visit([&](const auto& one) { return guard_words(one, catalog); }, header.guard());
  std::string topics_json;
  std::string topics_words;
  for (size_t i = 0; i < header.topics().size(); ++i) {
    const wire::TopicEntry& entry = header.topics()[i];
    std::string name = topic_name(key, entry.topic, catalog);
    topics_json +=
        fmt::format(R"({}{{"topic":{},"name":{},"records":{},"seq":{},"bytes":{}}})",
                    i > 0 ? "," : "", entry.topic.value(), name.empty() ? "null" : quote(name),
                    entry.records, header.base_seq(i).value(), entry.stored_bytes);
    topics_words += fmt::format("; {} record{} of {} from seq {} ({} B)", entry.records,
                                entry.records == 1 ? "" : "s",
                                name.empty() ? fmt::format("topic {}", entry.topic.value()) : name,
                                header.base_seq(i).value(), entry.stored_bytes);
  }
  bool is_control = header.kind() == wire::BatchKind::kControl;
  std::string chain = to_hex(header.chain().bytes());
  line.number("offset", place.base_offset.value())
      .number("end", header.end_offset().value())
      .number("term", place.term.value())
      .text("time", to_text(place.time))
      .number("bytes", header.batch_bytes())
      .text("kind", is_control ? "control" : "data")
      .raw("guard", guard.json)
      .raw("topics", "[" + topics_json + "]")
      .text("chain", chain);
  line.words(line.in_words() + fmt::format("{}, term {}, {}, {}{}{}; chain {}…",
                                           offsets_text(place.base_offset, header.end_offset()),
                                           place.term.value(), to_text(place.time),
                                           is_control ? "the log's own, " : "", guard.words,
                                           topics_words, chain.substr(0, 8)));
}

void dump_records(DumpSink& sink, const OpenedBatch& batch, const Catalog* catalog) {
  const wire::BatchHeader& header = batch.header();
  PartitionKey key{header.place().space, header.place().partition};
  std::map<TopicId, Seq> seqs;
  for (size_t i = 0; i < header.topics().size(); ++i)
    seqs[header.topics()[i].topic] = header.base_seq(i);
  batch.for_each([&](TopicId topic, const wire::RecordView& record) {
    Seq seq = std::exchange(seqs[topic], seqs[topic].next());
    std::string name = topic_name(key, topic, catalog);
    DumpLine line("record", *batch.spot().file, batch.spot().position);
    line.number("offset", (header.place().base_offset + record.place).value())
        .number("topic", topic.value())
        .number("seq", seq.value());
    add_record_bytes(line, "key", "keyEncoding", record.key);
    add_record_bytes(line, "value", "encoding", record.value);
    line.words(fmt::format("  offset {}: {} seq {}: key {}, value {}",
                           (header.place().base_offset + record.place).value(),
                           name.empty() ? fmt::format("topic {}", topic.value()) : name,
                           seq.value(), bytes_words(record.key), bytes_words(record.value)));
    sink.take(line);
  });
}

}  // namespace usher::audit

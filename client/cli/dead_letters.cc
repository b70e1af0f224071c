#include "client/cli/dead_letters.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "client/admin.h"
#include "client/cli/output.h"
#include "client/cli/record_text.h"
#include "client/consumer.h"
#include "client/producer.h"

namespace usher::cli {
namespace {

std::optional<uint64_t> number_in(std::string_view text) {
  uint64_t number = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  bool whole = problem == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(number) : std::nullopt;
}

std::string topic_named(const wire::SpaceInfo& space, std::string_view id) {
  auto number = number_in(id);
  for (const wire::TopicInfo& topic : space.topics)
    if (number && topic.id.value() == *number) return topic.name;
  return std::string(id);
}

class Reading final : public client::ConsumerHandler {
 public:
  Reading(Session& session, const wire::SpaceInfo& space) : session_(session), space_(space) {}

  void on_records(const client::ReadRecords& records) override {
    records.for_each([&](const client::ReadRecord& record) {
      DeadLetter letter{
          .partition = records.at().partition, .offset = record.offset, .time = records.time()};
      if (record.view.key) letter.key = std::string(as_text(*record.view.key));
      if (record.view.value) letter.value = std::string(as_text(*record.view.value));
      record.view.headers.for_each([&](const wire::Header& header) { take(letter, header); });
      letters.push_back(std::move(letter));
    });
  }
  void on_end(client::PartitionAt) override {
    if (--open == 0) session_.stop();
  }
  void on_failed(client::PartitionAt, const Error& why) override {
    failure = why;
    session_.stop();
  }

  std::vector<DeadLetter> letters;
  size_t open = 0;
  std::optional<Error> failure;

 private:
  void take(DeadLetter& letter, const wire::Header& header) {
    std::string value(as_text(header.value));
    if (header.name == "usher-reason")
      letter.reason = value;
    else if (header.name == "usher-detail")
      letter.detail = value;
    else if (header.name == "usher-topic")
      letter.topic = topic_named(space_, value);
    else if (header.name == "usher-offset")
      letter.origin = number_in(value).transform([](uint64_t at) { return Offset(at); });
    else if (header.name == "usher-timer")
      letter.is_timer = true;
    else
      letter.headers.emplace_back(header.name, value);
  }

  Session& session_;
  const wire::SpaceInfo& space_;
};

std::string shown(const std::optional<std::string>& text) {
  if (!text) return "(none)";
  return is_utf8(*text) ? *text : base64(as_bytes(*text));
}

}  // namespace

std::string DeadLetter::place() const {
  return fmt::format("{}/{}", partition.value(), offset.value());
}

std::string DeadLetter::json() const {
  JsonObject object;
  object.text("letter", place())
      .number("partition", partition.value())
      .number("offset", offset.value())
      .text("time", to_text(time))
      .text("reason", reason)
      .text("detail", detail)
      .text("topic", topic)
      .number("origin", origin ? std::optional(origin->value()) : std::nullopt)
      .truth("timer", is_timer);
  for (auto [name, bytes] : {std::pair("key", &key), std::pair("value", &value)})
    *bytes ? object.text(name, shown(*bytes)) : object.null(name);
  return object.text("encoding", !value || is_utf8(*value) ? "utf8" : "base64").done();
}

std::string DeadLetter::text() const {
  std::string lines;
  auto add = [&](std::string_view name, std::string_view what) {
    lines += fmt::format("{:<8} {}\n", name, what);
  };
  add("letter", place());
  add("time", to_text(time));
  add("reason", reason);
  add("detail", detail);
  add("from", fmt::format("{} offset {}", topic, origin ? fmt::to_string(origin->value()) : "-"));
  add("key", shown(key));
  add("value", shown(value));
  return lines;
}

Result<std::vector<DeadLetter>> read_dead_letters(Session& session, const wire::SpaceInfo& space,
                                                  AppId app, Duration within) {
  auto is_it = [&](const wire::TopicInfo& topic) {
    bool is_named = topic.name.ends_with("dead-letters") || topic.name.ends_with("-dead");
    return topic.app == app && is_named;
  };
  auto topic = std::ranges::find_if(space.topics, is_it);
  if (topic == space.topics.end())
    return fail(ErrorCode::NOT_FOUND, "a topic for the app's dead letters");
  Reading reading(session, space);
  client::ConsumerOptions options;
  options.patience = within;
  client::Consumer consumer(session.cluster(), reading, options);
  for (uint32_t i = 0; i < space.partitions.size(); ++i) {
    client::PartitionAt at{space.id, PartitionId(i)};
    TRY_ASSIGN(auto end,
               session.ask<wire::OffsetReply>(
                   at, wire::OffsetRequest{.space = at.space, .partition = at.partition}));
    ++reading.open;
    consumer.add({.at = at, .topics = {topic->id}, .from = Offset(0), .until = end.offset});
  }
  while (reading.open > 0 && !reading.failure && !session.interrupted()) session.run();
  if (reading.failure) return std::unexpected(*reading.failure);
  if (reading.open > 0) return fail(ErrorCode::CLOSED, "stopped by a signal");
  std::ranges::stable_sort(reading.letters, {}, &DeadLetter::partition);
  return std::move(reading.letters);
}

Result<void> send_again(Session& session, const wire::SpaceInfo& space, const DeadLetter& letter,
                        Duration within) {
  auto topic = client::find_topic(space, letter.topic);
  if (!topic || (*topic)->writer != wire::WriterKind::kProducers || letter.is_timer)
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("letter {} came from {}, which is not written from outside",
                            letter.place(), letter.is_timer ? "a timer" : letter.topic));
  std::vector<wire::Header> headers;
  for (const auto& [name, value] : letter.headers) headers.push_back({name, as_bytes(value)});
  wire::Record record{.key = {}, .value = {}, .headers = headers};
  if (letter.key) record.key = as_bytes(*letter.key);
  if (letter.value) record.value = as_bytes(*letter.value);
  client::ProducerOptions options;
  options.lane.deadline = within;
  client::Producer producer(session.cluster(), options);
  auto delivered = session.wait<client::Receipt>([&](auto take) {
    auto shared = std::make_shared<decltype(take)>(std::move(take));
    auto sent =
        producer.send_to({space.id, (*topic)->id}, letter.partition, record,
                         [shared](const Result<client::Receipt>& receipt) { (*shared)(receipt); });
    if (!sent) (*shared)(std::unexpected(sent.error()));
  });
  if (!delivered) return std::unexpected(delivered.error());
  return {};
}

}  // namespace usher::cli

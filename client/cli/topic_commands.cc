// usher topic …
#include <fmt/format.h>

#include "client/cli/cluster_command.h"
#include "client/cli/commands.h"
#include "client/cli/output.h"
#include "client/cli/record_schema.h"
#include "client/cli/retention_value.h"

namespace usher::cli {
namespace {

std::string writer_text(const wire::Metadata& metadata, const wire::TopicInfo& topic) {
  switch (topic.writer) {
    case wire::WriterKind::kProducers:
      return "producers";
    case wire::WriterKind::kLinks:
      return "links";
    case wire::WriterKind::kApp:
      break;
  }
  for (const wire::AppInfo& app : metadata.apps)
    if (topic.app == app.id) return "app " + app.name;
  return "app";
}

JsonObject topic_json(const wire::Metadata& metadata, const wire::SpaceInfo& space,
                      const wire::TopicInfo& topic) {
  JsonObject json;
  json.text("space", space.name)
      .text("topic", topic.name)
      .number("id", topic.id.value())
      .text("writer", writer_text(metadata, topic))
      .truth("changelog", topic.changelog);
  if (topic.retention.age)
    json.real("retention_seconds", std::chrono::duration<double>(*topic.retention.age).count());
  else
    json.null("retention_seconds");
  json.number("retention_bytes", topic.retention.bytes);
  return topic.schema.empty() ? json.null("schema") : json.text("schema", topic.schema);
}

std::vector<std::string> topic_row(const wire::Metadata& metadata, const wire::SpaceInfo& space,
                                   const wire::TopicInfo& topic) {
  return {space.name + "/" + topic.name, writer_text(metadata, topic),
          retention_text(topic.retention), topic.schema.empty() ? "-" : topic.schema};
}

const std::vector<std::string> kColumns = {"TOPIC", "WRITER", "RETENTION", "SCHEMA"};

// Shows one topic as the metadata has it now.
Result<int> show(Session& session, const TopicName& name, bool as_json, std::string_view what) {
  TRY_ASSIGN(auto metadata, session.metadata());
  TRY_ASSIGN(const wire::SpaceInfo* space, client::find_space(*metadata, name.space));
  TRY_ASSIGN(const wire::TopicInfo* topic, client::find_topic(*space, name.topic));
  if (as_json) {
    print(topic_json(*metadata, *space, *topic).done());
  } else if (!what.empty()) {
    print(fmt::format("{} topic {}/{}", what, name.space, name.topic));
  } else {
    Table table(kColumns);
    table.add(topic_row(*metadata, *space, *topic));
    print(table.text());
  }
  return 0;
}

void add_name(service::Settings& settings, TopicName& name) {
  settings.add_argument("space_topic", topic_name_value(), name, "Which topic.").placeholder =
      "SPACE/TOPIC";
}

void add_schema(service::Settings& settings, std::optional<std::string>& schema) {
  settings
      .add("schema", service::choice_value(schema_names()), schema,
           "The records' type, for JSON in and out: json, or a record of the seats app.")
      .placeholder = "TYPE";
}

class TopicCreate final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    add_name(settings, name_);
    settings.add("retention", retention_value(), retention_,
                 "How long, or how much, is kept; everything where nothing is said.");
    add_schema(settings, schema_);
    settings.add("compact", service::boolean_value(), compact_, "Not in this version.");
    settings.add("durability", service::text_value(), durability_, "Not in this version.");
  }
  Result<int> run_on(Session& session) override {
    if (compact_ || durability_)
      return fail(ErrorCode::NOT_IN_THIS_VERSION, compact_ ? "--compact" : "--durability");
    TRY(session.change(wire::CreateTopicRequest{.space = name_.space,
                                                .topic = name_.topic,
                                                .writer = wire::WriterKind::kProducers,
                                                .app = "",
                                                .changelog = false,
                                                .retention = retention_.value_or(wire::Retention{}),
                                                .schema = schema_.value_or("")}));
    return show(session, name_, json(), "created");
  }
  TopicName name_;
  std::optional<wire::Retention> retention_;
  std::optional<std::string> schema_;
  bool compact_ = false;
  std::optional<std::string> durability_;
};

class TopicList final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("space", name_value(), space_, "Of one space only.");
  }
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(auto metadata, session.fresh_metadata());
    if (space_) TRY(client::find_space(*metadata, *space_));
    std::vector<std::string> items;
    Table table(kColumns);
    for (const wire::SpaceInfo& space : metadata->spaces) {
      if (space_ && space.name != *space_) continue;
      for (const wire::TopicInfo& topic : space.topics) {
        items.push_back(topic_json(*metadata, space, topic).done());
        table.add(topic_row(*metadata, space, topic));
      }
    }
    print(json() ? JsonObject().raw("topics", json_array(items)).done() : table.text());
    return 0;
  }
  std::optional<std::string> space_;
};

class TopicDescribe final : public ClusterCommand {
  void add_own(service::Settings& settings) override { add_name(settings, name_); }
  Result<int> run_on(Session& session) override { return show(session, name_, json(), ""); }
  TopicName name_;
};

class TopicAlter final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    add_name(settings, name_);
    settings.add("retention", retention_value(), retention_, "How long, or how much, is kept.");
    add_schema(settings, schema_);
  }
  Result<int> run_on(Session& session) override {
    if (!retention_ && !schema_)
      return fail(ErrorCode::INVALID_ARGUMENT, "nothing to alter: give --retention or --schema");
    TRY(session.change(wire::AlterTopicRequest{
        .space = name_.space, .topic = name_.topic, .retention = retention_, .schema = schema_}));
    return show(session, name_, json(), "altered");
  }
  TopicName name_;
  std::optional<wire::Retention> retention_;
  std::optional<std::string> schema_;
};

class TopicDelete final : public ClusterCommand {
  void add_own(service::Settings& settings) override { add_name(settings, name_); }
  Result<int> run_on(Session& session) override {
    TRY(session.change(wire::DeleteTopicRequest{.space = name_.space, .topic = name_.topic}));
    std::string name = name_.space + "/" + name_.topic;
    print(json() ? JsonObject().text("deleted", name).done() : "deleted topic " + name);
    return 0;
  }
  TopicName name_;
};

}  // namespace

CommandRows topic_commands() {
  return {
      {"topic create", "makes a topic for producers",
       "usher topic create events/seat-events --retention 7d", maker<TopicCreate>()},
      {"topic list", "lists the topics", "usher topic list events", maker<TopicList>()},
      {"topic describe", "shows a topic", "usher topic describe events/seat-events",
       maker<TopicDescribe>()},
      {"topic alter", "changes a topic's retention or schema",
       "usher topic alter events/seat-events --retention 10GiB", maker<TopicAlter>()},
      {"topic delete", "deletes a topic with its records", "usher topic delete events/seat-events",
       maker<TopicDelete>()},
  };
}

}  // namespace usher::cli

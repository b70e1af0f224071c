// usher app …
#include <fmt/format.h>

#include "client/cli/cluster_command.h"
#include "client/cli/commands.h"
#include "client/cli/output.h"

namespace usher::cli {
namespace {

class AppList final : public ClusterCommand {
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(auto metadata, session.fresh_metadata());
    std::vector<std::string> items;
    Table table({"APP", "SPACE"});
    for (const wire::AppInfo& app : metadata->apps) {
      const wire::SpaceInfo* space = client::space_of(*metadata, app.space);
      std::string name = space ? space->name : "deleted";
      items.push_back(JsonObject()
                          .text("name", app.name)
                          .number("id", app.id.value())
                          .text("space", name)
                          .done());
      table.add({app.name, name});
    }
    print(json() ? JsonObject().raw("apps", json_array(items)).done() : table.text());
    return 0;
  }
};

class AppDescribe final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("name", name_value(), name_, "Which app.");
  }
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(auto app, session.ask_controller<wire::AppDescription>(
                             wire::DescribeAppRequest{.app = name_}));
    std::vector<std::string> tasks;
    Table table({"PARTITION", "OWNER", "EPOCH", "POSITION", "BEHIND", "ADDRESS"});
    for (const auto& task : app.tasks) {
      client::PartitionAt at{app.app.space, task.partition};
      TRY_ASSIGN(auto position,
                 session.ask<wire::PositionReply>(
                     at, wire::PositionRequest{
                             .space = at.space, .partition = at.partition, .app = app.app.id}));
      bool owned = task.owner != MemberId();
      uint64_t behind =
          position.commit > position.position ? position.commit - position.position : 0;
      tasks.push_back(JsonObject()
                          .number("partition", task.partition.value())
                          .number("owner", owned ? std::optional(task.owner.value()) : std::nullopt)
                          .number("epoch", task.epoch.value())
                          .number("position", position.position.value())
                          .number("committed", position.commit.value())
                          .text("endpoint", task.owner_endpoint)
                          .done());
      table.add({fmt::to_string(task.partition.value()),
                 owned ? fmt::to_string(task.owner.value()) : "-",
                 fmt::to_string(task.epoch.value()), fmt::to_string(position.position.value()),
                 fmt::to_string(behind), task.owner_endpoint.empty() ? "-" : task.owner_endpoint});
    }
    if (json()) {
      print(JsonObject()
                .text("name", app.app.name)
                .number("members", app.members.size())
                .raw("tasks", json_array(tasks))
                .done());
      return 0;
    }
    print(fmt::format("app {}: {}\n", app.app.name, counted(app.members.size(), "member")));
    print(table.text());
    return 0;
  }
  std::string name_;
};

}  // namespace

CommandRows app_commands() {
  return {
      {"app list", "lists the apps", "usher app list", maker<AppList>()},
      {"app describe", "shows who owns an app's tasks and how far they are",
       "usher app describe seats", maker<AppDescribe>()},
  };
}

}  // namespace usher::cli

// usher app reset | skip | dead-letters: what an operator does when an app cannot go on.
#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "client/cli/cluster_command.h"
#include "client/cli/commands.h"
#include "client/cli/dead_letters.h"
#include "client/cli/output.h"
#include "client/cli/place_argument.h"
#include "client/queries.h"
#include "proto/base/system_clock.h"
#include "proto/wire/batch_builder.h"
#include "proto/wire/protocol/query_payload.h"
#include "proto/wire/reserved_topics.h"
#include "proto/wire/step_record.h"

namespace usher::cli {
namespace {

struct AppOfSpace {
  wire::AppInfo app;
  wire::SpaceInfo space;
};
Result<AppOfSpace> find_app(Session& session, const std::string& name) {
  TRY_ASSIGN(auto metadata, session.fresh_metadata());
  TRY_ASSIGN(const wire::AppInfo* app, client::find_app(*metadata, name));
  const wire::SpaceInfo* space = client::space_of(*metadata, app->space);
  if (!space) return fail(ErrorCode::NOT_FOUND, "the space of app " + name + " was deleted");
  return AppOfSpace{*app, *space};
}

class AppSkip final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("name", name_value(), name_, "Which app.");
    settings.add_argument("partition", service::integer_value(0, limits::kSpacePartitions - 1),
                          partition_, "Whose task is poisoned.");
  }
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(AppOfSpace found, find_app(session, name_));
    PartitionId partition(static_cast<uint32_t>(partition_));
    if (partition_ >= found.space.partitions.size())
      return fail(ErrorCode::NOT_FOUND,
                  fmt::format("space {} has partitions 0 to {}, not {}", found.space.name,
                              found.space.partitions.size() - 1, partition_));
    client::Queries queries(session.cluster());
    auto answer = session.wait<net::Message>([&](auto take) {
      queries.forward({.app = name_,
                       .space = found.space.id,
                       .partition = partition,
                       .query = std::string(wire::kSkipQuery)},
                      Buffer(), timeout(), std::move(take));
    });
    TRY_ASSIGN(auto skipped, client::reply_of<wire::QueryReply>(std::move(answer)));
    static_cast<void>(skipped);
    if (json())
      print(JsonObject().text("skipped", name_).number("partition", partition_).done());
    else
      print(
          fmt::format("task {} of {} begins again and passes its next input over; usher app "
                      "dead-letters {} list",
                      partition_, name_, name_));
    return 0;
  }
  std::string name_;
  uint64_t partition_ = 0;
};

class AppReset final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("name", name_value(), name_, "Which app.");
    settings.add("to", place_value(clock_), to_, "Where it goes on, in each partition.")
        .is_required = true;
  }
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(AppOfSpace found, find_app(session, name_));
    auto is_own_store = [&](const wire::TopicInfo& topic) {
      return topic.changelog && topic.app == found.app.id;
    };
    if (std::ranges::any_of(found.space.topics, is_own_store))
      return fail(ErrorCode::INVALID_ARGUMENT,
                  fmt::format("app {} has stores: what is in them came from its inputs, and would "
                              "not agree with another position",
                              name_));
    std::vector<std::string> items;
    for (uint32_t i = 0; i < found.space.partitions.size(); ++i) {
      TRY_ASSIGN(Offset offset, reset(session, found.space.id, PartitionId(i)));
      items.push_back(JsonObject().number("partition", i).number("to", offset.value()).done());
    }
    if (json())
      print(JsonObject().text("name", name_).raw("partitions", json_array(items)).done());
    else
      print(fmt::format("app {} goes on from {} in {}", name_, to_text(to_),
                        counted(items.size(), "partition")));
    return 0;
  }

  // A claim without a member, which carries the position.
  Result<Offset> reset(Session& session, SpaceId space, PartitionId partition) const {
    client::PartitionAt at{space, partition};
    auto question = question_of(to_, space, partition);
    Offset offset;
    if (const auto* given = std::get_if<Offset>(&question)) {
      offset = *given;
    } else {
      TRY_ASSIGN(auto reply,
                 session.ask<wire::OffsetReply>(at, std::get<wire::OffsetRequest>(question)));
      offset = reply.offset;
    }
    TRY_ASSIGN(auto epoch, session.ask_controller<wire::NewEpochReply>(
                               wire::NewEpochRequest{.app = name_, .partition = partition}));
    wire::ClaimGuard guard{.app = epoch.app,
                           .app_version = 0,
                           .epoch = epoch.epoch,
                           .member = {},
                           .reset_to = offset,
                           .settings = {}};
    wire::ClaimRecordBytes record = wire::encode_claim_record(guard);
    wire::BatchBuilder builder;
    TRY(builder.add(wire::kClaimsTopic, {.key = {}, .value = Bytes(record), .headers = {}}));
    wire::Batch batch = builder.finish(guard);
    // The same claim again gets its first receipt: it may be repeated.
    auto appended = session.wait<net::Message>([&](auto take) {
      session.cluster().ask_leader(at,
                                   {wire::AppendRequest{.space = space, .partition = partition},
                                    {batch.header().bytes(), batch.body()}},
                                   timeout(), std::move(take));
    });
    TRY_ASSIGN(auto receipt, client::reply_of<wire::AppendReply>(std::move(appended)));
    static_cast<void>(receipt);
    return offset;
  }

  SystemClock clock_;
  std::string name_;
  PlaceInLog to_ = LogStart{};
};

class AppDeadLetters final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("name", name_value(), name_, "Which app.");
    settings.add_argument("what", service::choice_value({"list", "show", "retry"}), what_,
                          "All, one in full, or one written to its topic again.");
    settings.add_argument("letter", service::text_value(), letter_,
                          "Which, as PARTITION/OFFSET; with show and retry.");
  }
  Result<int> run_on(Session& session) override {
    if (what_ != "list" && !letter_)
      return fail(ErrorCode::INVALID_ARGUMENT,
                  what_ + " needs a letter, as PARTITION/OFFSET; list names them");
    TRY_ASSIGN(AppOfSpace found, find_app(session, name_));
    TRY_ASSIGN(auto letters, read_dead_letters(session, found.space, found.app.id, timeout()));
    if (what_ == "list") return list(letters);
    auto is_asked_for = [&](const DeadLetter& letter) { return letter.place() == letter_; };
    auto letter = std::ranges::find_if(letters, is_asked_for);
    if (letter == letters.end())
      return fail(ErrorCode::NOT_FOUND,
                  fmt::format("app {} has no dead letter {}; list names them", name_, *letter_));
    if (what_ == "retry") {
      TRY(send_again(session, found.space, *letter, timeout()));
      print(json() ? JsonObject().text("retried", letter->place()).done()
                   : "written again to " + letter->topic);
      return 0;
    }
    print(json() ? letter->json() : letter->text());
    return 0;
  }
  int list(const std::vector<DeadLetter>& letters) const {
    std::vector<std::string> items;
    Table table({"LETTER", "TIME", "REASON", "TOPIC", "OFFSET", "DETAIL"});
    for (const DeadLetter& letter : letters) {
      items.push_back(letter.json());
      table.add({letter.place(), to_text(letter.time), letter.reason, letter.topic,
                 letter.origin ? fmt::to_string(letter.origin->value()) : "-", letter.detail});
    }
    print(json()            ? JsonObject().raw("letters", json_array(items)).done()
          : letters.empty() ? "app " + name_ + " has no dead letters"
                            : table.text());
    return 0;
  }
  std::string name_;
  std::string what_;
  std::optional<std::string> letter_;
};

}  // namespace

CommandRows app_repair_commands() {
  return {
      {"app reset", "moves the position of an app that has no stores and no members",
       "usher app reset mailer --to -1h", maker<AppReset>()},
      {"app skip", "has a poisoned task send its next input to the dead letters",
       "usher app skip seats 3", maker<AppSkip>()},
      {"app dead-letters", "what an app could not process: list, show or retry",
       "usher app dead-letters seats list", maker<AppDeadLetters>()},
  };
}

}  // namespace usher::cli

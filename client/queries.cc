#include "client/queries.h"

#include <functional>
#include <utility>

namespace usher::client {
namespace {

// Where the task was when we heard of it last, and is it asked about now.
constexpr Duration kWatchInterval = limits::kMemberSilence / 2;

Buffer payload_of(std::string_view text) { return Buffer::copy_of(as_bytes(text)); }

// Reply and payload, read as what the caller asked for.
template <class T, class Read>
Cluster::Answer reading(Read read, std::move_only_function<void(Result<T>)> answer) {
  return [read, answer = std::move(answer)](Result<net::Message> message) mutable {
    Buffer payload = message && !message->payload.empty() ? message->payload[0] : Buffer();
    auto reply = reply_of<wire::QueryReply>(std::move(message));
    if (!reply) return answer(std::unexpected(std::move(reply).error()));
    answer(read(*reply, payload));
  };
}

}  // namespace

struct Queries::Asking {
  wire::QueryRequest request;
  Buffer payload;
  PartitionAt at;
  MonotonicTime wait_until;
  Attempts attempts;
  std::move_only_function<void(Result<net::Message>)> answer;
  // Of the attempt under way; an answer to another one is late.
  uint64_t attempt = 0;
  std::optional<net::Endpoint> asked = {};
  bool done = false;
};

// An app's tasks as the controller proposed them last.
struct Queries::Owners {
  std::map<PartitionId, net::Endpoint> by_partition;
  std::vector<AskingPtr> asking;  // not answered yet
  bool is_looking = false;
  bool is_known = false;
  Error why_not{ErrorCode::UNREACHABLE, "the app's daemons are not known yet"};
};

Queries::Queries(Cluster& cluster) : cluster_(cluster) {}

Queries::~Queries() {
  if (watch_) cluster_.scheduler().cancel(*watch_);
}

void Queries::ask(Question question, Duration patience, Answer answer) {
  wire::QueryRequest request{.app = std::move(question.app),
                             .space = question.at.space,
                             .partition = question.at.partition,
                             .query = std::string(wire::kGetQuery) + question.store,
                             .wait = question.wait,
                             .at_least = question.at_least,
                             .forwarded = false};
  auto read = [](const wire::QueryReply& reply, const Buffer& payload) -> Result<Told> {
    Told told{.value = {}, .holds_for = reply.offset};
    if (reply.found) told.value = std::string(as_text(payload));
    return told;
  };
  send(std::move(request), payload_of(question.key), patience,
       reading<Told>(read, std::move(answer)));
}

void Queries::ask(RangeQuestion question, Duration patience, RangeAnswer answer) {
  wire::QueryRequest request{.app = std::move(question.app),
                             .space = question.at.space,
                             .partition = question.at.partition,
                             .query = std::string(wire::kRangeQuery) + question.store,
                             .wait = {},
                             .at_least = question.at_least,
                             .forwarded = false};
  std::string asked = wire::encode(wire::RangeAsked{
      .limit = question.limit, .prefix = question.prefix, .after = question.after});
  auto read = [](const wire::QueryReply& reply, const Buffer& payload) -> Result<ToldRange> {
    TRY_ASSIGN(wire::RangeTold told, wire::decode_range_told(payload));
    ToldRange range{.entries = {}, .more = told.more, .holds_for = reply.offset};
    for (wire::RangeEntry& entry : told.entries)
      range.entries.push_back({std::move(entry.key), std::move(entry.value)});
    return range;
  };
  send(std::move(request), payload_of(asked), patience,
       reading<ToldRange>(read, std::move(answer)));
}

void Queries::ask_state(std::string app, PartitionAt at, Duration patience, StateAnswer answer) {
  wire::QueryRequest request{.app = std::move(app),
                             .space = at.space,
                             .partition = at.partition,
                             .query = std::string(wire::kStateQuery),
                             .wait = {},
                             .at_least = {},
                             .forwarded = false};
  auto read = [](const wire::QueryReply& reply, const Buffer& payload) -> Result<ToldState> {
    TRY_ASSIGN(wire::StateTold sum, wire::decode_state_told(payload));
    return ToldState{.applied = reply.offset, .sum = sum};
  };
  send(std::move(request), {}, patience, reading<ToldState>(read, std::move(answer)));
}

void Queries::forward(wire::QueryRequest request, Buffer payload, Duration patience,
                      Cluster::Answer answer) {
  request.forwarded = true;
  send(std::move(request), std::move(payload), patience, std::move(answer));
}

void Queries::send(wire::QueryRequest request, Buffer payload, Duration patience,
                   Cluster::Answer answer) {
  PartitionAt at{request.space, request.partition};
  MonotonicTime wait_until = cluster_.now() + request.wait;
  begin(std::make_shared<Asking>(Asking{.request = std::move(request),
                                        .payload = std::move(payload),
                                        .at = at,
                                        .wait_until = wait_until,
                                        .attempts = {wait_until + patience, true},
                                        .answer = std::move(answer)}));
}

void Queries::begin(AskingPtr asking) {
  Owners& owners = owners_[asking->request.app];
  owners.asking.push_back(asking);
  watch();
  cluster_.scheduler().post([this, alive = std::weak_ptr(alive_), asking = std::move(asking)] {
    if (!alive.expired()) attempt(asking);
  });
}

void Queries::attempt(const AskingPtr& asking) {
  if (asking->done) return;
  Owners& owners = owners_[asking->request.app];
  asking->asked.reset();
  auto owner = owners.by_partition.find(asking->at.partition);
  if (owner == owners.by_partition.end()) {
    look_up(asking->request.app);
    Error why = owners.is_known ? Error{ErrorCode::NOT_OWNER, "no daemon owns the partition's task"}
                                : owners.why_not;
    return failed(asking, std::move(why));
  }
  uint64_t number = ++asking->attempt;
  MonotonicTime now = cluster_.now();
  Duration wait = asking->wait_until > now ? asking->wait_until - now : Duration(0);
  Duration left = asking->attempts.left(now);
  asking->asked = owner->second;
  asking->request.wait = wait;
  cluster_.ask_endpoint(
      owner->second, {asking->request, {asking->payload}},
      std::min(left, wait + limits::kQueryAttempt),
      [this, alive = std::weak_ptr(alive_), asking, number](Result<net::Message> reply) {
        if (!alive.expired()) answered(asking, number, std::move(reply));
      });
}

void Queries::answered(const AskingPtr& asking, uint64_t number, Result<net::Message> reply) {
  if (asking->done || number != asking->attempt) return;
  if (reply) return finish(asking, std::move(reply));
  look_up(asking->request.app);
  failed(asking, std::move(reply).error());
}

void Queries::failed(const AskingPtr& asking, Error why) {
  ++asking->attempt;
  asking->asked.reset();
  bool is_final = why.retry() == Retry::kNever || why.code == ErrorCode::QUEUE_FULL;
  RetryPlan plan = asking->attempts.failed(std::move(why), cluster_.now());
  // A question changes nothing: whatever became of earlier attempts, the last says it.
  if (is_final || !plan.again) return finish(asking, std::unexpected(asking->attempts.last()));
  cluster_.scheduler().after(plan.after, [this, alive = std::weak_ptr(alive_), asking] {
    if (!alive.expired()) attempt(asking);
  });
}

void Queries::finish(const AskingPtr& asking, Result<net::Message> reply) {
  asking->done = true;
  std::erase(owners_[asking->request.app].asking, asking);
  asking->answer(std::move(reply));
}

void Queries::look_up(const std::string& app) {
  Owners& owners = owners_[app];
  if (std::exchange(owners.is_looking, true)) return;
  cluster_.ask_controller({wire::DescribeAppRequest{app}, {}}, limits::kAttemptTimeout,
                          [this, alive = std::weak_ptr(alive_), app](Result<net::Message> reply) {
                            if (!alive.expired()) took_owners(app, std::move(reply));
                          });
}

void Queries::took_owners(const std::string& app, Result<net::Message> message) {
  Owners& owners = owners_[app];
  owners.is_looking = false;
  auto described = reply_of<wire::AppDescription>(std::move(message));
  if (!described) {
    // An app that nobody has joined yet may be joined in a moment.
    bool is_unknown = described.error().code == ErrorCode::NOT_FOUND;
    owners.why_not = is_unknown ? Error{ErrorCode::NOT_OWNER, "no daemon runs the app " + app}
                                : described.error();
    return;
  }
  std::map<PartitionId, net::Endpoint> now;
  for (const wire::AppDescription::Task& task : described->tasks)
    if (auto endpoint = net::Endpoint::parse(task.owner_endpoint)) now[task.partition] = *endpoint;
  auto before = std::exchange(owners.by_partition, std::move(now));
  owners.is_known = true;
  forget_unused(before);
  // Whoever waits at a daemon that owns the task no longer asks the next one.
  std::vector<AskingPtr> moved;
  for (const AskingPtr& asking : owners.asking) {
    if (!asking->asked) continue;
    auto owner = owners.by_partition.find(asking->at.partition);
    if (owner == owners.by_partition.end() || owner->second != *asking->asked)
      moved.push_back(asking);
  }
  for (const AskingPtr& asking : moved) attempt(asking);
}

void Queries::forget_unused(const std::map<PartitionId, net::Endpoint>& before) {
  for (const auto& [partition, endpoint] : before) {
    bool is_used = false;
    for (const auto& [app, owners] : owners_)
      for (const auto& [other, used] : owners.by_partition) is_used |= used == endpoint;
    if (!is_used) cluster_.forget_endpoint(endpoint);
  }
}

// While somebody waits, the owners are looked at: one that is frozen answers nobody.
void Queries::watch() {
  if (watch_) return;
  watch_ = cluster_.scheduler().after(kWatchInterval, [this] {
    watch_.reset();
    bool any = false;
    for (auto& [app, owners] : owners_) {
      if (owners.asking.empty()) continue;
      any = true;
      look_up(app);
    }
    if (any) watch();
  });
}

}  // namespace usher::client

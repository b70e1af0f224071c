#include "processors/daemon/query_answers.h"

#include "proto/base/limits.h"
#include "proto/base/quote.h"
#include "proto/wire/protocol/query_payload.h"

namespace usher::processors {
namespace {

Result<TopicId> store_of(const Topology& topology, std::string_view name) {
  const StoreInfo* store = topology.store(name);
  if (store) return store->changelog_id;
  return fail(ErrorCode::NOT_FOUND, "the app " + topology.app() + " has no store " + quote(name));
}

Result<net::Message> range_of(Task& task, TopicId store, const wire::RangeAsked& asked) {
  wire::RangeTold told;
  size_t bytes = 0;
  size_t limit = std::min<size_t>(asked.limit, limits::kRangeEntries);
  std::string from = std::max(asked.prefix, asked.after);
  auto visit = [&](std::string_view key, std::string_view value) {
    if (!key.starts_with(asked.prefix)) return false;
    if (!asked.after.empty() && key <= asked.after) return true;
    told.more = told.entries.size() >= limit || bytes >= limits::kRangeBytes;
    if (told.more) return false;
    bytes += key.size() + value.size();
    told.entries.push_back({std::string(key), std::string(value)});
    return true;
  };
  TRY_ASSIGN(Offset holds_for, task.range(store, from, "", visit));
  return net::Message{wire::QueryReply{.found = !told.entries.empty(), .offset = holds_for},
                      {Buffer::copy_of(as_bytes(wire::encode(told)))}};
}

void get(Task& task, TopicId store, const wire::QueryRequest& request, const Buffer& payload,
         QueryDone done) {
  Query query{.store = store,
              .key = std::string(as_text(payload)),
              .wait_max = std::clamp(request.wait, Duration(0), limits::kFetchWaitMax),
              .at_least = request.at_least.value_or(Offset())};
  if (request.wait > Duration(0))
    query.is_enough = [](const auto& value) { return value.has_value(); };
  task.query(std::move(query), [done = std::move(done)](Result<QueryAnswer> answer) mutable {
    if (!answer) return done(std::unexpected(std::move(answer).error()));
    net::Message message{
        wire::QueryReply{.found = answer->value.has_value(), .offset = answer->holds_for}, {}};
    if (answer->value) message.payload.push_back(Buffer::copy_of(as_bytes(*answer->value)));
    done(std::move(message));
  });
}

void range(Task& task, TopicId store, const wire::QueryRequest& request, const Buffer& payload,
           QueryDone done) {
  auto asked = wire::decode_range_asked(payload);
  if (!asked) return done(std::unexpected(asked.error()));
  if (!request.at_least) return done(range_of(task, store, *asked));
  // Until the state holds for it: as a question for one key would wait.
  Query until{.store = store, .key = asked->prefix, .at_least = *request.at_least};
  task.query(std::move(until), [&task, store, asked = std::move(*asked),
                                done = std::move(done)](Result<QueryAnswer> answer) mutable {
    if (!answer) return done(std::unexpected(std::move(answer).error()));
    done(range_of(task, store, asked));
  });
}

void state(Task& task, QueryDone done) {
  task.prove_state([done = std::move(done)](Result<StateSum> sum) mutable {
    if (!sum) return done(std::unexpected(std::move(sum).error()));
    wire::StateTold told{.digest = sum->digest, .entries = sum->entries, .chain = sum->stamp.chain};
    done(net::Message{wire::QueryReply{.found = true, .offset = sum->stamp.applied},
                      {Buffer::copy_of(as_bytes(wire::encode(told)))}});
  });
}

}  // namespace

void answer_query(Task& task, const Topology& topology, const wire::QueryRequest& request,
                  const Buffer& payload, QueryDone done) {
  std::string_view words = request.query;
  if (words == wire::kStateQuery) return state(task, std::move(done));
  bool is_get = words.starts_with(wire::kGetQuery);
  bool is_range = words.starts_with(wire::kRangeQuery);
  if (!is_get && !is_range) return done(fail(ErrorCode::NOT_FOUND, "the question " + quote(words)));
  auto store =
      store_of(topology, words.substr(is_get ? wire::kGetQuery.size() : wire::kRangeQuery.size()));
  if (!store) return done(std::unexpected(store.error()));
  if (is_get) return get(task, *store, request, payload, std::move(done));
  range(task, *store, request, payload, std::move(done));
}

}  // namespace usher::processors

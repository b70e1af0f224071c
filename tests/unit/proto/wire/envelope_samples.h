// One envelope of every kind, with something else in every field, so that a codec that forgets or
// swaps one is seen.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "proto/wire/envelope.h"

namespace usher::wire::samples {

inline Metadata metadata() {
  TopicInfo plain{.id = TopicId(16),
                  .name = "orders",
                  .writer = WriterKind::kProducers,
                  .app = {},
                  .changelog = false,
                  .retention = {.age = 168h, .bytes = 10'000'000'000},
                  .schema = "Order"};
  TopicInfo changelog{.id = TopicId(17),
                      .name = "counts",
                      .writer = WriterKind::kApp,
                      .app = AppId(3),
                      .changelog = true,
                      .retention = {},
                      .schema = ""};
  return {.cluster = {.high = 0x1122, .low = 0x3344},
          .version = 77,
          .answered_by = BrokerId(2),
          .controller = BrokerId(1),
          .brokers = {{.id = BrokerId(1),
                       .endpoint = "127.0.0.1:7101",
                       .rack = "a",
                       .incarnation = Incarnation(0x1000000000005),
                       .up = true},
                      {.id = BrokerId(2),
                       .endpoint = "127.0.0.1:7102",
                       .rack = "",
                       .incarnation = Incarnation(0x2000000000006),
                       .up = false}},
          .spaces = {{.id = SpaceId(4),
                      .name = "events",
                      .partitions = {{.replicas = {BrokerId(2), BrokerId(1)},
                                      .leader = BrokerId(2),
                                      .term = Term(9)},
                                     {.replicas = {BrokerId(1)}, .leader = {}, .term = Term(0)}},
                      .slots = {PartitionId(0), PartitionId(1), PartitionId(0)},
                      .topics = {plain, changelog}}},
          .apps = {{.id = AppId(3), .name = "count", .space = SpaceId(4)}}};
}

inline FetchReply fetch_reply() {
  return {.partitions = {{.space = SpaceId(4),
                          .partition = PartitionId(1),
                          .error = {},
                          .batches = {{.sections = 0b101}, {.sections = 0b1}},
                          .scanned = Offset(30),
                          .scanned_term = Term(2),
                          .start = Offset(10),
                          .commit = Offset(29)},
                         {.space = SpaceId(4),
                          .partition = PartitionId(2),
                          .error = Error{ErrorCode::OFFSET_GONE, "below the start", 12},
                          .batches = {},
                          .scanned = {},
                          .scanned_term = {},
                          .start = {},
                          .commit = {}}}};
}

inline std::vector<std::pair<std::string, Envelope>> data_envelopes() {
  SpaceId space(4);
  PartitionId partition(5);
  AppendReply appended{.base = Offset(10),
                       .end = Offset(12),
                       .term = Term(3),
                       .time = WallTime(1'700'000'000'000'001),
                       .chain = {},
                       .base_seqs = {Seq(7), Seq(8)},
                       .replicas = 2};
  appended.chain.value[0] = std::byte{0xab};
  appended.chain.value[31] = std::byte{0xcd};
  return {
      {"hello", Hello{.version = 1,
                      .features_offered = 6,
                      .features_required = 4,
                      .program = "usher-broker 0.1.0"}},
      {"failure", Failure{Error{ErrorCode::NOT_LEADER, "broker 2 leads", 2}}},
      {"done", Done{.version = 12}},
      {"append_request", AppendRequest{.space = space, .partition = partition}},
      {"append_reply", appended},
      {"new_producer_request", NewProducerRequest{}},
      {"new_producer_reply",
       NewProducerReply{.producer = {.made_at = WallTime(1'700'000'000'000'002), .random = 99}}},
      {"fetch_request", FetchRequest{.partitions = {{.space = space,
                                                     .partition = partition,
                                                     .from = Offset(20),
                                                     .continues = Term(3),
                                                     .topics = {TopicId(16), TopicId(18)},
                                                     .bytes_max = 65'536,
                                                     .uncommitted = true},
                                                    {.space = space,
                                                     .partition = PartitionId(6),
                                                     .from = Offset(0),
                                                     .continues = {},
                                                     .topics = {},
                                                     .bytes_max = 1,
                                                     .uncommitted = false}},
                                     .bytes_min = 1,
                                     .bytes_max = 1'000'000,
                                     .wait = 500ms}},
      {"fetch_reply", fetch_reply()},
      {"offset_request", OffsetRequest{.space = space,
                                       .partition = partition,
                                       .at = OffsetAt::kTime,
                                       .time = WallTime(1'700'000'000'000'003),
                                       .linearizable = true}},
      {"offset_reply", OffsetReply{.offset = Offset(8), .commit = Offset(9)}},
      {"position_request",
       PositionRequest{.space = space, .partition = partition, .app = AppId(3)}},
      {"position_reply", PositionReply{.commit = Offset(40),
                                       .epoch = Epoch(6),
                                       .member = MemberId(1'000'001),
                                       .position = Offset(39),
                                       .last_step = StepNumber(0)}},
      {"partition_status_request", PartitionStatusRequest{.space = space, .partition = partition}},
      {"partition_status_reply",
       PartitionStatusReply{
           .term = Term(3),
           .leader = BrokerId(2),
           .start = Offset(1),
           .flushed = Offset(50),
           .commit = Offset(48),
           .end = Offset(51),
           .log_bytes = 123'456,
           .replicas = {{.broker = BrokerId(1), .learner = true, .match = Offset(47)}}}},
      {"query_request", QueryRequest{.app = "seats",
                                     .space = space,
                                     .partition = partition,
                                     .query = "reservation",
                                     .wait = 30s,
                                     .at_least = Offset(31),
                                     .forwarded = true}},
      {"query_reply", QueryReply{.found = true, .offset = Offset(32)}},
  };
}

inline std::vector<std::pair<std::string, Envelope>> cluster_envelopes() {
  Retention retention{.age = 1h, .bytes = {}};
  MemberHeartbeat::Task held{.partition = PartitionId(5),
                             .role = TaskRole::kStandby,
                             .epoch = Epoch(6),
                             .applied = Offset(30)};
  Founder founder{.broker = BrokerId(1),
                  .endpoint = "127.0.0.1:7101",
                  .rack = "a",
                  .incarnation = Incarnation(0x1000000000005)};
  FoundingPlan plan{.cluster = {.high = 1, .low = 2}, .founders = {founder}};
  PeerMessage message{.space = SpaceId(4),
                      .partition = PartitionId(5),
                      .from = 0x1000000000005,
                      .to = 0x2000000000006,
                      .term = Term(3),
                      .kind = PeerMessageKind::kAppendRequest,
                      .yes = true,
                      .batches = 2,
                      .end = Offset(10),
                      .end_term = Term(2),
                      .commit = Offset(9),
                      .round = 11};
  return {
      {"metadata_request", MetadataRequest{}},
      {"metadata", metadata()},
      {"create_space_request",
       CreateSpaceRequest{.name = "events", .partitions = 20, .replicas = 3}},
      {"delete_space_request", DeleteSpaceRequest{.name = "events"}},
      {"create_topic_request", CreateTopicRequest{.space = "events",
                                                  .topic = "counts",
                                                  .writer = WriterKind::kApp,
                                                  .app = "count",
                                                  .changelog = true,
                                                  .retention = retention,
                                                  .schema = "Count"}},
      {"alter_topic_request", AlterTopicRequest{.space = "events",
                                                .topic = "orders",
                                                .retention = Retention{.age = {}, .bytes = 5},
                                                .schema = ""}},
      {"delete_topic_request", DeleteTopicRequest{.space = "events", .topic = "orders"}},
      {"lead_request",
       LeadRequest{.space = SpaceId(4), .partition = PartitionId(5), .broker = BrokerId(3)}},
      {"new_epoch_request", NewEpochRequest{.app = "count", .partition = PartitionId(5)}},
      {"new_epoch_reply", NewEpochReply{.app = AppId(3), .epoch = Epoch(7)}},
      {"join_request", JoinRequest{.app = "count",
                                   .space = SpaceId(4),
                                   .endpoint = "127.0.0.1:7301",
                                   .app_version = 2,
                                   .tasks_max = 8,
                                   .warm = {{.partition = PartitionId(5), .applied = Offset(30)}}}},
      {"join_reply", JoinReply{.member = MemberId(1'000'001), .app = AppId(3)}},
      {"member_heartbeat",
       MemberHeartbeat{.member = MemberId(1'000'001), .assignment = 4, .tasks = {held}}},
      {"assignment", Assignment{.version = 5,
                                .tasks = {{.partition = PartitionId(5),
                                           .role = TaskRole::kStandby,
                                           .epoch = Epoch(8)}}}},
      {"leave_request", LeaveRequest{.member = MemberId(1'000'001)}},
      {"describe_app_request", DescribeAppRequest{.app = "count"}},
      {"app_description",
       AppDescription{.app = {.id = AppId(3), .name = "count", .space = SpaceId(4)},
                      .assignment = 6,
                      .members = {{.member = MemberId(1'000'001),
                                   .endpoint = "127.0.0.1:7301",
                                   .tasks = {held}}},
                      .tasks = {{.partition = PartitionId(5),
                                 .owner = MemberId(1'000'001),
                                 .epoch = Epoch(6),
                                 .owner_endpoint = "127.0.0.1:7301"}}}},
      {"peer_messages", PeerMessages{.cluster = plan.cluster, .messages = {message}}},
      {"introduce_request", IntroduceRequest{.self = founder, .cluster = plan.cluster}},
      {"introduce_reply", IntroduceReply{.self = founder,
                                         .stage = FoundingStage::kFounded,
                                         .plan = plan,
                                         .clock = WallTime(1'700'000'000'000'004)}},
      {"prepare_request", PrepareRequest{plan}},
      {"found_request", FoundRequest{plan}},
  };
}

inline std::vector<std::pair<std::string, Envelope>> all_envelopes() {
  auto all = data_envelopes();
  for (auto& more : cluster_envelopes()) all.push_back(std::move(more));
  return all;
}

}  // namespace usher::wire::samples

# What a frame's envelope says. One envelope a frame; the union grows with the conversations.
@0xd1f0a3c5b7e94821;

using Cxx = import "/capnp/c++.capnp";
using Failure = import "failure.capnp".Failure;
using Append = import "append.capnp";
using Fetch = import "fetch.capnp";
using Partition = import "partition.capnp";
using Metadata = import "metadata.capnp";
using Admin = import "admin.capnp";
using Apps = import "apps.capnp";
using Query = import "query.capnp";
using Peers = import "peers.capnp";
$Cxx.namespace("usher::schema");

struct Envelope {
  union {
    hello @0 :Hello;
    failure @1 :Failure;
    done @2 :Admin.Done;
    appendRequest @3 :Append.AppendRequest;
    appendReply @4 :Append.AppendReply;
    newProducerRequest @5 :Append.NewProducerRequest;
    newProducerReply @6 :Append.NewProducerReply;
    fetchRequest @7 :Fetch.FetchRequest;
    fetchReply @8 :Fetch.FetchReply;
    offsetRequest @9 :Partition.OffsetRequest;
    offsetReply @10 :Partition.OffsetReply;
    positionRequest @11 :Partition.PositionRequest;
    positionReply @12 :Partition.PositionReply;
    partitionStatusRequest @13 :Partition.PartitionStatusRequest;
    partitionStatusReply @14 :Partition.PartitionStatusReply;
    metadataRequest @15 :Metadata.MetadataRequest;
    metadata @16 :Metadata.Metadata;
    createSpaceRequest @17 :Admin.CreateSpaceRequest;
    deleteSpaceRequest @18 :Admin.DeleteSpaceRequest;
    createTopicRequest @19 :Admin.CreateTopicRequest;
    alterTopicRequest @20 :Admin.AlterTopicRequest;
    deleteTopicRequest @21 :Admin.DeleteTopicRequest;
    leadRequest @22 :Admin.LeadRequest;
    newEpochRequest @23 :Admin.NewEpochRequest;
    newEpochReply @24 :Admin.NewEpochReply;
    joinRequest @25 :Apps.JoinRequest;
    joinReply @26 :Apps.JoinReply;
    memberHeartbeat @27 :Apps.MemberHeartbeat;
    assignment @28 :Apps.Assignment;
    leaveRequest @29 :Apps.LeaveRequest;
    describeAppRequest @30 :Apps.DescribeAppRequest;
    appDescription @31 :Apps.AppDescription;
    queryRequest @32 :Query.QueryRequest;
    queryReply @33 :Query.QueryReply;
    peerMessages @34 :Peers.PeerMessages;
    introduceRequest @35 :Peers.IntroduceRequest;
    introduceReply @36 :Peers.IntroduceReply;
    prepareRequest @37 :Peers.PrepareRequest;
    foundRequest @38 :Peers.FoundRequest;
  }
}

# The first frame of each side. A side that does not know the other's version, or lacks a feature
# the other requires, answers with a failure that says so and closes.
struct Hello {
  version @0 :UInt16;
  featuresOffered @1 :UInt64;   # bits that this side can do
  featuresRequired @2 :UInt64;  # bits that this side cannot do without
  program @3 :Text;             # "usher-broker 0.1.0", for logs
}

// Every limit of Usher, in one place, with its reason. Over a limit there is a typed error or
// back-pressure, never growth. Limits that depend on each other are tied by static_assert.
#pragma once

#include <cstddef>
#include <cstdint>

#include "proto/base/time.h"

namespace usher::limits {

constexpr size_t kKiB = 1024;
constexpr size_t kMiB = 1024 * kKiB;

// Ids of events, sections, users, spaces, topics, in characters.
constexpr size_t kNameLength = 64;

// --- the batch (docs/formats/batch.md) ---
// One record with key, value and headers: what one processor has to hold at once.
constexpr size_t kRecordBytes = 1 * kMiB;
// One batch, header included: what is written, hashed and sent as a whole.
constexpr size_t kBatchBytes = 4 * kMiB;
// A record's place in its batch is 16 bits wide.
constexpr uint32_t kBatchRecords = 65'536;
// A step writes the topics of one app; sixty-four keep the header within a page.
constexpr size_t kBatchTopics = 64;
constexpr size_t kKeyBytes = 65'535;
constexpr size_t kHeadersBytes = 65'535;
constexpr size_t kHeaders = 255;
// A section may not unpack to more than a batch could hold unpacked.
constexpr size_t kSectionBytes = kBatchBytes;
static_assert(kRecordBytes < kSectionBytes, "the largest record fits a section");
// All sections of a batch, unpacked: what a reader may have to hold for one packed batch.
constexpr size_t kBatchRawBytes = 4 * kBatchBytes;

// --- frames (docs/formats/frame.md) ---
// Requests and answers in words: what is large travels beside the envelope.
constexpr size_t kEnvelopeBytes = 1 * kMiB;
// One fetch answer of several batches.
constexpr size_t kPayloadBytes = 16 * kMiB;
static_assert(kPayloadBytes >= kBatchBytes, "any batch can be sent");
// Pieces of memory that one frame is gathered from (the kernel takes 1,024 at once).
constexpr size_t kPayloadPieces = 1'000;

// --- connections ---
// Sockets that a listener lets stand; what comes beyond is closed at once. Ten thousand gateways'
// and owners' connections, twice.
constexpr size_t kConnections = 20'000;
// What a server talks to; the rest of kConnections is being told that there are too many.
constexpr size_t kServedConnections = 19'000;
static_assert(kServedConnections < kConnections, "there is room to say no");
// Bytes queued to be sent on one connection; the sender is told to wait beyond it.
constexpr size_t kSendQueueBytes = 32 * kMiB;
static_assert(kSendQueueBytes >= kEnvelopeBytes + kPayloadBytes, "any frame can be queued");
// Queued on all connections of a process: readers that went away without saying so.
constexpr size_t kSendQueuesBytes = 1024 * kMiB;
// One read from the kernel; what is left of it when a connection pauses is kept.
constexpr size_t kReadBytes = 256 * kKiB;
// Asked and not yet answered, by one client of one server.
constexpr size_t kRequestsInFlight = 65'536;
constexpr size_t kRequestBytesInFlight = 64 * kMiB;
static_assert(kRequestBytesInFlight >= kEnvelopeBytes + kPayloadBytes, "any request can be asked");
// Taken and not yet answered: by a server from one connection (as many as a client may ask) and in
// all.
constexpr size_t kServedRequests = kRequestsInFlight;
constexpr size_t kServedRequestBytes = kRequestBytesInFlight;
constexpr size_t kServedRequestsInAll = 1'000'000;
constexpr size_t kServedRequestBytesInAll = 1024 * kMiB;
// Answers that wait for room in the send queue of one connection; more, and the reader is given up.
constexpr size_t kWaitingReplyBytes = 64 * kMiB;
constexpr Duration kConnectTimeout = 2s;
// A connection that has not said hello by then is closed.
constexpr Duration kHandshakeTimeout = 5s;
constexpr Duration kReconnectDelayMin = 20ms;
constexpr Duration kReconnectDelayMax = 2s;
// What is queued at close() may take this long to leave: a clean stop takes at most 10 s in all.
constexpr Duration kCloseTimeout = 3s;
// A peer that takes nothing of what was sent for so long, or does not answer probes, is gone: what
// is queued for it is not held for ever.
constexpr Duration kPeerSilent = 10s;
// After a failed accept (no file descriptor left): not sooner.
constexpr Duration kAcceptRetry = 100ms;

// --- what a program says of itself ---
// Label combinations of one metric: a broker's partitions, with room.
constexpr size_t kSeriesPerMetric = 10'000;
// A message, or one field's text, in a log line; what is longer is cut.
constexpr size_t kLogTextBytes = 4 * kKiB;

// --- settings, start and stop ---
constexpr size_t kConfigFileBytes = 1 * kMiB;
// A clean stop: what is under way may finish, then everything is taken down.
constexpr Duration kDrainTimeout = 8s;
// The process ends by then whatever hangs: 10 s is what its caller was promised.
constexpr Duration kStopTimeout = 9500ms;
static_assert(kCloseTimeout < kDrainTimeout && kDrainTimeout < kStopTimeout && kStopTimeout < 10s,
              "each stage of a stop has time left when the one before it ran out");

// --- the admin endpoint ---
// Prometheus, an operator and a supervisor ask one at a time; beyond it the oldest connection goes.
constexpr size_t kAdminConnections = 64;
constexpr size_t kAdminHeaderBytes = 8 * kKiB;
// From accepting a connection, or answering, to having the next request whole.
constexpr Duration kAdminRequestTimeout = 5s;

// --- disks ---
// Asked of one disk and not yet in the kernel's hands; more is refused with QUEUE_FULL.
constexpr size_t kDiskQueue = 4'096;
// One read or write: a whole journal file at the start; an io_uring counts in 32 bits.
constexpr size_t kDiskTransferBytes = 1024 * kMiB;
// Entries of an io_uring: what its kernel works on at once. A durable write takes two.
constexpr unsigned kRingEntries = 256;
// Threads that open, rename, remove and list, so that one slow removal does not hold up the rest.
constexpr size_t kDirectoryThreads = 2;
// Threads of a disk without io_uring: one for the journal's write, the others for segments.
constexpr size_t kDiskThreads = 4;
// A file is zeroed in writes of this size, one after the other: the journal's go in between.
constexpr size_t kZeroWriteBytes = 1 * kMiB;

// --- consensus ---
// Voters and learners of one group: a write waits for a majority of the voters.
constexpr size_t kReplicas = 9;
// A silent leader is replaced within a second or so; five heartbeats may be late or lost before.
constexpr Duration kHeartbeatInterval = 90ms;
constexpr Duration kElectionTimeoutMin = 500ms;
constexpr Duration kElectionTimeoutMax = 1000ms;
static_assert(5 * kHeartbeatInterval < kElectionTimeoutMin, "one late heartbeat deposes nobody");
// An election among idle disks is over within it.
constexpr Duration kCampaignStagger = 20ms;
// One message to a follower; a batch larger than what is left of it goes alone.
constexpr uint64_t kReplicateBytes = 1 * kMiB;
// Sent to one follower and not yet on its disk: what a fast disk writes in some milliseconds.
constexpr uint64_t kReplicateBytesInFlight = 8 * kMiB;
constexpr size_t kReplicateMessagesInFlight = 256;
static_assert(kReplicateBytes + kBatchBytes <= kPayloadBytes, "any message can be sent");
// Of one message, however small they are: header and body of each are a piece of a frame, half of
// which other messages may have. One that no frame takes would be made again, the same, for ever.
constexpr size_t kReplicateBatches = 250;
static_assert(kPayloadPieces / 2 + 2 * kReplicateBatches <= kPayloadPieces,
              "any message can be sent, however small its batches are");

// --- the journal (docs/formats/journal.md) ---
// One group: what one write and sync makes durable. More waits for the next.
constexpr size_t kJournalGroupBytes = 8 * kMiB;
static_assert(kJournalGroupBytes > kBatchBytes + kMiB, "any batch fits a group");
// So much that waits is written before those are called whose group is done: the disk works
// meanwhile. Below it a write costs its sync alone, and is worth waiting for what they append.
constexpr size_t kJournalWriteAtOnceBytes = 256 * kKiB;
// At the end of every file, for what lets another file go when none is free.
constexpr size_t kJournalReserveBytes = 256 * kKiB;
// A full disk is asked again for room.
constexpr Duration kDiskFullRetry = 1s;
// Segments that could not be opened behind a snapshot are opened again: nothing else of the replica
// goes on meanwhile, and what failed may have been one read.
constexpr Duration kOpenAnewRetry = 1s;

// --- segments (docs/formats/segment.md) ---
// One file: what is deleted, indexed and checked as a whole; the open one is read at a start.
constexpr uint64_t kSegmentBytes = 128 * kMiB;
static_assert(kSegmentBytes + kBatchBytes < kDiskTransferBytes, "a segment is read at once");
// From one index entry to the next: what a reader skips on its way, at most.
constexpr uint64_t kIndexEveryBytes = 64 * kKiB;
// Written behind in pieces of this size, one in flight a partition: the journal's go in between.
constexpr size_t kSegmentWriteBytes = 1 * kMiB;
// The last batch of a piece may be larger than what was left of it. Memory for a few pieces is
// kept, more partitions that write at once take fresh memory.
constexpr size_t kSegmentPieceBytes = 2 * kMiB;
constexpr size_t kSegmentPieces = 8;
static_assert(kSegmentPieceBytes >= kSegmentWriteBytes);
// Written and not yet synced; then the journal may recycle what holds it.
constexpr uint64_t kSegmentSyncBytes = 16 * kMiB;
// A quiet partition's batches are in segments, and its journal files free, this long after.
constexpr Duration kSegmentWriteAfter = 2s;
// One read: a reader below the tail asks again for more. Any batch can be read.
constexpr size_t kSegmentReadBytes = 1 * kMiB;
// Sealed segments of a partition whose file and index are kept open for readers.
constexpr size_t kSegmentsOpen = 8;
// Sealed segments of a partition that are opened at once; who wants another waits.
constexpr size_t kSegmentLoads = 4;
// Batches in memory for readers, over all partitions of a broker; on top comes what no segment has.
constexpr uint64_t kTailCacheBytes = 512 * kMiB;

// --- the partition ---
// Appended and not yet committed; above it clients are refused.
constexpr uint64_t kUncommittedBytes = 12 * kMiB;
// A snapshot as it is sent to a replica that lags behind what is left: apps, links, some thousand
// producers. A larger one is not sent.
constexpr uint64_t kSnapshotBytes = 8 * kMiB;
// Without an answer it is sent again: kept on disk, and the segments before it removed.
constexpr Duration kSnapshotTimeout = 10s;
static_assert(kSnapshotBytes < kPayloadBytes, "it travels in one frame");
// One fetch looks at no more, however little it finds: the reactor has others to serve.
constexpr uint64_t kFetchScanBytes = 16 * kMiB;

// Followers behind the tail are fed so much a second, over all partitions of a broker: 10 GiB
// are back in three minutes, and a disk and a network that clients use have most of it left.
constexpr uint64_t kCatchUpBytesPerSecond = 64 * kMiB;

// --- clocks (broker/partition/clocks.h) ---
// Clocks that are kept by NTP agree within it, however bad their network.
constexpr Duration kClocksApart = 500ms;
// Of a longer round trip nobody knows in which half the time was spent.
constexpr Duration kClockRoundTripMax = 100ms;
static_assert(2 * kClockRoundTripMax < kClocksApart, "a slow answer deposes nobody");
// A comparison older than this says nothing; fifty heartbeats are lost before.
constexpr Duration kClockComparisonAge = 5s;
static_assert(kClockComparisonAge >= 10 * kHeartbeatInterval, "some comparison is always fresh");

// --- what a partition remembers (docs/architecture.md) ---
// Steps whose receipt is kept: no task has more in flight.
constexpr size_t kStepReceipts = 64;
// Likewise for a producer's batches.
constexpr size_t kProducerReceipts = 8;
// A producer's entry takes about 2 KiB: 200 MiB when full.
constexpr size_t kProducers = 100'000;
// Of log time without an append.
constexpr Duration kProducerExpiry = 24h;
// An id this old that the partition does not know may have been forgotten: never taken as new.
constexpr Duration kProducerAgeMax = 12h;
static_assert(kProducerAgeMax < kProducerExpiry, "who is forgotten is too old to be taken as new");

// --- the seats (docs/seats.md) ---
// What the API promises; a section of the largest size is an entry of 250 KiB.
constexpr size_t kSectionsPerEvent = 1'000;
constexpr size_t kRowsPerSection = 1'000;
constexpr size_t kSeatsPerRow = 1'000;
constexpr size_t kSeatsPerEvent = 1'000'000;
static_assert(kSeatsPerEvent / 4 < kRecordBytes,
              "two bits a seat: the largest section is a record");
constexpr uint32_t kSeatsPerReservation = 20;
constexpr uint32_t kHoldSeconds = 86'400;
// A second request counts as the first one's double for at most a year.
constexpr uint32_t kDedupSeconds = 366 * 86'400;
// Of one block or release: what one step can say and change without a thought of its size.
constexpr size_t kSeatsPerBlocking = 10'000;
// Finished reservations leave the store so long after their event closes; rejected ones sooner.
constexpr Duration kFinishedStays = 7 * 24h;
constexpr Duration kRejectedStays = 24h;
// In the view by user: what was not sold is of no more interest then.
constexpr Duration kOrderStays = 7 * 24h;
// What became of an event command can be asked for as long.
constexpr Duration kAnswerStays = 1h;
// Entries that one timer of a sweep looks at: its step stays small.
constexpr size_t kSweptAtOnce = 256;
// --- a task's state (processors/state) ---
// One memtable of one task; the budget over all tasks is the process's memory limit.
constexpr size_t kTaskWriteBufferBytes = 32 * kMiB;
// Files of saved changes before they are merged: stores are saved long before a memtable is full.
constexpr int kTaskUnmergedFiles = 8;
// Twenty tasks of a daemon stay below the usual 1,024 descriptors, sockets beside them.
constexpr int kTaskOpenFiles = 32;
// What a task keeps of what it read, at most 2 MiB: the sections of an event and more. A larger
// entry is read from the store each time.
constexpr size_t kTaskCacheEntries = 1'024;
constexpr size_t kTaskCacheValueBytes = 2 * kKiB;
// Memory of entries that are no longer in the overlay, kept for the next ones: 4 MiB at most.
constexpr size_t kTaskSpareEntries = 4'096;
constexpr size_t kTaskSpareKeyBytes = kKiB;

// --- tasks and their steps (processors) ---
// A step ends at about so much, so that the next can be made while it is on its way.
constexpr size_t kStepInputs = 4'096;
constexpr size_t kStepBytes = 1 * kMiB;
constexpr size_t kStepRecords = 32'768;
// Header, step record, and what estimates leave out.
constexpr size_t kStepOverheadBytes = 64 * kKiB;
static_assert(kStepBytes + kRecordBytes + kStepOverheadBytes < kBatchBytes,
              "a full step takes any one record more");
// Fetched and not yet consumed, by one task.
constexpr size_t kTaskQueueBytes = 8 * kMiB;
constexpr uint64_t kTaskFetchBytes = 2 * kMiB;
// A fetch that finds nothing waits so long: also how soon an idle task hears of the commit.
constexpr Duration kFetchWait = 500ms;
// What is refused for the moment is tried again, at first after:
constexpr Duration kTaskRetryMin = 10ms;
constexpr Duration kTaskRetryMax = 500ms;
// A caller waits for the commit: it is asked for again after so long.
constexpr Duration kProbeInterval = 2ms;
// What comes into a link so soon after the last goes along with it: few records cost each
// destination, and the source, as much as many.
constexpr Duration kLinkRound = 1s;
// A standby that is level looks again after so long: many steps at once cost it, and the broker,
// little more than one. Who takes over does not wait for it.
constexpr Duration kStandbyRound = 100ms;
// Restoring reads much at once and writes many steps in one piece.
constexpr uint64_t kRestoreFetchBytes = 8 * kMiB;
constexpr size_t kRestoreStepsPerWrite = 64;
// One turn of it, some milliseconds; then the thread's other tasks have theirs.
constexpr size_t kRestoreTurnRecords = 1'000;
// A task without input says how far it has looked, so that its next owner need not look again.
constexpr Duration kQuietStepInterval = 60s;
constexpr uint64_t kQuietStepOffsets = 1'000'000;
// Owners that began and did not end, since the position last moved: from the first number on one
// record a step, at the second no owner begins.
constexpr uint32_t kPoisonSuspected = 3;
constexpr uint32_t kPoisoned = 5;
// So many records of so many that cannot be processed: the app is wrong, not its input.
constexpr size_t kDeadLettersMax = 100;
constexpr size_t kDeadLettersOf = 1'000;
// An orderly end waits so long for the steps on their way.
constexpr Duration kTaskCloseTimeout = 5s;
// Without an answer from the partition for so long an owner may have been replaced.
constexpr Duration kOwnerDoubt = 500ms;
// A question without a wait may still have to wait for the log: no longer than this.
constexpr Duration kQueryGrace = 2s;
// Callers that wait for a key of one task.
constexpr size_t kTaskWaiters = 100'000;
// Why a record could not be processed, in words.
constexpr size_t kDeadLetterDetailBytes = 1 * kKiB;
// --- the client ---
// Between attempts: a leader that is being elected is found within some milliseconds of its start.
constexpr Duration kRetryDelayMin = 5ms;
constexpr Duration kRetryDelayMax = 200ms;
static_assert(kRetryDelayMax < kElectionTimeoutMin, "no election is slept through");
// Refusals in a row that are followed at once to the leader they name.
constexpr uint32_t kRedirectsAtOnce = 3;
// An attempt that is not answered is made again elsewhere: a frozen leader is replaced within two
// election timeouts.
constexpr Duration kAttemptTimeout = 2s;
static_assert(kAttemptTimeout >= 2 * kElectionTimeoutMax, "slower than an election");
// Everything a program asks has a deadline; this is the default.
constexpr Duration kRequestTimeout = 30s;
// Records of a producer that are not settled yet.
constexpr size_t kProducerBytes = 64 * kMiB;
// What a producer gathers before it sends while other batches are in flight: at 64 KiB the journal
// of a broker is as fast as it gets.
constexpr size_t kProducerBatchBytes = 64 * kKiB;
static_assert(kProducerBatchBytes < kBatchBytes);
// A producer's id that a partition has not seen for so long is replaced before it is refused there.
constexpr Duration kProducerIdAge = 6h;
static_assert(kProducerIdAge < kProducerAgeMax, "no id grows too old between two batches");
// One answer of a fetch for a consumer; it holds one of them per broker at most.
constexpr uint32_t kFetchBytes = 4 * kMiB;
constexpr uint32_t kFetchPartitionBytes = 1 * kMiB;
static_assert(kFetchBytes + kBatchBytes <= kPayloadBytes, "any answer can be sent");
// A fetch that finds nothing is answered after it.
constexpr Duration kConsumerFetchWait = 500ms;

// A question to an app's daemon, on top of its own wait: then the next owner is asked.
constexpr Duration kQueryAttempt = 3s;
static_assert(kQueryAttempt > kQueryGrace, "an owner that answers late is heard");

// --- a daemon of an app (processors/daemon) ---
// One answer to a question for a range of entries.
constexpr size_t kRangeEntries = 10'000;
constexpr size_t kRangeBytes = 4 * kMiB;
static_assert(kRangeBytes + kRecordBytes < kPayloadBytes, "any answer can be sent");
// Of a store that is summed up for an audit, between two steps: some hundred microseconds.
constexpr size_t kProofEntries = 512;
constexpr size_t kTaskThreads = 64;
// A question that came to the wrong daemon is passed on for so long.
constexpr Duration kForwardPatience = 2s;
// What tasks say of themselves is gathered this often.
constexpr Duration kTaskLook = 100ms;
// What is not saved when a process dies is read from the log again, some 400,000 changes a second;
// what is saved often is written often.
constexpr Duration kTaskSaveEvery = 1s;
constexpr uint64_t kTaskUnsavedMany = 30'000;
constexpr uint64_t kTaskUnsavedMin = 1'000;
// An owner that has not been level with its partition for so long is named in health.
constexpr Duration kTaskSlow = 10s;

// --- the benches (client/cli) ---
// Requests that are handed over in one go before answers are looked at.
constexpr size_t kBenchBurst = 512;
// Without any outcome for so long, those that are missing are errors.
constexpr Duration kBenchOutcomePatience = 30s;
// Entries of a store that one question of the check at the end asks for.
constexpr uint32_t kBenchCheckEntries = 5'000;
static_assert(kBenchCheckEntries <= kRangeEntries);

// --- the gateway (client/gateway) ---
// Ten thousand long polls, twice; beyond it the connection goes that has waited longest unasked.
constexpr size_t kGatewayConnections = 20'000;
// Under way at once, over all connections: each has at most one.
constexpr size_t kGatewayRequests = kGatewayConnections;
constexpr size_t kGatewayHeaderBytes = 16 * kKiB;
// An event of a thousand sections with the longest names is 120 KiB.
constexpr size_t kGatewayBodyBytes = 256 * kKiB;
// Between two requests of a connection: longer than what load balancers keep.
constexpr Duration kGatewayIdleTimeout = 75s;
// For a request to be whole, and for an answer to be taken.
constexpr Duration kGatewayRequestTimeout = 10s;
// From a command to its receipt; then the answer is that nobody knows.
constexpr Duration kGatewayWriteTimeout = 10s;
// A question without a wait: what a change of owner takes, with room.
constexpr Duration kGatewayReadTimeout = 5s;
constexpr Duration kGatewayWaitMax = 60s;
static_assert(kGatewayWaitMax < kGatewayIdleTimeout);
// What is older than this is not shown, and turns nobody away.
constexpr Duration kSectionCacheStale = 1s;
// A fetch of the feed that finds nothing: twice this is how old the cache says it is at rest.
constexpr Duration kSectionFeedWait = 200ms;
static_assert(4 * kSectionFeedWait < kSectionCacheStale, "one late answer makes nothing stale");
constexpr size_t kRequestIdBytes = 128;
constexpr size_t kIdempotencyKeyBytes = 255;

// --- the cluster ---
// A partition costs each of its brokers memory and heartbeats; a slot is its smallest share.
constexpr uint32_t kSpacePartitions = 1'024;

// All metadata travels in one envelope; a space's slots alone take 8 KiB.
constexpr size_t kSpaces = 64;
constexpr size_t kSpaceTopics = 256;
constexpr size_t kAppMembers = 256;
// Requests of operators and members that wait for the controller's one writer.
constexpr size_t kControllerQueue = 10'000;
// Brokers in the cluster's list; the first of them by id carry `_system`.
constexpr size_t kBrokers = 9;
constexpr size_t kSystemReplicas = 5;
static_assert(kBrokers <= kReplicas && kSystemReplicas <= kBrokers);
// A member of an app that was not heard for so long is given up; it tells of itself this often.
constexpr Duration kMemberSilence = 1s;
constexpr Duration kMemberHeartbeat = 200ms;
static_assert(4 * kMemberHeartbeat < kMemberSilence, "one late heartbeat gives nobody up");
// Brokers introduce themselves to each other this often: who is there, and what clock it has.
constexpr Duration kIntroduceInterval = 500ms;
// A broker that has not answered for so long counts as down.
constexpr Duration kPeerDown = 2s;
// One founds a cluster when all answer: asked more often until then.
constexpr Duration kFoundingInterval = 50ms;
// A partition goes back to the leader it is preferred to have when that is up for so long, a few
// at a time: each hand-over stops its appends for some milliseconds.
constexpr Duration kSpreadInterval = 500ms;
// Damaged segments are looked for, and fetched again, a piece at a time: some 40 MiB/s.
constexpr Duration kMendInterval = 100ms;
// Between an answer and the next question: as long as it takes to write it.
constexpr Duration kMendPause = 5ms;
constexpr uint32_t kMendBytes = 4 * kMiB;
// Whether a partition's oldest segments may go is looked at so often.
constexpr Duration kRetentionInterval = 2s;
// Whether a broker with a new disk may come a step further into its groups is looked at so often.
constexpr Duration kReadmitInterval = 100ms;
constexpr Duration kSpreadAfter = 3s;
constexpr size_t kHandOversAtOnce = 2;

// --- the broker ---
constexpr uint64_t kJournalFileBytes = 64 * kMiB;
static_assert(kJournalFileBytes >= 4 * kJournalGroupBytes, "a file holds several groups");
constexpr size_t kJournalFiles = 64;
constexpr Duration kAttestAfter = 10ms;
// Gathered for one frame between brokers; a message more may come on top.
constexpr size_t kPeerFrameBytes = 4 * kMiB;
constexpr size_t kPeerFrameMessages = 1'000;
static_assert(kPeerFrameBytes + kReplicateBytes + kBatchBytes <= kPayloadBytes);
// One answer of a fetch; a batch more may come on top.
constexpr size_t kFetchReplyBytes = 8 * kMiB;
static_assert(kFetchReplyBytes + kBatchBytes <= kPayloadBytes, "any answer can be sent");
// Fetches that wait for something to come, over all connections.
constexpr size_t kFetchWaiters = 50'000;
constexpr size_t kFetchPartitions = 4'096;
constexpr Duration kFetchWaitMax = 60s;
// How long a request to another broker may take.
constexpr Duration kPeerRequestTimeout = 1s;

}  // namespace usher::limits

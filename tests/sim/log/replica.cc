#include "tests/sim/log/replica.h"

#include "proto/base/check.h"
#include "proto/base/planted.h"

namespace usher::sim {
namespace {

constexpr std::string_view kJournal = "journal";
constexpr Duration kReadmitEvery = 100ms;
// A change of membership is three; with all at once, three are proposed at once.
constexpr int kChangesAtOnce = 3;

std::vector<io::FileInfo> journal_files(const SimPlatter& platter) {
  std::vector<io::FileInfo> files;
  for (io::FileInfo& file : platter.files())
    if (file.name.starts_with(kJournal) && platter.sees(file.name))
      files.push_back(std::move(file));
  return files;
}

// Where the newest group of the journal stands.
struct LastGroup {
  journal::GroupNumber number;
  std::string path;
  uint64_t begin = 0;
};

LastGroup find_last_group(const SimPlatter& platter) {
  LastGroup last;
  for (const io::FileInfo& file : journal_files(platter)) {
    Buffer bytes = platter.read(file.name);
    for (uint64_t at = 0; at + io::kSector <= bytes.size(); at += io::kSector)
      if (auto header = journal::decode_group_header(bytes.bytes().subspan(at));
          header && header->number > last.number)
        last = {header->number, file.name, at};
  }
  return last;
}

}  // namespace

Replica::Replica(SimLoop& loop, Links& links, Options options, Random random, Watcher& watcher)
    : loop_(loop),
      links_(links),
      options_(std::move(options)),
      random_(random),
      watcher_(watcher),
      platter_(random.stream("platter")) {}

Replica::~Replica() { links_.detach(id()); }

partition::Incarnations Replica::incarnations() const {
  partition::Incarnations all{.now = id(), .before = {}};
  for (uint64_t i = 0; i < incarnation_; ++i) all.before.push_back(id_of(options_.broker, i));
  return all;
}

bool Replica::leads() const {
  return is_up() && partition_->node().standing().role == raft::Role::kLeader;
}

void Replica::start() {
  if (scheduler_) return;
  if (is_lost_) lose_disk();
  ++lives_;
  files_found_ = journal_files(platter_).size();
  tail_budget_.emplace(options_.temper.tail_bytes);
  scheduler_ = std::make_unique<SimScheduler>(loop_);
  disk_ = std::make_unique<SimDisk>(*scheduler_, platter_);
  journal::Journal::open(*scheduler_, *disk_,
                         {.directory = std::string(kJournal),
                          .id = journal::JournalId(id().value()),
                          .file_bytes = options_.temper.journal_file_bytes,
                          .files_max = options_.temper.journal_files,
                          .attest_after = 10ms},
                         *this, [this](Result<journal::Journal::Opened> result) {
                           if (result) return opened(std::move(*result));
                           not_opened(result.error());
                         });
}

void Replica::opened(journal::Journal::Opened found) {
  is_damaged_ = false;
  journal_ = std::move(found.journal);
  journal::PartitionKey key{.space = options_.space, .partition = PartitionId(0)};
  clocks_ = std::make_unique<partition::Clocks>(options_.temper.brokers, loop_.now());
  bool is_founder = incarnation_ == 0;
  partition::Options options{
      .key = key,
      .self = id(),
      .founded_with = is_founder ? options_.founded_with : raft::Membership(),
      .raft = options_.temper.raft,
      .tail_budget = &*tail_budget_,
      .clocks = clocks_.get()};
  partition::Partition::open(*scheduler_, *disk_, *journal_, *this, std::move(options),
                             {.directory = "segments",
                              .segment_bytes = options_.temper.segment_bytes,
                              .write_after = options_.temper.segment_write_after},
                             std::move(found.recovered[key]),
                             random_.stream("raft" + std::to_string(lives_)),
                             [this](Result<std::unique_ptr<partition::Partition>> opened) {
                               if (opened) return begin(std::move(*opened));
                               not_opened(opened.error());
                             });
}

void Replica::begin(std::unique_ptr<partition::Partition> partition) {
  partition_ = std::move(partition);
  links_.attach(
      id(),
      [this](const raft::Message& message, const std::vector<wire::Batch>& batches) {
        run([this, message, batches] {
          partition_->receive(message, batches);
          watch();
          hear(message.body.index());
        });
      },
      [this](const partition::SnapshotMessage& message) {
        run([this, message] {
          partition_->receive_snapshot(message);
          watch();
        });
      });
  readmit_later();
}

// What nobody damaged must not look damaged; a bit is flipped in the journal alone, which is a lost
// disk then.
void Replica::not_opened(const Error& why) {
  if (why.code == ErrorCode::SEGMENT_CORRUPT) return watcher_.on_damage_unexplained(id(), why);
  if (why.code == ErrorCode::JOURNAL_CORRUPT) {
    if (!is_damaged_) return watcher_.on_damage_unexplained(id(), why);
    is_lost_ = true;
  }
  watcher_.on_stopped(options_.broker);
}

void Replica::crash(Ending ending) {
  if (!scheduler_) return;
  links_.detach(id());
  partition_.reset();
  journal_.reset();
  disk_.reset();
  scheduler_.reset();
  seen_commit_ = Offset(0);
  seen_snapshots_ = 0;
  seen_leading_.reset();
  crash_after_.reset();
  hears_.reset();
  if (ending == Ending::kPowerLost) platter_.crash();
  if (ending == Ending::kTorn)
    platter_.crash(random_.chance(1, 2) ? SimCrash::kBeginningsSurvive : SimCrash::kPartsSurvive);
}

void Replica::lose_disk() {
  CHECK(!scheduler_, "it is down");
  platter_.wipe();
  is_lost_ = is_damaged_ = false;
  if (!planted(Bug::kWipedVotes)) ++incarnation_;
}

bool Replica::flip_bit() {
  CHECK(!scheduler_, "it is down");
  LastGroup last = find_last_group(platter_);
  std::vector<std::pair<std::string, uint64_t>> places;  // a file, and below where
  uint64_t bytes = 0;
  for (const io::FileInfo& file : journal_files(platter_)) {
    places.emplace_back(file.name, file.name == last.path ? last.begin : file.size);
    bytes += places.back().second;
  }
  if (bytes == 0) return false;
  uint64_t byte = random_.below(bytes);
  auto place = places.begin();
  for (; byte >= place->second; ++place) byte -= place->second;
  platter_.flip_bit(place->first, byte, static_cast<unsigned>(random_.below(8)));
  is_damaged_ = true;
  return true;
}

void Replica::freeze(Duration time) {
  if (scheduler_) scheduler_->freeze(time);
}

void Replica::set_clock_right() {
  if (scheduler_) scheduler_->sim_clock().set_right();
}

void Replica::run(Callback callback) {
  if (!is_up()) return;
  if (scheduler_->is_frozen())
    scheduler_->post(std::move(callback));
  else
    callback();
}

void Replica::send(raft::Message message, std::vector<wire::Batch> batches) {
  size_t kind = message.body.index();
  links_.send(std::move(message), std::move(batches));
  watch();
  if (crash_after_ != kind) return;
  crash_after_.reset();
  scheduler_->post(std::move(crash_));
}

void Replica::send_snapshot(partition::SnapshotMessage message) {
  links_.send_snapshot(std::move(message));
}

bool Replica::holds(journal::PartitionKey, Offset base, Term term) const {
  // What is not known yet may be needed.
  return !partition_ || partition_->holds(base, term);
}

// It may have promised what its disk has not: another incarnation recovers from the peers.
void Replica::on_journal_failed(const Error&) {
  is_lost_ = true;
  watcher_.on_stopped(options_.broker);
}

void Replica::crash_at_next_file(bool last, Callback crash) {
  crash_at_file_ = std::move(crash);
  platter_.watch_writes([this, last](uint64_t offset, const Buffer& was) {
    if (!crash_at_file_ || offset != 0 || !journal_) return;
    bool again = journal::decode_group_header(was.bytes()).has_value();
    if (again && !(last && journal_->files().free() > 0))
      scheduler_->post(std::exchange(crash_at_file_, {}));
  });
}

void Replica::hear(size_t kind) {
  if (hears_ != kind || --hears_left_ > 0) return;
  hears_.reset();
  scheduler_->post(std::exchange(heard_, {}));
}

void Replica::watch() {
  if (!partition_) return;
  watcher_.on_moved(*this);
  if (leads() && seen_leading_ != partition_->node().term()) {
    seen_leading_ = partition_->node().term();
    watcher_.on_leads(id(), *seen_leading_);
  }
  if (partition_->snapshots_installed() != seen_snapshots_) {
    seen_snapshots_ = partition_->snapshots_installed();
    watcher_.on_snapshot(id());
  }
  if (partition_->node().commit() > seen_commit_) {
    seen_commit_ = partition_->node().commit();
    watcher_.on_commit(id(), *partition_);
  }
}

void Replica::readmit_later() {
  scheduler_->after(kReadmitEvery, [this] {
    readmit();
    readmit_later();
  });
}

void Replica::readmit() {
  if (!leads()) return;
  for (const partition::Incarnations& broker : watcher_.incarnations(id()))
    for (int i = 0; i < kChangesAtOnce; ++i) {
      const raft::Node& node = partition_->node();
      auto change =
          partition::next_change(node.memberships().in_force(), broker,
                                 [&](raft::ReplicaId replica) { return node.is_level(replica); });
      if (!change || !partition_->change_membership(*change)) break;
    }
}

}  // namespace usher::sim

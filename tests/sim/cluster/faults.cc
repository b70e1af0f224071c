#include "tests/sim/cluster/faults.h"

#include <fmt/format.h>

#include "broker/log/segment_head.h"
#include "broker/server/system_log.h"

namespace usher::clusters {
namespace {

constexpr Duration kCalmMin = 50us;
constexpr Duration kCalmMax = 2ms;
constexpr Duration kSlowMax = 150ms;
constexpr uint32_t kOften = 2'000;
constexpr Duration kMendTime = 5s;
// By then every broker has heard the others' clocks.
constexpr MonotonicTime kClocksMet = sim::SimLoop::kBegin + 8s;

}  // namespace

std::string_view name(Fault fault) {
  constexpr std::array<std::string_view, kFaults> kNames{
      "broker crash",    "crash of all brokers", "late broker",
      "wiped disk",      "flipped bit",          "cut file",
      "lost file",       "isolated broker",      "cut link",
      "clients cut off", "slow network",         "frozen broker",
      "slow disk",       "leader transfer",      "clock jump",
      "member leaves",   "member dies",          "member freezes",
      "writer dies",     "writer freezes",       "reader dies",
      "admin dies"};
  return kNames[static_cast<size_t>(fault)];
}

Faults::Faults(World& world, Programs& programs, Random random)
    : world_(world), programs_(programs), random_(random) {
  if (random_.chance(1, 2)) damaged_ = any_broker();
}

// --- when ---

void Faults::plan() {
  world_.scheduler().after(random_.between(Duration(100ms), world_.temper().calm_max), [this] {
    if (healing_) return;
    inject(static_cast<Fault>(random_.below(kFaults)));
    plan();
  });
}

void Faults::later(Duration pause, std::function<void()> act) {
  world_.scheduler().after(pause, [this, act = std::move(act)] {
    if (!healing_) act();
  });
}

Duration Faults::any_pause() {
  return random_.chance(1, 3) ? random_.between(1ms, 50ms) : random_.between(50ms, 4s);
}

size_t Faults::broker_that_matters() {
  size_t leader = world_.leader_of(server::kSystemKey);
  return leader != 0 && random_.chance(1, 3) ? leader : any_broker();
}

void Faults::heal() {
  healing_ = true;
  world_.network().heal_all();
  world_.network().set_latency(kCalmMin, kCalmMax);
  for (size_t number = 1; number <= world_.size(); ++number) {
    world_.machine(number).platter().faults() = {};
    world_.start(number);
    world_.machine(number).clock().set_right();
  }
  programs_.start();
  if (damaged_) world_.scheduler().after(kMendTime, [this] { replace_disk_if_told(); });
}

// As an operator does: what is damaged may be what all others let go of meanwhile.
void Faults::replace_disk_if_told() {
  server::Machine& machine = world_.machine(*damaged_);
  if (machine.broker().why_not_ready().contains("empty directory")) {
    world_.witness().trace("the disk of the damaged broker is replaced");
    world_.kill(*damaged_, false);
    machine.wipe();
    world_.start(*damaged_);
  }
  world_.scheduler().after(kMendTime, [this] { replace_disk_if_told(); });
}

// --- what ---

void Faults::inject(Fault fault) {
  world_.witness().trace(name(fault));
  switch (fault) {
    case Fault::kCrash:
      count(fault);
      return crash(broker_that_matters(), any_pause(), random_.chance(1, 2));
    case Fault::kCrashAll:
      return crash_all();
    case Fault::kAway:
      count(fault);
      return crash(any_broker(), random_.between(5s, 12s), random_.chance(1, 2));
    case Fault::kWipedDisk:
      return wipe();
    case Fault::kFlippedBit:
    case Fault::kCutFile:
    case Fault::kLostFile:
      return damage(fault);
    case Fault::kIsolate:
      return isolate();
    case Fault::kCut: {
      std::string from = World::host_of(any_broker());
      std::string to = World::host_of(any_broker());
      if (from == to) return;
      count(fault);
      world_.network().cut(from, to);
      return later(any_length(), [this, from, to] { world_.network().heal(from, to); });
    }
    case Fault::kCutClients:
      return cut_clients();
    case Fault::kSlowNetwork:
      return slow_network();
    case Fault::kFreezeBroker: {
      server::Machine& machine = world_.machine(broker_that_matters());
      if (!machine.is_up()) return;
      count(fault);
      return machine.scheduler().freeze(any_length());
    }
    case Fault::kSlowDisk:
      return slow_disk();
    case Fault::kTransfer:
      return transfer();
    case Fault::kClockJump:
      return jump_clock();
    case Fault::kMemberLeaves:
      return let_leave();
    case Fault::kMemberDies:
      count(fault);
      return kill(any(programs_.members));
    case Fault::kMemberFreezes:
      count(fault);
      return any(programs_.members).freeze(any_length());
    case Fault::kWriterDies:
      count(fault);
      return kill(any(programs_.writers));
    case Fault::kWriterFreezes:
      count(fault);
      return any(programs_.writers).freeze(any_length());
    case Fault::kReaderDies:
      count(fault);
      return kill(any(programs_.readers));
    case Fault::kAdminDies:
      count(fault);
      return kill(any(programs_.admins));
  }
}

// --- brokers ---

void Faults::crash(size_t number, Duration pause, bool power_lost) {
  world_.kill(number, power_lost);
  later(pause, [this, number] { world_.start(number); });
}

void Faults::crash_all() {
  count(Fault::kCrashAll);
  bool power_lost = random_.chance(1, 2);
  for (size_t number = 1; number <= world_.size(); ++number) crash(number, any_pause(), power_lost);
}

void Faults::wipe() {
  if (!world_.may_lose_disk()) return;
  count(Fault::kWipedDisk);
  size_t number = damaged_ ? *damaged_ : broker_that_matters();
  world_.kill(number, false);
  world_.machine(number).wipe();
  later(any_pause(), [this, number] { world_.start(number); });
}

// Of a partition once: of two segments that are damaged side by side nobody there could tell how
// the log stands between them.
void Faults::damage(Fault fault) {
  if (!damaged_ || files_to_damage().empty()) return;
  world_.kill(*damaged_, random_.chance(1, 2));
  later(any_pause(), [this] { world_.start(*damaged_); });
  std::vector<io::FileInfo> files = files_to_damage();
  if (files.empty()) return;
  const io::FileInfo& file = files[random_.below(files.size())];
  world_.witness().trace(fmt::format("{}: {}", name(fault), file.name));
  count(fault);
  damaged_directories_.insert(sim::directory_of(file.name));
  sim::SimPlatter& platter = world_.machine(*damaged_).platter();
  if (fault == Fault::kFlippedBit)
    platter.flip_bit(file.name, random_.below(file.size), static_cast<unsigned>(random_.below(8)));
  else if (fault == Fault::kCutFile)
    platter.truncate(file.name, random_.below(file.size));
  else
    platter.lose(file.name);
}

// A first segment is left alone where retention took what was before it: its head tells what nobody
// can fold again.
std::vector<io::FileInfo> Faults::files_to_damage() {
  std::vector<io::FileInfo> files;
  std::set<std::string> begun;
  for (const io::FileInfo& file : world_.machine(*damaged_).platter().files_seen()) {
    std::string directory = sim::directory_of(file.name);
    bool is_segment = file.name.ends_with(".segment");
    if (!is_segment && !file.name.ends_with(".index")) continue;
    if (file.size == 0 || damaged_directories_.contains(directory)) continue;
    bool is_first = is_segment && begun.insert(directory).second;
    if (!is_first || file.name == directory + "/" + log::segment_name(Offset(0)))
      files.push_back(file);
  }
  return files;
}

void Faults::isolate() {
  count(Fault::kIsolate);
  std::string one = World::host_of(broker_that_matters());
  std::vector<std::string> others;
  for (size_t number = 1; number <= world_.size(); ++number)
    others.push_back(World::host_of(number));
  // With its clients on its side it goes on as if nothing had happened, for a while.
  if (random_.chance(1, 2))
    for (std::string& host : programs_.hosts()) others.push_back(std::move(host));
  std::erase(others, one);
  for (const std::string& other : others) {
    world_.network().cut(one, other);
    world_.network().cut(other, one);
  }
  later(any_length(), [this, one, others] {
    for (const std::string& other : others) {
      world_.network().heal(one, other);
      world_.network().heal(other, one);
    }
  });
}

void Faults::cut_clients() {
  count(Fault::kCutClients);
  for (const std::string& host : programs_.hosts()) {
    if (!random_.chance(1, 2)) continue;
    std::string broker = World::host_of(any_broker());
    bool answers_only = random_.chance(1, 2);
    world_.network().cut(broker, host);
    if (!answers_only) world_.network().cut(host, broker);
    later(any_length(), [this, host, broker] {
      world_.network().heal(broker, host);
      world_.network().heal(host, broker);
    });
  }
}

void Faults::slow_network() {
  count(Fault::kSlowNetwork);
  world_.network().set_latency(1ms, random_.between(10ms, kSlowMax));
  later(any_length(), [this] { world_.network().set_latency(kCalmMin, kCalmMax); });
}

void Faults::slow_disk() {
  count(Fault::kSlowDisk);
  sim::SimDiskFaults& faults = world_.machine(broker_that_matters()).platter().faults();
  faults.slow = kOften;
  faults.slow_max = random_.between(20ms, 400ms);
  later(any_length(), [&faults] { faults.slow = 0; });
}

void Faults::transfer() {
  std::vector<PartitionKey> all = world_.partitions();
  PartitionKey key = all[random_.below(all.size())];
  size_t to = any_broker();
  const client::MetadataPtr& metadata = programs_.admins.back()->is_up()
                                            ? programs_.admins.back()->metadata()
                                            : client::MetadataPtr();
  if (!metadata || key == server::kSystemKey) return;
  count(Fault::kTransfer);
  programs_.admins.back()->lead({key.space, key.partition}, BrokerId(static_cast<uint32_t>(to)));
}

// One clock at a time: with two broken of three nobody could tell.
void Faults::jump_clock() {
  server::Machine& one = world_.machine(broker_that_matters());
  if (!one.is_up() || world_.now() < kClocksMet) return;
  for (size_t number = 1; number <= world_.size(); ++number)
    if (world_.machine(number).is_up()) world_.machine(number).clock().set_right();
  count(Fault::kClockJump);
  auto seconds = static_cast<int64_t>(random_.between(1, 3'600));
  one.clock().jump_wall((random_.chance(1, 2) ? seconds : -seconds) * 1s);
}

// --- programs ---

void Faults::let_leave() {
  Member& member = any(programs_.members);
  if (!member.is_up()) return;
  count(Fault::kMemberLeaves);
  member.leave(any_length());
}

template <class Program>
void Faults::kill(Program& program) {
  program.kill();
  later(any_length(), [&program] { program.start(); });
}

}  // namespace usher::clusters

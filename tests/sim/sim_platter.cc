#include "tests/sim/sim_platter.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "proto/base/check.h"

namespace usher::sim {

SimPlatter::SimPlatter(Random random, size_t tear_bytes)
    : random_(random), tear_bytes_(tear_bytes) {}

std::string directory_of(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

// --- names ---

bool SimPlatter::has_directory(const std::string& path) const {
  return path.empty() || directories_.contains(path);
}

void SimPlatter::add_directory(std::string path) {
  for (; !path.empty(); path = directory_of(path)) directories_.insert(path);
}

std::shared_ptr<SimInode> SimPlatter::find(const std::string& path) const {
  auto found = seen_.find(path);
  return found == seen_.end() ? nullptr : found->second;
}

void SimPlatter::note(NameChange change) {
  change.number = next_name_change_++;
  unsafe_.push_back(std::move(change));
}

std::shared_ptr<SimInode> SimPlatter::create(const std::string& path) {
  auto inode = std::make_shared<SimInode>(tear_bytes_);
  seen_[path] = inode;
  note({.to = path, .inode = inode});
  return inode;
}

void SimPlatter::remove(const std::string& path) {
  auto gone = seen_.extract(path);
  if (!gone.empty()) note({.from = path, .inode = gone.mapped()});
}

void SimPlatter::rename(const std::string& from, const std::string& to) {
  auto moved = seen_.extract(from).mapped();
  seen_[to] = moved;
  note({.from = from, .to = to, .inode = moved});
}

// False: what it changes never came to be.
bool SimPlatter::make_safe(const NameChange& change) {
  if (!change.from.empty()) {
    auto old = safe_.find(change.from);
    if (old == safe_.end() || old->second != change.inode) return false;
    safe_.erase(old);
  }
  if (!change.to.empty()) safe_[change.to] = change.inode;
  return true;
}

void SimPlatter::directory_synced(const std::string& path, Number before) {
  auto touches = [&](const NameChange& change) {
    return (!change.from.empty() && directory_of(change.from) == path) ||
           (!change.to.empty() && directory_of(change.to) == path);
  };
  // What happened to the same file before comes first, wherever that was.
  std::set<const SimInode*> synced;
  for (const NameChange& change : unsafe_)
    if (change.number < before && touches(change)) synced.insert(change.inode.get());
  std::erase_if(unsafe_, [&](const NameChange& change) {
    if (change.number >= before || !synced.contains(change.inode.get())) return false;
    make_safe(change);
    return true;
  });
}

uint64_t SimPlatter::room_pages() const {
  if (!faults_.capacity_bytes) return std::numeric_limits<uint64_t>::max();
  uint64_t taken = 0;
  for (const auto& [path, inode] : seen_) taken += inode->seen().pages();
  uint64_t all = *faults_.capacity_bytes / SimImage::kPage;
  return all > taken ? all - taken : 0;
}

// --- the machine ---

void SimPlatter::attach() {
  CHECK(!attached_, "one process at a time");
  attached_ = true;
  for (auto& [path, inode] : seen_) inode->settle(random_);
}

void SimPlatter::crash(std::optional<SimCrash> asked) {
  CHECK(!attached_, "the process ends first");
  ++counts_.crashes;
  constexpr std::array kWays{SimCrash::kNothingSurvives, SimCrash::kEverythingSurvives,
                             SimCrash::kPartsSurvive, SimCrash::kPartsSurvive};
  SimCrash how = asked ? *asked : kWays[random_.below(kWays.size())];
  for (const NameChange& change : std::exchange(unsafe_, {})) {
    bool survives = how == SimCrash::kEverythingSurvives ||
                    (how == SimCrash::kPartsSurvive && random_.chance(1, 2));
    if (!survives || !make_safe(change)) ++counts_.names_lost;
  }
  seen_ = safe_;
  for (auto& [path, inode] : safe_) inode->crash(how, random_, counts_.losses);
}

void SimPlatter::wipe() {
  CHECK(!attached_, "the process ends first");
  ++counts_.wipes;
  directories_.clear();
  seen_.clear();
  safe_.clear();
  unsafe_.clear();
}

// --- damage ---

std::vector<io::FileInfo> SimPlatter::files() const {
  std::vector<io::FileInfo> files;
  for (const auto& [path, inode] : safe_) files.push_back({path, inode->safe().size()});
  return files;
}

std::vector<io::FileInfo> SimPlatter::files_seen() const {
  std::vector<io::FileInfo> files;
  for (const auto& [path, inode] : seen_) files.push_back({path, inode->seen().size()});
  return files;
}

Buffer SimPlatter::read(const std::string& path) const {
  auto inode = find(path);
  CHECK(inode != nullptr, "there is no such file to read");
  return inode->seen().read(0, inode->seen().size());
}

// What readers see by that name; else what a crash would leave.
SimInode& SimPlatter::existing(const std::string& path) {
  if (auto seen = find(path)) return *seen;
  auto found = safe_.find(path);
  CHECK(found != safe_.end(), "there is no such file to damage");
  return *found->second;
}

void SimPlatter::flip_bit(const std::string& path, uint64_t byte, unsigned bit) {
  ++counts_.bits_flipped;
  existing(path).flip_bit(byte, bit);
}

std::optional<SimPlace> SimPlatter::flip_any_bit(std::string_view prefix) {
  auto candidates = files();
  std::erase_if(candidates, [&](const auto& file) { return !file.name.starts_with(prefix); });
  uint64_t bytes = 0;
  for (const io::FileInfo& file : candidates) bytes += file.size;
  if (bytes == 0) return std::nullopt;
  uint64_t byte = random_.below(bytes);
  auto file = candidates.begin();
  for (; byte >= file->size; ++file) byte -= file->size;
  flip_bit(file->name, byte, static_cast<unsigned>(random_.below(8)));
  return SimPlace{file->name, byte};
}

void SimPlatter::truncate(const std::string& path, uint64_t size) {
  ++counts_.files_truncated;
  existing(path).truncate(size);
}

void SimPlatter::lose(const std::string& path) {
  ++counts_.files_lost;
  existing(path);
  safe_.erase(path);
  seen_.erase(path);
  std::erase_if(unsafe_, [&](const auto& c) { return c.from == path || c.to == path; });
}

}  // namespace usher::sim

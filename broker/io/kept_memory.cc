#include "broker/io/kept_memory.h"

#include <atomic>

#include <sys/mman.h>

#include "broker/io/disk.h"

namespace usher::io {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

std::shared_ptr<std::byte[]> fresh(size_t size) {
  auto memory = std::make_shared<OwnedBytes>(size, kSector);
  return {memory, memory->data()};
}

}  // namespace

struct KeptMemory::Kept {
  explicit Kept(size_t size) : memory(size, kHugePage) {
    // Advice: without it this is memory like any other.
    static_cast<void>(::madvise(memory.data(), size, MADV_HUGEPAGE));
  }
  OwnedBytes memory;
  std::atomic<bool> is_lent = false;
};

KeptMemory::KeptMemory(size_t size, size_t count) {
  for (size_t i = 0; i < count; ++i) kept_.push_back(std::make_shared<Kept>(size));
}

KeptMemory::Piece KeptMemory::take(size_t size) {
  for (const std::shared_ptr<Kept>& kept : kept_) {
    // Whoever gave it back has done with it: acquire and release make that true across threads.
    if (size > kept->memory.size() || kept->is_lent.load(std::memory_order_acquire)) continue;
    kept->is_lent.store(true, std::memory_order_relaxed);
    auto give_back = [kept](std::byte*) { kept->is_lent.store(false, std::memory_order_release); };
    return {std::shared_ptr<std::byte[]>(kept->memory.data(), std::move(give_back)), size};
  }
  return {fresh(size), size};
}

}  // namespace usher::io

#include "tests/sim/sim_image.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace usher::sim {
namespace {

Buffer page_of_zeros() {
  OwnedBytes page(SimImage::kPage);
  std::memset(page.data(), 0, page.size());
  return Buffer(std::move(page));
}

// One for all: files are zeroed by the megabyte.
const Buffer& zeros() {
  static const Buffer kZeros = page_of_zeros();
  return kZeros;
}

}  // namespace

void SimImage::put(size_t page, Buffer content) {
  if (pages_.size() <= page) pages_.resize(page + 1);
  pages_taken_ += pages_[page].empty();
  if (equal(content, zeros()))
    pages_[page] = zeros();
  else
    pages_[page] = std::move(content);
}

void SimImage::write(uint64_t offset, const Buffer& bytes) {
  for (size_t done = 0; done < bytes.size();) {
    size_t page = (offset + done) / kPage;
    size_t begin = (offset + done) % kPage;
    size_t part = std::min(kPage - begin, bytes.size() - done);
    if (part == kPage) {
      put(page, bytes.slice(done, kPage));
    } else {
      OwnedBytes mixed(kPage);
      const Buffer& old = page < pages_.size() && !pages_[page].empty() ? pages_[page] : zeros();
      std::memcpy(mixed.data(), old.data(), kPage);
      std::memcpy(mixed.data() + begin, bytes.data() + done, part);
      put(page, Buffer(std::move(mixed)));
    }
    done += part;
  }
  size_ = std::max(size_, offset + bytes.size());
}

void SimImage::resize(uint64_t size) {
  size_t kept = (size + kPage - 1) / kPage;
  for (size_t page = kept; page < pages_.size(); ++page) pages_taken_ -= !pages_[page].empty();
  if (pages_.size() > kept) pages_.resize(kept);
  uint64_t old_size = std::exchange(size_, size);
  // What stood behind the new end is zeros if the file grows again.
  size_t tail = size % kPage;
  if (size < old_size && tail != 0 && kept <= pages_.size() && !pages_[kept - 1].empty()) {
    OwnedBytes cut(kPage);
    std::memcpy(cut.data(), pages_[kept - 1].data(), tail);
    std::memset(cut.data() + tail, 0, kPage - tail);
    put(kept - 1, Buffer(std::move(cut)));
  }
}

Buffer SimImage::read(uint64_t offset, size_t size) const {
  uint64_t end = std::min<uint64_t>(offset + size, size_);
  OwnedBytes bytes(end > offset ? end - offset : 0, kPage);
  for (size_t done = 0; done < bytes.size();) {
    size_t page = (offset + done) / kPage;
    size_t begin = (offset + done) % kPage;
    size_t part = std::min(kPage - begin, bytes.size() - done);
    const Buffer& from = page < pages_.size() && !pages_[page].empty() ? pages_[page] : zeros();
    std::memcpy(bytes.data() + done, from.data() + begin, part);
    done += part;
  }
  return Buffer(std::move(bytes));
}

uint64_t SimImage::pages_missing(uint64_t offset, size_t size) const {
  if (size == 0) return 0;
  uint64_t missing = 0;
  for (size_t page = offset / kPage; page <= (offset + size - 1) / kPage; ++page)
    missing += page >= pages_.size() || pages_[page].empty();
  return missing;
}

}  // namespace usher::sim

// mutate --mutations N --seed N: damages sample frames and batches at random, half the time with
// their checksums made right again, and holds the decoders to the properties. Input ends where
// memory ends: a decoder that reads one byte too far dies of it, in release too.
#include <cstring>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <sys/mman.h>

#include "proto/base/check.h"
#include "proto/base/random.h"
#include "proto/base/sha256.h"

#include "tests/fuzz/properties.h"
#include "tests/fuzz/samples.h"
#include "tests/options.h"

namespace usher::fuzz {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kRoom = 4 * kPage;

// Memory that ends at a page which must not be touched.
class EdgeOfMemory {
 public:
  EdgeOfMemory() {
    OwnedBytes memory(kRoom + kPage, kPage);
    writable_ = memory.data();
    CHECK(mprotect(writable_ + kRoom, kPage, PROT_NONE) == 0);
    all_ = Buffer(std::move(memory));
  }
  ~EdgeOfMemory() { CHECK(mprotect(writable_ + kRoom, kPage, PROT_READ | PROT_WRITE) == 0); }
  EdgeOfMemory(const EdgeOfMemory&) = delete;
  EdgeOfMemory& operator=(const EdgeOfMemory&) = delete;

  // The bytes, moved to the edge; good until the next call.
  Buffer place(Bytes bytes) {
    CHECK(bytes.size() <= kRoom);
    std::memcpy(writable_ + kRoom - bytes.size(), bytes.data(), bytes.size());
    return all_.slice(kRoom - bytes.size(), bytes.size());
  }

 private:
  std::byte* writable_ = nullptr;
  Buffer all_;
};

void mutate_once(std::vector<std::byte>& bytes, Random& random) {
  constexpr uint64_t kTelling[] = {0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, ~0ull};
  size_t at = random.below(bytes.size());
  size_t width = size_t{1} << random.below(4);
  switch (random.below(6)) {
    case 0:
      bytes[at] ^= std::byte(1 << random.below(8));
      return;
    case 1:
      bytes[at] = std::byte(random.below(256));
      return;
    case 2: {  // a number that tells
      uint64_t value = kTelling[random.below(std::size(kTelling))];
      std::memcpy(bytes.data() + at, &value, std::min(width, bytes.size() - at));
      return;
    }
    case 3: {  // one more or one less
      bytes[at] = std::byte(std::to_integer<int>(bytes[at]) + (random.chance(1, 2) ? 1 : -1));
      return;
    }
    case 4:  // cut off
      bytes.resize(std::max<size_t>(1, at));
      return;
    default: {  // a stretch moved over another
      size_t from = random.below(bytes.size());
      size_t most = bytes.size() - std::max(at, from);
      std::memmove(bytes.data() + at, bytes.data() + from,
                   std::min<size_t>(most, 1 + random.below(64)));
      return;
    }
  }
}

struct Kind {
  std::string_view name;
  std::vector<Buffer> samples;
  void (*mend)(MutableBytes);
  bool (*property)(const Buffer&);
  uint64_t tried = 0;
  uint64_t accepted = 0;
};

int run(uint64_t mutations, uint64_t seed) {
  fmt::print("seed {}\n", seed);
  Random random = Random(seed).stream("mutate");
  EdgeOfMemory edge;
  std::vector<Kind> kinds;
  kinds.push_back({"frames", sample_frames(), mend_frame, frame_property});
  kinds.push_back({"batches", sample_batches(), mend_batch, batch_property});
  kinds.push_back({"seats' records", sample_seats_records(), mend_nothing, seats_property});
  for (const Kind& kind : kinds)
    for (const Buffer& sample : kind.samples)
      CHECK(kind.property(edge.place(sample)), "every sample is accepted as it is");
  std::vector<std::byte> bytes;
  for (uint64_t i = 0; i < mutations; ++i) {
    Kind& kind = kinds[random.chance(1, 4) ? 0 : random.chance(1, 3) ? 2 : 1];
    Bytes sample = kind.samples[random.below(kind.samples.size())];
    bytes.assign(sample.begin(), sample.end());
    for (uint64_t changes = 1 + random.below(4); changes > 0; --changes) mutate_once(bytes, random);
    if (random.chance(3, 4)) kind.mend(bytes);
    ++kind.tried;
    kind.accepted += kind.property(edge.place(bytes));
  }
  for (const Kind& kind : kinds)
    fmt::print("{}: {} mutations, {} accepted and re-encoded to the same bytes\n", kind.name,
               kind.tried, kind.accepted);
  return 0;
}

}  // namespace
}  // namespace usher::fuzz

int main(int argc, char** argv) {
  uint64_t mutations = 100'000;
  uint64_t seed = 1;
  auto any = usher::service::integer_value(0, UINT64_MAX);
  usher::service::Settings settings({"mutate",
                                     "damages frames and batches, and watches the decoders",
                                     "mutate --mutations 1000000 --seed 7"});
  settings.add("mutations", any, mutations, "How many.");
  settings.add("seed", any, seed, "The same seed damages the same way.");
  if (auto code = usher::tests::load_options(settings, argc, argv)) return *code;
  return usher::fuzz::run(mutations, seed);
}

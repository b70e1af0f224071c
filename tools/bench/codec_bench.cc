// bench_codec: what the batch codec does on one core, in memory. 100 B records, no compression,
// hashes on; batches of 16 KiB. Each figure is the median of several rounds in one run.
#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/crc32c.h"
#include "proto/base/sha256.h"
#include "proto/base/system_clock.h"
#include "proto/wire/batch_builder.h"

namespace usher::bench {
namespace {

using namespace wire;

constexpr TopicId kTopic{20};
constexpr size_t kRecordsPerBatch = 146;  // of 112 encoded bytes: 16 KiB
constexpr size_t kRounds = 9;

// The work's units a second, median over rounds of at least 100 ms.
template <class Work>
double per_second(const Clock& clock, Work&& work) {
  std::vector<double> rates;
  for (size_t round = 0; round < kRounds; ++round) {
    double units = 0;
    MonotonicTime begin = clock.monotonic();
    Duration taken{0};
    while (taken < 100ms) {
      units += work();
      taken = clock.monotonic() - begin;
    }
    rates.push_back(units / std::chrono::duration<double>(taken).count());
  }
  std::ranges::nth_element(rates, rates.begin() + kRounds / 2);
  return rates[kRounds / 2];
}

void add_records(BatchBuilder& builder) {
  static constexpr std::string_view kKey = "event-12";
  static constexpr std::string_view kValue =
      "ninety-two bytes of value, as an order, a reservation or a tick might have them, and no "
      "more";
  static_assert(kKey.size() + kValue.size() == 100);
  for (size_t i = 0; i < kRecordsPerBatch; ++i)
    CHECK(builder.add(kTopic, {.key = as_bytes(kKey), .value = as_bytes(kValue), .headers = {}})
              .has_value());
}

size_t iterate(const Section& section) {
  size_t bytes = 0;
  for (SectionReader reader = section.read(); !reader.done();) {
    RecordView record = reader.next();
    bytes += record.key->size() + record.value->size();
  }
  return bytes;
}

struct Figures {
  double encode, iterate_checked, check_whole, crc_bytes, crc_portable_bytes, sha_bytes;
};

Figures measure() {
  SystemClock clock;
  BatchBuilder builder;
  add_records(builder);
  Batch batch = builder.finish(NoGuard{});
  OwnedBytes block(1 << 20);
  std::fill_n(block.data(), block.size(), std::byte{0x5a});
  Buffer megabyte(std::move(block));
  uint32_t sink = 0;

  Figures figures{};
  figures.encode = per_second(clock, [&] {
    add_records(builder);
    sink += static_cast<uint32_t>(builder.finish(NoGuard{}).header().records());
    return kRecordsPerBatch;
  });
  figures.iterate_checked = per_second(clock, [&] {
    auto section = Section::open(batch.header().topics()[0], batch.stored_section(0),
                                 batch.header().records());
    CHECK(section.has_value());
    sink += static_cast<uint32_t>(iterate(*section));
    return kRecordsPerBatch;
  });
  figures.check_whole = per_second(clock, [&] {
    CHECK(batch.check_whole().has_value());
    return kRecordsPerBatch;
  });
  auto bytes_of = [&](auto&& hash) {
    return per_second(clock, [&] {
      sink += hash(megabyte);
      return megabyte.size();
    });
  };
  figures.crc_bytes = bytes_of([](Bytes bytes) { return crc32c(bytes); });
  figures.crc_portable_bytes = bytes_of([](Bytes bytes) { return crc32c_portable(bytes); });
  figures.sha_bytes =
      bytes_of([](Bytes bytes) { return std::to_integer<uint32_t>(sha256(bytes).value[0]); });
  CHECK(sink != 1, "the work was done");
  return figures;
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  bool json = argc == 2 && std::string_view(argv[1]) == "--json";
  if (argc > 1 && !json) {
    fmt::print(stderr, "error: INVALID_ARGUMENT: {}; usage: bench_codec [--json]\n", argv[1]);
    return 2;
  }
  auto figures = usher::bench::measure();
  fmt::print(fmt::runtime(json ? "{{\"bench\":\"codec\",\"encode_records_per_second\":{:.0f},"
                                 "\"iterate_records_per_second\":{:.0f},"
                                 "\"check_whole_records_per_second\":{:.0f},"
                                 "\"crc32c_bytes_per_second\":{:.0f},"
                                 "\"crc32c_portable_bytes_per_second\":{:.0f},"
                                 "\"sha256_bytes_per_second\":{:.0f}}}\n"
                               : "encode, with CRC32C and SHA-256   {:>14.0f} records/s\n"
                                 "open and iterate, CRC checked     {:>14.0f} records/s\n"
                                 "check whole (CRC, SHA-256, places){:>14.0f} records/s\n"
                                 "CRC32C                            {:>14.0f} bytes/s\n"
                                 "CRC32C, portable twin             {:>14.0f} bytes/s\n"
                                 "SHA-256                           {:>14.0f} bytes/s\n"),
             figures.encode, figures.iterate_checked, figures.check_whole, figures.crc_bytes,
             figures.crc_portable_bytes, figures.sha_bytes);
}

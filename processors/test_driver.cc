#include "processors/test_driver.h"

#include "proto/base/check.h"
#include "proto/wire/batch_builder.h"

namespace usher::processors {
namespace {

TestDriver::Sent sent_of(const wire::RecordView& record, WallTime time) {
  TestDriver::Sent sent{.key = {}, .value = {}, .headers = {}, .time = time};
  if (record.key) sent.key.emplace(as_text(*record.key));
  if (record.value) sent.value.emplace(as_text(*record.value));
  record.headers.for_each([&](const wire::Header& header) {
    sent.headers.emplace(header.name, as_text(header.value));
  });
  return sent;
}

}  // namespace

TestDriver::TestDriver(std::shared_ptr<const Topology> topology, SpaceInfo space,
                       TaskOptions options)
    : topology_(std::move(topology)), space_(std::move(space)), options_(std::move(options)) {
  options_.app = AppId(1);
  options_.member = MemberId(1);
  begin();
}

TestDriver::~TestDriver() = default;

void TestDriver::begin() {
  epoch_ = epoch_.next();
  task_ = std::make_unique<Task>(
      scheduler_, log_, store_, topology_, options_,
      Log(std::make_shared<MemoryLogSink>(), LogOptions(), scheduler_.clock()));
  task_->own(epoch_);
  scheduler_.run();
}

TopicId TestDriver::topic(std::string_view name) const {
  const TopicInfo* info = space_.find(name);
  CHECK(info, "the space has the topic");
  return info->id;
}

void TestDriver::send(std::string_view topic, std::string_view key, std::string_view value) {
  send(topic, Message{.key = key, .value = value});
}

void TestDriver::send(std::string_view topic, const Message& message) {
  wire::Record record{.key = {}, .value = {}, .headers = message.headers};
  if (message.key) record.key = as_bytes(*message.key);
  if (message.value) record.value = as_bytes(*message.value);
  wire::BatchBuilder builder;
  CHECK(builder.add(this->topic(topic), record).has_value());
  log_.append(builder.finish(wire::NoGuard{}), [](const Result<Receipt>&) {});
  // The log looks for news every millisecond.
  scheduler_.advance(2ms);
}

std::vector<TestDriver::Sent> TestDriver::take(std::string_view topic) {
  TopicId id = this->topic(topic);
  std::vector<Sent> all;
  for (const wire::Batch& batch : log_.batches())
    for (size_t i = 0; i < batch.header().topics().size(); ++i) {
      const wire::TopicEntry& entry = batch.header().topics()[i];
      if (entry.topic != id) continue;
      auto section = wire::Section::open(entry, batch.stored_section(i), batch.header().records());
      CHECK(section.has_value());
      for (wire::SectionReader reader = section->read(); !reader.done();)
        all.push_back(sent_of(reader.next(), batch.header().place().time));
    }
  size_t before = std::exchange(taken_[id], all.size());
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before));
  return all;
}

std::optional<std::string> TestDriver::get(std::string_view store, std::string_view key) {
  const StoreInfo* info = topology_->store(store);
  CHECK(info, "the topology has the store");
  return *store_.get(state::entry_key(info->changelog_id, key));
}

std::map<std::string, std::string> TestDriver::entries(std::string_view store) {
  const StoreInfo* info = topology_->store(store);
  CHECK(info, "the topology has the store");
  std::map<std::string, std::string> entries;
  CHECK(store_
            .scan(state::entry_key(info->changelog_id, ""), state::end_of_store(info->changelog_id),
                  [&](std::string_view key, std::string_view value) {
                    entries.emplace(key.substr(state::kStoreBytes), value);
                    return true;
                  })
            .has_value());
  return entries;
}

void TestDriver::fail_over(Disk disk) {
  task_.reset();
  if (disk == Disk::kEmpty) CHECK(store_.wipe().has_value());
  begin();
  scheduler_.advance(2ms);
}

}  // namespace usher::processors

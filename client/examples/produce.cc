// Writes three records and prints their receipts: example_produce HOST:PORT SPACE/TOPIC
#include <cstdio>

#include "client/producer.h"
#include "proto/base/system_clock.h"
#include "proto/net/asio_transport.h"

using namespace usher;

int main(int argc, char** argv) {
  std::string name = argc == 3 ? argv[2] : "";
  auto broker = net::Endpoint::parse(argc == 3 ? argv[1] : "");
  size_t slash = name.find('/');
  if (!broker || slash == std::string::npos) {
    std::fputs("usage: example_produce HOST:PORT SPACE/TOPIC\n", stderr);
    return 2;
  }

  SystemClock clock;
  net::AsioScheduler scheduler(clock);
  net::AsioTransport transport(scheduler);
  client::Cluster cluster(transport, scheduler, Random(seed_from_system()), {.brokers = {*broker}});
  client::Producer producer(cluster);
  int code = 0;
  auto stop_with = [&](const Error& error) {
    std::fprintf(stderr, "error: %s\n", error.text().c_str());
    code = 1;
    scheduler.stop();
  };

  auto told = [&](const Result<client::Receipt>& receipt) {
    if (!receipt) return stop_with(receipt.error());
    std::printf("partition %u offset %llu\n", receipt->partition.value(),
                static_cast<unsigned long long>(receipt->offset.value()));
  };
  cluster.with_metadata(10s, [&](Result<client::MetadataPtr> metadata) {
    if (!metadata) return stop_with(metadata.error());
    auto space = client::find_space(**metadata, name.substr(0, slash));
    if (!space) return stop_with(space.error());
    auto topic = client::find_topic(**space, name.substr(slash + 1));
    if (!topic) return stop_with(topic.error());
    for (const char* value : {"one", "two", "three"}) {
      // The same key: the same partition, and this order.
      wire::Record record{.key = as_bytes("count"), .value = as_bytes(value), .headers = {}};
      if (auto sent = producer.send({(*space)->id, (*topic)->id}, record, told); !sent)
        return stop_with(sent.error());
    }
    producer.flush([&] { scheduler.stop(); });
  });
  scheduler.run();
  return code;
}

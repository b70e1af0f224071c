#include "processors/apps/seats/app/app.h"

#include "processors/apps/seats/app/decider.h"
#include "processors/apps/seats/decide.h"
#include "proto/seats/topics.h"

namespace usher::seats {
Result<std::shared_ptr<const processors::Topology>> seats_app(const processors::SpaceInfo& space,
                                                              CountOutcome count) {
  processors::TopologyBuilder builder(std::string(kAppName), kDecisionVersion, space);
  std::vector<std::string> sources, stores;
  for (Topic topic : {Topic::kEventCommands, Topic::kReservationCommands}) {
    sources.emplace_back(name_of(topic));
    builder.source(sources.back(), sources.back());
  }
  for (size_t i = 0; i < kChangelogNames.size(); ++i) {
    stores.emplace_back(kStoreNames[i]);
    builder.store(stores.back(), std::string(kChangelogNames[i]));
  }
  // A topic that is missing is refused by build(), before anything runs under this id.
  const processors::TopicInfo* reservations = space.find(name_of(Topic::kReservationCommands));
  TopicId reservation_commands = reservations ? reservations->id : TopicId();
  builder.processor(std::string(kTimersProcessor),
                    processors::make<Decider>(reservation_commands, std::move(count)),
                    {.after = sources, .stores = stores});
  for (Topic topic : {Topic::kSeatEvents, Topic::kReservationRequests, Topic::kReservationResults,
                      Topic::kReservationCompleted, Topic::kSectionStatus})
    builder.sink(std::string(name_of(topic)), std::string(name_of(topic)),
                 {std::string(kTimersProcessor)});
  return builder.timers(std::string(kTimersTopic))
      .dead_letters(std::string(kDeadLettersTopic))
      .build();
}

}  // namespace usher::seats

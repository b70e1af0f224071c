#include "tools/audit/log/catalog.h"

#include <algorithm>

#include <fmt/format.h>

namespace usher::audit {

Catalog::Catalog(const wire::Metadata& metadata) {
  for (const wire::SpaceInfo& space : metadata.spaces) spaces_[space.id] = space;
  for (const wire::AppInfo& app : metadata.apps) apps_[app.id] = app;
}

Result<void> Catalog::apply(const OpenedBatch& batch) {
  const wire::Section* section = batch.section_of(kClusterTopic);
  if (!section) return {};
  for (wire::SectionReader reader = section->read(); !reader.done();) {
    wire::RecordView view = reader.next();
    if (!view.value) continue;
    TRY_ASSIGN(wire::ClusterRecord record, wire::decode_cluster_record(*view.value));
    apply(record);
  }
  return {};
}

void Catalog::apply(const wire::ClusterRecord& record) {
  if (const auto* space = std::get_if<wire::SpaceInfo>(&record)) {
    spaces_[space->id] = *space;
  } else if (const auto* deleted = std::get_if<wire::SpaceDeleted>(&record)) {
    spaces_.erase(deleted->space);
  } else if (const auto* put = std::get_if<wire::TopicPut>(&record)) {
    auto& topics = spaces_[put->space].topics;
    auto there = std::ranges::find(topics, put->topic.id, &wire::TopicInfo::id);
    if (there == topics.end())
      topics.push_back(put->topic);
    else
      *there = put->topic;
  } else if (const auto* gone = std::get_if<wire::TopicDeleted>(&record)) {
    std::erase_if(spaces_[gone->space].topics,
                  [&](const wire::TopicInfo& topic) { return topic.id == gone->topic; });
  } else if (const auto* app = std::get_if<wire::AppInfo>(&record)) {
    apps_[app->id] = *app;
  }
}

const wire::SpaceInfo* Catalog::space(SpaceId id) const {
  auto found = spaces_.find(id);
  return found == spaces_.end() ? nullptr : &found->second;
}

const wire::SpaceInfo* Catalog::space(std::string_view name) const {
  for (const auto& [id, info] : spaces_)
    if (info.name == name) return &info;
  return nullptr;
}

std::string Catalog::name_of(SpaceId id) const {
  if (id == kSystemLog.space) return "_system";
  const wire::SpaceInfo* info = space(id);
  return info ? info->name : fmt::format("space {}", id.value());
}

const wire::TopicInfo* Catalog::topic(SpaceId of, TopicId topic) const {
  const wire::SpaceInfo* info = space(of);
  if (!info) return nullptr;
  auto found = std::ranges::find(info->topics, topic, &wire::TopicInfo::id);
  return found == info->topics.end() ? nullptr : &*found;
}

const wire::TopicInfo* Catalog::topic(SpaceId of, std::string_view name) const {
  const wire::SpaceInfo* info = space(of);
  if (!info) return nullptr;
  auto found = std::ranges::find(info->topics, name, &wire::TopicInfo::name);
  return found == info->topics.end() ? nullptr : &*found;
}

const wire::AppInfo* Catalog::app(AppId id) const {
  auto found = apps_.find(id);
  return found == apps_.end() ? nullptr : &found->second;
}

const wire::AppInfo* Catalog::app(SpaceId of, std::string_view name) const {
  for (const auto& [id, info] : apps_)
    if (info.space == of && info.name == name) return &info;
  return nullptr;
}

}  // namespace usher::audit

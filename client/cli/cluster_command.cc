#include "client/cli/cluster_command.h"

#include <algorithm>

#include <fmt/format.h>

#include "client/cli/cluster_file.h"
#include "proto/base/limits.h"
#include "proto/base/quote.h"

namespace usher::cli {
namespace {

bool is_name(std::string_view text) {
  auto is_allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("._:-").contains(c);
  };
  return !text.empty() && text.size() <= limits::kNameLength &&
         std::ranges::all_of(text, is_allowed);
}

}  // namespace

service::ValueType<std::string> name_value() {
  auto parse = [](std::string_view text) -> Result<std::string> {
    if (is_name(text)) return std::string(text);
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("{} is not a name: expected 1 to {} of A-Z a-z 0-9 . _ : -",
                            quote(text), limits::kNameLength));
  };
  return {"NAME", parse, [](const std::string& name) { return name; }};
}

service::ValueType<TopicName> topic_name_value() {
  auto parse = [](std::string_view text) -> Result<TopicName> {
    size_t slash = text.find('/');
    if (slash != std::string_view::npos && is_name(text.substr(0, slash)) &&
        is_name(text.substr(slash + 1)))
      return TopicName{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("{} is not SPACE/TOPIC: expected two names with a slash between, as in "
                            "events/seat-events",
                            quote(text)));
  };
  return {"SPACE/TOPIC", parse,
          [](const TopicName& name) { return name.space + "/" + name.topic; }};
}

void ClusterCommand::add_to(service::Settings& settings) {
  add_own(settings);
  settings.add_list("brokers", service::endpoint_value(), brokers_,
                    "Where the cluster is: some of its brokers.");
  settings.add("dir", service::path_value(), dir_,
               "Where the cluster is: the directory of usher cluster start.");
  settings.add("timeout", service::duration_value(1ms, 24h), timeout_,
               "How long one question may take.");
  settings.add("json", service::boolean_value(), json_, "JSON on stdout and nothing else.");
}

Result<int> ClusterCommand::run() {
  if (dir_) {
    TRY_ASSIGN(ClusterFile file, read_cluster_file(*dir_));
    brokers_.clear();
    for (const MemberProcess& broker : file.brokers) {
      TRY_ASSIGN(auto endpoint, net::Endpoint::parse(broker.listen));
      brokers_.push_back(endpoint);
    }
  }
  if (brokers_.empty() && needs_cluster())
    return fail(ErrorCode::CONFIG_INVALID,
                "no cluster is named: give --dir DIR, --brokers LIST, or USHER_BROKERS");
  Session session(brokers_, timeout_);
  return run_on(session);
}

}  // namespace usher::cli

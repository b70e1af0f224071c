#include "client/cli/cluster_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <boost/json.hpp>

#include "client/cli/output.h"

namespace usher::cli {
namespace {

std::string path_of(const std::string& dir) { return dir + "/cluster.json"; }

std::string members_text(const std::vector<MemberProcess>& members, const char* data_name) {
  std::vector<std::string> items;
  for (const MemberProcess& member : members) {
    JsonObject json;
    json.number("id", member.id);
    if (member.pid)
      json.number("pid", static_cast<uint64_t>(*member.pid));
    else
      json.null("pid");
    json.text("listen", member.listen).text("admin", member.admin);
    if (*data_name) json.text(data_name, member.data);
    items.push_back(json.done());
  }
  return json_array(items);
}

std::string text_in(const boost::json::object& json, const char* name) {
  const boost::json::value* value = json.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : "";
}

std::vector<MemberProcess> members_in(const boost::json::object& json, const char* name,
                                      const char* data_name) {
  std::vector<MemberProcess> members;
  const boost::json::value* list = json.if_contains(name);
  if (!list || !list->is_array()) return members;
  for (const boost::json::value& item : list->get_array()) {
    if (!item.is_object()) continue;
    const boost::json::object& object = item.get_object();
    MemberProcess member;
    if (auto* id = object.if_contains("id"); id && id->is_int64())
      member.id = static_cast<uint64_t>(id->get_int64());
    if (auto* pid = object.if_contains("pid"); pid && pid->is_int64())
      member.pid = pid->get_int64();
    member.listen = text_in(object, "listen");
    member.admin = text_in(object, "admin");
    member.data = text_in(object, data_name);
    members.push_back(std::move(member));
  }
  return members;
}

}  // namespace

std::string cluster_text(const ClusterFile& file) {
  return JsonObject()
      .raw("brokers", members_text(file.brokers, "data"))
      .raw("processors", members_text(file.processors, "state"))
      .raw("gateways", members_text(file.gateways, ""))
      .done();
}

Result<ClusterFile> parse_cluster(std::string_view text, const std::string& path) {
  boost::json::error_code problem;
  boost::json::value json = boost::json::parse({text.data(), text.size()}, problem);
  if (problem || !json.is_object())
    return fail(ErrorCode::CONFIG_INVALID, path + ": not the file of a cluster");
  const boost::json::object& object = json.get_object();
  return ClusterFile{members_in(object, "brokers", "data"),
                     members_in(object, "processors", "state"),
                     members_in(object, "gateways", "-")};
}

bool has_cluster_file(const std::string& dir) {
  std::error_code problem;
  return std::filesystem::exists(path_of(dir), problem);
}

Result<ClusterFile> read_cluster_file(const std::string& dir) {
  std::ifstream file(path_of(dir));
  std::stringstream text;
  if (file) text << file.rdbuf();
  if (!file)
    return fail(ErrorCode::CONFIG_INVALID,
                path_of(dir) + ": cannot be read; usher cluster start --dir makes it");
  return parse_cluster(text.str(), path_of(dir));
}

Result<void> write_cluster_file(const std::string& dir, const ClusterFile& file) {
  std::string fresh = path_of(dir) + ".new";
  {
    std::ofstream out(fresh, std::ios::trunc);
    out << cluster_text(file) << "\n";
    out.flush();
    if (!out) return fail(ErrorCode::IO_FAILED, fresh + ": cannot be written");
  }
  std::error_code problem;
  std::filesystem::rename(fresh, path_of(dir), problem);
  if (problem) return fail(ErrorCode::IO_FAILED, path_of(dir) + ": " + problem.message());
  return {};
}

}  // namespace usher::cli

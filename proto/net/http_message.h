// A request and an answer of HTTP/1.1 as plain values: what servers, clients and handlers pass to
// each other without seeing a socket.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usher::net {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

// The first of this name, whatever its case.
std::optional<std::string_view> find_field(const HttpFields& fields, std::string_view name);

struct HttpRequest {
  std::string method;
  std::string target;
  HttpFields fields;  // in the order they came; names as they were written
  std::string body;

  std::optional<std::string_view> field(std::string_view name) const {
    return find_field(fields, name);
  }
};

struct HttpAnswer {
  unsigned status = 200;
  std::string content_type = {};
  std::string body = {};  // of HEAD it is left out
  HttpFields fields = {};

  std::optional<std::string_view> field(std::string_view name) const {
    return find_field(fields, name);
  }
};

}  // namespace usher::net

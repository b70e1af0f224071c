// What the gateway shows that is always the same: the API's description and the status page.
#pragma once

#include <string_view>

namespace usher::gateway {

// OpenAPI 3.1, JSON.
std::string_view openapi_json();
// Events, sections and live counts; one file, no other is fetched.
std::string_view page_html();

}  // namespace usher::gateway

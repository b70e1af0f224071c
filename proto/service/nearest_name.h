// What somebody probably meant: the known name that differs least from the one they wrote.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace usher::service {

// How many letters have to be put in, left out, changed, or exchanged with their neighbour.
size_t edit_distance(std::string_view a, std::string_view b);

// The first of those nearest; `known` is not empty.
const std::string& nearest_name(std::string_view written, const std::vector<std::string>& known);

}  // namespace usher::service

// Lists as one text, as flags and variables hold them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace usher::service {

// Those between the commas, without the blanks around them; none where there is nothing but blanks.
std::vector<std::string> split_list(std::string_view text);
std::string join(const std::vector<std::string>& items, std::string_view between);

}  // namespace usher::service

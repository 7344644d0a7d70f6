// Rough conversations: a peer that says what it likes, near everything that a boundary is drawn at, to a
// connection in each state, while the application reads, writes and closes as it likes. By number: equal
// numbers, equal conversations.
#pragma once

#include <cstddef>
#include <string>

namespace nut::transcripts {

inline constexpr size_t kRoughConversations = 60;

// "rough_07"; from 1.
std::string RoughName(size_t number);
std::string PlayRough(size_t number);

}  // namespace nut::transcripts

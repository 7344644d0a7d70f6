// AnswerMemory: answers that were given a moment ago, found by the very bytes of their request. Clients
// repeat themselves to the letter, and for an answer that depends on nothing but the request and the second
// of its Date field, understanding the request again gives the same bytes again. Owned by the service, used
// by all its sessions; never a scheduling point.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "stack/base/time.h"
#include "stack/pro/http/content.h"

namespace nut::pro {

struct RememberedAnswer {
  std::string request;                  // from its first byte to the end of its header
  std::string header;                   // of the answer
  std::shared_ptr<const Content> body;  // in memory, sent as a whole; null: none is sent
  bool keep_alive = false;              // afterwards
  Instant until{};                      // from then on it would be another answer
};

class AnswerMemory {
 public:
  // Remembers so many, of requests up to `longest_request` bytes; then the one used longest ago is forgotten.
  AnswerMemory(size_t answers, size_t longest_request) : limit_(answers), longest_request_(longest_request) {}

  // The answer to the request that `input` begins with. Null: not remembered.
  std::shared_ptr<const RememberedAnswer> Find(std::string_view input, Instant now);

  // Harmless for one that is too long, or not good any more.
  void Remember(RememberedAnswer answer, Instant now);

  size_t size() const { return answers_.size(); }

 private:
  const size_t limit_;
  const size_t longest_request_;
  std::list<std::shared_ptr<const RememberedAnswer>> answers_;  // used last comes first
};

}  // namespace nut::pro

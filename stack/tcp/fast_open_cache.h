// FastOpenCache: the cookies that servers gave to this node, and the size of segment that they took (RFC 7413
// 4.1.3.1). Of so many servers at most: the one that was not heard of for longest makes room. Owned by the
// machine; any thread of the node.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "stack/base/time.h"
#include "stack/wire/ip_address.h"
#include "stack/wire/tcp_options.h"

namespace nut::tcp {

class FastOpenCache {
 public:
  struct Entry {
    wire::IpAddress server;
    wire::TcpFastOpenCookie cookie;
    uint16_t mss = 0;
    Instant noted{};
  };

  explicit FastOpenCache(size_t capacity) : capacity_(std::max<size_t>(1, capacity)) {}

  const Entry* Find(const wire::IpAddress& server) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return entry.server == server; });
    return found == entries_.end() ? nullptr : &*found;
  }

  void Note(const Entry& entry) {
    Forget(entry.server);
    if (entries_.size() >= capacity_) {
      entries_.erase(std::min_element(entries_.begin(), entries_.end(),
                                      [](const Entry& a, const Entry& b) { return a.noted < b.noted; }));
    }
    entries_.push_back(entry);
  }

  // What goes with the SYN seems to be lost on the way there: the next one asks anew.
  void Forget(const wire::IpAddress& server) {
    std::erase_if(entries_, [&](const Entry& entry) { return entry.server == server; });
  }

  size_t size() const { return entries_.size(); }

 private:
  const size_t capacity_;
  std::vector<Entry> entries_;
};

}  // namespace nut::tcp

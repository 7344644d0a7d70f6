// PendingRecords: captured frames that are not written yet, in the order of their capture, so that what the
// stack finds out about a frame a moment later still gets into the frame's comment. Holds copies of the
// bytes, in one buffer. Owned by the Capture, which keeps the limits.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "stack/base/bytes.h"
#include "stack/base/time.h"
#include "stack/link/direction.h"

namespace nut::link {

class PendingRecords {
 public:
  struct Record {
    uint32_t interface = 0;
    Direction direction = Direction::kReceive;
    Instant time{};
    size_t original_size = 0;  // of the frame
    std::string comment;
    size_t size = 0;  // of the kept bytes
  };

  bool empty() const { return records_.empty(); }
  size_t count() const { return records_.size(); }
  size_t bytes() const { return bytes_.size() - dead_; }
  // Memory taken for them, at most a small multiple of the most that ever waited.
  size_t footprint() const { return bytes_.capacity(); }

  // Puts the record behind all others with a copy of `bytes`; gives its ticket, which is never 0, and a place
  // to change the copy in, good until the next Push.
  struct Pushed {
    uint64_t ticket;
    MutableByteView bytes;
  };
  Pushed Push(Record record, ByteView bytes);
  // The youngest record gets more bytes; the place of all of them.
  MutableByteView Extend(ByteView more);

  // Null when it was popped already or never was.
  Record* Find(uint64_t ticket);

  // The oldest; not when empty.
  const Record& front() const { return records_.front(); }
  ByteView front_bytes() const { return {bytes_.data() + dead_, records_.front().size}; }
  void Pop();

 private:
  std::deque<Record> records_;
  std::vector<uint8_t> bytes_;
  size_t dead_ = 0;            // bytes of popped records, in front
  uint64_t first_ticket_ = 1;  // of records_.front()
};

}  // namespace nut::link

#include "stack/link/pending_records.h"

namespace nut::link {

PendingRecords::Pushed PendingRecords::Push(Record record, ByteView bytes) {
  record.size = bytes.size();
  records_.push_back(std::move(record));
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return {first_ticket_ + records_.size() - 1, MutableByteView(bytes_).last(bytes.size())};
}

MutableByteView PendingRecords::Extend(ByteView more) {
  Record& record = records_.back();
  record.size += more.size();
  bytes_.insert(bytes_.end(), more.begin(), more.end());
  return MutableByteView(bytes_).last(record.size);
}

PendingRecords::Record* PendingRecords::Find(uint64_t ticket) {
  if (ticket < first_ticket_ || ticket - first_ticket_ >= records_.size()) return nullptr;
  return &records_[ticket - first_ticket_];
}

void PendingRecords::Pop() {
  dead_ += records_.front().size;
  records_.pop_front();
  ++first_ticket_;
  // The living move to the front when they are the smaller part: each byte moves once at most, on average.
  if (dead_ >= bytes_.size() - dead_) {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<ptrdiff_t>(dead_));
    dead_ = 0;
  }
}

}  // namespace nut::link

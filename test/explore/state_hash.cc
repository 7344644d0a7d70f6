#include "test/explore/state_hash.h"

#include <string_view>

namespace nut::explore {
namespace {

// FNV-1a over words: quick, and good enough to tell states apart.
class Hasher {
 public:
  void Add(uint64_t word) { value_ = (value_ ^ word) * 0x100000001b3u ^ value_ >> 29; }
  void Add(std::string_view text) {
    for (const char c : text) value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0xcbf29ce484222325u;
};

uint64_t BitsOf(const tcp::ConnectionRecord& record) {
  const tcp::Requests& asked = record.requests;
  const bool bits[] = {record.active,
                       record.indexed,
                       record.forgotten,
                       record.accepting,
                       record.finished,
                       asked.open,
                       asked.configure,
                       asked.shutdown,
                       asked.abort,
                       asked.close,
                       record.dirty_hook.is_linked(),
                       record.doomed};
  uint64_t word = static_cast<uint64_t>(record.ownership);
  for (const bool bit : bits) word = word << 1 | bit;
  return word;
}

void AddRecord(Hasher& hash, const tcp::ConnectionRecord& record) {
  const tcp::ConnectionInfo info = record.connection.Info({});
  hash.Add(record.handle.slot);
  hash.Add(BitsOf(record));
  hash.Add(static_cast<uint64_t>(info.state));
  hash.Add(uint64_t{info.snd_una - info.iss} << 32 | (info.snd_nxt - info.iss));
  hash.Add(uint64_t{info.rcv_nxt - info.irs} << 32 | info.snd_wnd);
  hash.Add(info.send_queue << 32 | info.receive_queue);
  hash.Add(uint64_t{info.backoff} << 32 | info.out_of_order);
  for (const tcp::Interest interest : {tcp::Interest::kReadable, tcp::Interest::kWritable,
                                       tcp::Interest::kEstablished, tcp::Interest::kDrained}) {
    hash.Add(record.waiters.Sleepers(interest));
  }
  hash.Add(record.pins);
}

}  // namespace

uint64_t StateHash(const tcp::Engine& engine) {
  Hasher hash;
  engine.connections().ForEach([&](const tcp::ConnectionRecord& record) { AddRecord(hash, record); });
  engine.listeners().ForEach([&](const tcp::Listener& listener) {
    hash.Add(listener.handle.slot);
    hash.Add(listener.closed << 1 | listener.acceptable.signalled());
    hash.Add(listener.syn_count << 32 | listener.accept_count);
    hash.Add(uint64_t{listener.pins} << 32 | listener.acceptable.waiter_count());
  });
  return hash.value();
}

uint64_t StateHash(const os::Executor& executor) {
  Hasher hash;
  executor.VisitThreads([&](const os::ThreadGlance& thread) {
    hash.Add(thread.name);
    hash.Add(static_cast<uint64_t>(thread.state) << 8 | thread.priority);
    hash.Add(thread.waiting_on);
  });
  return hash.value();
}

}  // namespace nut::explore

#include "stack/socket/poll_set.h"

#include "stack/socket/poll_source.h"

namespace nut::socket {
namespace {

// Watches all sources as long as it lives, so also when the waiting thread is killed.
class Watching {
 public:
  explicit Watching(std::vector<std::unique_ptr<PollSource>>& sources) : sources_(sources) {
    for (const auto& source : sources_) source->Watch();
  }
  ~Watching() {
    for (const auto& source : sources_) source->Unwatch();
  }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

 private:
  std::vector<std::unique_ptr<PollSource>>& sources_;
};

}  // namespace

struct PollSet::State {
  explicit State(os::Executor& executor) : changed(executor, "poll") {}

  std::vector<Ready> Look() const {
    std::vector<Ready> ready;
    for (size_t number = 0; number < sources.size(); ++number) {
      const Readiness readiness = sources[number]->Look();
      if (readiness.readable || readiness.writable) ready.push_back({number, readiness});
    }
    return ready;
  }

  size_t Add(std::unique_ptr<PollSource> source) {
    sources.push_back(std::move(source));
    return sources.size() - 1;
  }

  os::EventQueue changed;
  std::vector<std::unique_ptr<PollSource>> sources;
};

PollSet::PollSet(os::Executor& executor) : state_(std::make_unique<State>(executor)) {}
PollSet::~PollSet() = default;

size_t PollSet::Add(const TcpStream& stream, Readiness interest) {
  tcp::Engine* engine = stream.handle().valid() ? stream.engine() : nullptr;
  return state_->Add(std::make_unique<StreamSource>(engine, stream.handle(), interest, state_->changed));
}

size_t PollSet::Add(const TcpListener& listener) {
  return state_->Add(std::make_unique<ListenerSource>(listener.engine(), listener.handle(), state_->changed));
}

size_t PollSet::Add(const UdpSocket& socket) {
  return state_->Add(std::make_unique<DatagramSource>(socket.table(), socket.handle(), state_->changed));
}

void PollSet::Clear() { state_->sources.clear(); }

Result<std::vector<PollSet::Ready>> PollSet::Wait(Duration timeout) {
  os::Executor& executor = state_->changed.executor();
  const Instant deadline = After(executor.Now(), timeout);
  while (true) {
    auto ready = state_->Look();
    if (!ready.empty()) return ready;
    const Instant now = executor.Now();
    if (now >= deadline) return Fail(Error::kTimedOut);
    // Nothing switches between looking and waiting: no event is missed.
    const Watching watching(state_->sources);
    state_->changed.Wait(deadline == kNever ? kForever : deadline - now);
  }
}

}  // namespace nut::socket

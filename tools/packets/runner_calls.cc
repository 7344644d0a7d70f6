// Runner: the lines that are no packets.
#include <fmt/format.h>

#include <algorithm>

#include "stack/tcp/state.h"
#include "tools/packets/error_names.h"
#include "tools/packets/runner.h"
#include "tools/packets/segment_text.h"

namespace nut::packets {

void Runner::Call(const Event& event) {
  last_ = DueAt(event);
  world_.RunUntil(last_);
  Arguments arguments(event);
  if (CallHere(event, arguments)) return;
  const auto outcome = application_.Call(event.verb, arguments, *flow_);
  if (!outcome) throw ScriptError(event.place, fmt::format("\"{}\" is no call", event.verb));
  Tell(last_, "", event.text + "   -> " + outcome->ToText());
  // An opening takes its time, so that it is asked for later; everything else is done at once unless the
  // script says more.
  if (event.verb == "connect" && event.result.empty() && !outcome->done) return;
  if (event.verb == "send" && event.result.empty() && outcome->done && !outcome->error) return;
  CheckOutcome(event, *outcome, event.result);
  if (event.verb == "recv") CheckText(event, *outcome);
}

bool Runner::CallHere(const Event& event, Arguments& arguments) {
  if (event.verb == "flow") {
    SwitchFlow(arguments);
  } else if (event.verb == "expect") {
    ExpectState(event, arguments);
  } else if (event.verb == "quiet") {
    BeQuiet(event, arguments.Time("a time"));
  } else if (event.verb == "wait") {
    last_ += arguments.Time("a time");
    world_.RunUntil(last_);
  } else {
    return false;
  }
  return true;
}

void Runner::SwitchFlow(Arguments& arguments) {
  const std::string name = arguments.Word("a name");
  if (!flows_.contains(name)) {
    Flow flow;
    flow.name = name;
    flow.peer = script_.peer;
    flow.node = flow_->node;
    flow.node_port = flow_->node_port;
    flow.peer_port = static_cast<uint16_t>(40000 + flows_.size());
    flows_[name] = flow;
  }
  flow_ = &flows_[name];
  while (!arguments.empty()) {
    if (arguments.Take("peer")) {
      flow_->peer = arguments.Address("an address");
    } else if (arguments.Take("port")) {
      flow_->peer_port = static_cast<uint16_t>(arguments.Number("a port", 65535));
    } else if (arguments.Take("node")) {
      flow_->node_port = static_cast<uint16_t>(arguments.Number("a port", 65535));
    } else if (arguments.Take("isn")) {
      flow_->peer_isn = arguments.Number("a sequence number");
    } else if (arguments.Take("new")) {  // another connection of the same ends
      flow_->node_isn.reset();
      flow_->node_clock.reset();
      flow_->sent.clear();
      flow_->received = 0;
    } else {
      arguments.End();
    }
  }
}

void Runner::BeQuiet(const Event& event, Duration length) {
  last_ += length;
  if (!world_.RunToPacket(last_)) return;
  const SentFrame frame = world_.wire().sent().front();
  Flow* flow = nullptr;
  const ReadPacket read = Read(frame, false, &flow);
  Fail(event, fmt::format("the node is not quiet\n  expected  nothing\n  got       {:.6f} > {}",
                          ToSeconds(world_.TimeOf(frame.time)), PrintPacket(read.packet)));
}

void Runner::ExpectState(const Event& event, Arguments& arguments) {
  const std::string name = arguments.Word("what is expected");
  if (name == "state") {
    const std::string wanted = arguments.Word("a state");
    const auto info = application_.Info(*flow_);
    const std::string got = info ? std::string(tcp::NameOf(info->state)) : "gone";
    if (got != wanted) Fail(event, fmt::format("state: expected {}, got {}", wanted, got));
  } else if (name == "drop") {
    ExpectDrop(event, arguments);
  } else if (name == "soft-error") {
    const std::string wanted = arguments.Word("an error");
    const auto error = application_.SoftError(*flow_);
    const std::string got = error ? std::string(NameOfError(*error)) : "none";
    if (got != wanted) Fail(event, fmt::format("soft error: expected {}, got {}", wanted, got));
  } else if (const bool is_number = !arguments.empty() && name != "error"; is_number) {
    ExpectNumber(event, name, arguments);
  } else {
    const auto outcome = application_.last(*flow_);
    if (!outcome) Fail(event, "there was no call");
    std::vector<std::string> result{name};
    if (name == "error") result.push_back(arguments.Word("an error"));
    CheckOutcome(event, *outcome, name == "ok" ? std::vector<std::string>{} : result);
  }
  arguments.End();
}

void Runner::ExpectNumber(const Event& event, const std::string& name, Arguments& arguments) {
  if (name == "counter") {
    const std::string counter = arguments.Word("a counter");
    const uint64_t wanted = arguments.Number("a number");
    for (size_t i = 0; i < kCounterCount; ++i) {
      if (NameOf(static_cast<Counter>(i)) != counter) continue;
      const uint64_t got = world_.statistics()[static_cast<Counter>(i)];
      if (got != wanted) Fail(event, fmt::format("{}: expected {}, got {}", counter, wanted, got));
      return;
    }
    arguments.Fail(fmt::format("\"{}\" is no counter", counter));
  }
  const auto info = application_.Info(*flow_);
  if (!info) Fail(event, "there is no connection");
  if (name == "rto" || name == "srtt") {
    const Duration wanted = arguments.Time("a time"), got = name == "rto" ? info->rto : info->srtt;
    if (std::chrono::abs(wanted - got) <= script_.tolerance) return;
    Fail(event, fmt::format("{}: expected {:.6f}, got {:.6f}", name, ToSeconds(wanted), ToSeconds(got)));
  }
  const struct {
    std::string_view name;
    uint64_t value;
  } numbers[] = {
      {"cwnd", info->cwnd},
      {"ssthresh", info->ssthresh},
      {"snd_wnd", info->snd_wnd},
      {"rcv_wnd", info->rcv_wnd},
      {"mss", info->send_mss},
      {"send-queue", info->send_queue},
      {"receive-queue", info->receive_queue},
      {"out-of-order", info->out_of_order},
      {"retransmits", info->retransmits},
      {"pipe", info->pipe},
      {"sacked", info->sacked},
      {"lost", info->lost},
      {"urgent", name == "urgent" ? application_.UrgentAhead(*flow_) : 0},
  };
  const auto found = std::ranges::find(numbers, name, [](const auto& number) { return number.name; });
  if (found == std::end(numbers)) arguments.Fail(fmt::format("\"{}\" is nothing that can be expected", name));
  const uint64_t wanted = arguments.Number("a number");
  if (found->value != wanted) Fail(event, fmt::format("{}: expected {}, got {}", name, wanted, found->value));
}

void Runner::ExpectDrop(const Event& event, Arguments& arguments) {
  std::string wanted = arguments.Word("a reason");
  const uint64_t count = arguments.empty() ? 1 : arguments.Number("a number");
  if (wanted.starts_with('"')) wanted.erase(0, 1);
  const std::string got = Dropped();
  if (got == (wanted == "none" ? "" : fmt::format("{} ({})", wanted, count))) return;
  Fail(event, fmt::format("drops: expected {} ({}), got {}", wanted, count, got.empty() ? "none" : got));
}

void Runner::CheckOutcome(const Event& event, const Outcome& outcome,
                          const std::vector<std::string>& result) {
  const std::string got = outcome.ToText();
  const auto fail = [&](const std::string& wanted) {
    Fail(event, fmt::format("{}\n  expected  {}\n  got       {}", event.text, wanted, got));
  };
  if (result.empty()) {
    if (!outcome.done || outcome.error || outcome.end) fail("ok");
    return;
  }
  const std::string& first = result.front();
  if (first == "pending") {
    if (outcome.done) fail("still waits");
  } else if (first == "error") {
    const auto error = result.size() == 2 ? FindError(result[1]) : std::nullopt;
    if (!error) throw ScriptError(event.place, "this is no error's name");
    if (!outcome.done || outcome.error != *error) fail("error " + result[1]);
  } else if (first == "nothing" || first == "end") {
    if (!outcome.done || got != first) fail(first);
  } else if (first.starts_with('"')) {
    const std::string text(outcome.data.begin(), outcome.data.end());
    if (text != first.substr(1)) fail(fmt::format("\"{}\", not \"{}\"", first.substr(1), text));
  } else if (first == "ok") {
    CheckOutcome(event, outcome, {});
  } else if (!outcome.done || outcome.error || std::to_string(outcome.count) != first) {
    fail(first + " octets");
  }
}

// The peer's text is the pattern unless the script spells it: so it is compared without a word.
void Runner::CheckText(const Event& event, const Outcome& outcome) {
  const bool spelled = flow_->spelled || (!event.result.empty() && event.result.front().starts_with('"'));
  for (size_t at = 0; at < outcome.data.size() && !spelled; ++at) {
    const uint8_t wanted = PatternAt(static_cast<uint32_t>(flow_->received + at + 1));
    if (outcome.data[at] == wanted) continue;
    Fail(event, fmt::format("octet {} of what was received: expected {:02x}, got {:02x}",
                            flow_->received + at, wanted, outcome.data[at]));
  }
  flow_->received += outcome.data.size();
}

}  // namespace nut::packets

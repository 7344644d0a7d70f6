#include "test/transcripts/director.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "apps/nutnode/units.h"
#include "stack/node/profile.h"
#include "test/transcripts/stage.h"
#include "test/transcripts/stage_options.h"
#include "tools/packets/parser.h"

namespace nut::transcripts {
namespace {

using packets::ScriptError;

class Director {
 public:
  explicit Director(const std::string& name) : place_{name, 0} {}

  std::string Play(std::string_view text);

 private:
  void TakeLine(std::string_view line);
  void Open();
  void Perform(std::string_view line);
  void Say(std::string_view line, bool more);
  bool TakeOrder(const Words& words);
  void Happen(const Words& words);
  void TakeFlow(const Words& words);
  [[noreturn]] void Fail(const std::string& message) const { throw ScriptError(place_, message); }

  packets::Place place_;
  bool looked_ = false;  // and nothing has happened since
  std::string remarks_;
  StageOptions options_;
  std::optional<Stage> stage_;
  uint16_t peer_port_ = 40000;
  std::optional<uint16_t> node_port_;  // absent: the one that the node has chosen
  uint32_t peer_isn_ = 0xffff'ff00;
};

std::string Director::Play(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    ++place_.line;
    TakeLine(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  Open();
  if (!looked_) stage_->TellSockets();
  stage_->TellCounters();
  return remarks_ + stage_->transcript().Text();
}

// Remarks in front of everything head the transcript; later ones stand where they are.
void Director::TakeLine(std::string_view line) {
  if (line.starts_with("# ")) {
    if (stage_) {
      stage_->transcript().AddRemark(line);
    } else {
      remarks_ += std::string(line) + "\n";
    }
    return;
  }
  if (line.find_first_not_of(' ') == line.npos) return;
  if (!stage_) {
    const std::string fault = TakeOption(WordsOf(line), options_);
    if (fault.empty()) return;
    if (fault != kNoOption) Fail(fault);
    Open();
  }
  Perform(line);
}

void Director::Open() {
  if (!stage_) stage_.emplace(options_);
}

// [+TIME] ORDER, or NAME CALL [; CALL]...
void Director::Perform(std::string_view line) {
  looked_ = false;
  while (line.starts_with(' ')) line.remove_prefix(1);
  if (line.starts_with('+')) {
    const size_t end = std::min(line.find(' '), line.size());
    stage_->RunFor(TimeOf(line.substr(1, end - 1)));
    line.remove_prefix(end);
    while (line.starts_with(' ')) line.remove_prefix(1);
    if (line.empty()) return;
  }
  if (line.starts_with("<< ")) return Say(line.substr(3), true);
  if (line.starts_with("< ")) return Say(line.substr(2), false);
  const Words words = WordsOf(line);
  if (TakeOrder(words)) return;
  Program* program = stage_->ProgramOf(words[0]);
  if (program == nullptr || words.size() < 2) Fail("this is nobody's call, and no order");
  // Calls with ";" between them are made without a pause.
  for (auto from = words.begin() + 1; from < words.end();) {
    const auto to = std::find(from, words.end(), ";");
    program->Queue(Words(from, to));
    from = to == words.end() ? to : to + 1;
  }
  stage_->RunFor(0s);
}

void Director::Say(std::string_view line, bool more) {
  packets::Tokens tokens(line, place_);
  const packets::Packet packet = packets::ParsePacket(tokens);
  tokens.End();
  const uint16_t node_port = node_port_.value_or(stage_->flows().latest_node_port());
  if (stage_->flows().Find(node_port, peer_port_) == nullptr)
    stage_->flows().SetPeerIsn(node_port, peer_port_, peer_isn_);
  stage_->Say(packet, peer_port_, node_port);
  if (!more) stage_->RunFor(0s);
}

bool Director::TakeOrder(const Words& words) {
  const std::string& verb = words[0];
  if (verb == "look") {
    stage_->TellSockets();
    looked_ = true;
  } else if (verb == "count") {
    stage_->TellCounters();
  } else if (verb == "hide") {
    stage_->transcript().HidePackets();
  } else if (verb == "show") {
    stage_->transcript().ShowPackets();
  } else if (verb == "flow") {
    TakeFlow(words);
  } else if (verb == "lose" || verb == "late" || verb == "twice" || verb == "mark" || verb == "damage") {
    Happen(words);
  } else if (verb == "unplug" || verb == "plug") {
    Station* station = words.size() == 2 ? stage_->Find(words[1][0]) : nullptr;
    if (station == nullptr) Fail("whose cable?");
    station->port().SetConnected(verb == "plug");
    stage_->transcript().Add(station->name(), verb == "plug" ? "is plugged in" : "is unplugged");
  } else {
    return false;
  }
  return true;
}

// lose|late|twice|mark|damage a|b KIND FIRST[-[LAST]] [TIME]
void Director::Happen(const Words& words) {
  constexpr std::pair<std::string_view, Fate> kFates[] = {{"lose", Fate::kLost},
                                                          {"late", Fate::kLate},
                                                          {"twice", Fate::kTwice},
                                                          {"mark", Fate::kMarked},
                                                          {"damage", Fate::kDamaged}};
  constexpr std::pair<std::string_view, Kind> kKinds[] = {{"any", Kind::kAny}, {"text", Kind::kText},
                                                          {"syn", Kind::kSyn}, {"fin", Kind::kFin},
                                                          {"ack", Kind::kAck}, {"rst", Kind::kReset}};
  Station* station = words.size() >= 4 ? stage_->Find(words[1][0]) : nullptr;
  if (station == nullptr) Fail("what happens to whose frames?");
  Misfortune misfortune;
  for (const auto& [name, fate] : kFates) {
    if (words[0] == name) misfortune.fate = fate;
  }
  const Kind* found = nullptr;
  for (const auto& known : kKinds) {
    if (words[2] == known.first) found = &known.second;
  }
  if (found == nullptr) Fail("frames are any, text, syn, fin, ack or rst");
  misfortune.kind = *found;
  const std::string& range = words[3];
  const size_t dash = range.find('-');
  misfortune.first = misfortune.last = NumberOf({range.substr(0, dash)}, 0);
  if (dash != range.npos)
    misfortune.last = dash + 1 == range.size() ? SIZE_MAX : NumberOf({range.substr(dash + 1)}, 0);
  if (words.size() > 4) misfortune.delay = TimeOf(words[4]);
  station->wire().Add(misfortune);
}

// flow [peer PORT] [node PORT] [isn N]: the peer speaks of this connection from now on, and begins anew.
void Director::TakeFlow(const Words& words) {
  peer_port_ = static_cast<uint16_t>(NumberAfter(words, "peer", peer_port_));
  const size_t node_port = NumberAfter(words, "node", node_port_.value_or(0));
  node_port_ = node_port == 0 ? std::nullopt : std::optional(static_cast<uint16_t>(node_port));
  const auto isn = static_cast<uint32_t>(NumberAfter(words, "isn", peer_isn_));
  if (NumberAfter(words, "isn", SIZE_MAX) == SIZE_MAX) return;
  peer_isn_ = isn;
  stage_->flows().SetPeerIsn(node_port_.value_or(stage_->flows().latest_node_port()), peer_port_, isn);
}

}  // namespace

std::string PlayScene(std::string_view text, const std::string& name) { return Director(name).Play(text); }

}  // namespace nut::transcripts

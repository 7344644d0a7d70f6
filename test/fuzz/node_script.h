// NodeScript: one life of a node as an input tells it: frames, time, lies, and requests of its own; and what must hold
// meanwhile and afterwards. One object runs one script.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "test/fuzz/forge.h"
#include "test/fuzz/model_peer.h"
#include "test/fuzz/node_commands.h"
#include "test/fuzz/script_reader.h"
#include "test/hostile/node_on_a_wire.h"

namespace nut::fuzz {

class NodeScript {
 public:
  // `trace`, if given, is told what goes to the node ("<") and comes from it (">").
  using Trace = std::function<void(Instant now, std::string_view direction, ByteView frame)>;

  explicit NodeScript(Trace trace = nullptr);

  // Runs `script`, then checks that the node still answers, and that it ends without leaving anything behind.
  void Run(ByteView script);

 private:
  void RunCommand(uint8_t first, ScriptReader& script);
  void Settle();
  void Rest();

  void Wait(ScriptReader& script);
  void AcknowledgeFor(unsigned rounds);
  void Mended(const Host& from, ScriptReader& script);
  void Segment(ModelPeer& peer, ScriptReader& script);
  void Open(ModelPeer& peer, ScriptReader& script);
  void Text(ModelPeer& peer, ScriptReader& script);
  void Ack(ModelPeer& peer, ScriptReader& script);
  void Close(ModelPeer& peer, ScriptReader& script);
  void Icmp(const Host& from, ScriptReader& script);
  void Arp(const Host& from, const Host& next, ScriptReader& script);
  void Fragment(const Host& from, ScriptReader& script);
  void Udp(const Host& from, ScriptReader& script);
  void Reflect(ScriptReader& script);
  void Repeat(ScriptReader& script);
  void ActAsNode(const ModelPeer& peer, ScriptReader& script);

  uint32_t SequenceOf(const ModelPeer& peer, uint8_t shape, ScriptReader& script);
  uint32_t AckOf(const ModelPeer& peer, uint8_t shape, ScriptReader& script);
  ByteView PayloadOf(ScriptReader& script);
  // Timestamps for a segment of a connection that uses them; else nothing.
  Bytes OptionsOf(const ModelPeer& peer) const;
  void SendInOrder(ModelPeer& peer, uint8_t flags, ByteView payload, uint16_t window = 65535);

  void Bring(Bytes frame);
  void OnSent(ByteView frame);
  void AnswerArp(ByteView packet);
  // The frame that was sent `back` frames ago; nothing before the first.
  const Bytes* Sent(uint8_t back) const;

  const Trace trace_;
  std::unique_ptr<hostile::NodeOnAWire> world_;
  std::vector<ModelPeer> peers_;
  std::deque<Bytes> sent_;
  Bytes last_brought_;
  unsigned actions_left_;
};

}  // namespace nut::fuzz

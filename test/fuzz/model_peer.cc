#include "test/fuzz/model_peer.h"

#include <algorithm>

#include "stack/base/invariant.h"

namespace nut::fuzz {

void ModelPeer::OnFromNode(const wire::TcpView& segment) {
  const wire::TcpFlags flags = segment.flags();
  if (flags.ack()) CheckAcknowledgement(segment.acknowledgement().number());
  if (flags.rst()) return;
  const uint32_t end = segment.sequence().number() + segment.sequence_length();
  const auto options = wire::ParseTcpOptions(segment.options());
  if (options && options->timestamps) {
    timestamps_ = true;
    timestamp_to_echo_ = options->timestamps->value;
  }
  if (flags.syn()) {
    rcv_nxt_ = end;
    node_shift_ = options && options->window_scale ? *options->window_scale : 0;
  } else {
    // A segment without octets takes no window: an ACK of our SYN, before we have acknowledged anything, is one.
    if (segment.sequence_length() > 0) CheckWindow(end);
    if (segment.sequence().number() == rcv_nxt_) {
      unacknowledged_ = unacknowledged_ || end != rcv_nxt_;
      rcv_nxt_ = end;
    }
  }
  if (flags.ack()) {
    const unsigned shift = flags.syn() ? 0 : node_shift_;
    window_edge_ = segment.acknowledgement().number() + (uint32_t{segment.window()} << shift);
  }
}

void ModelPeer::CheckWindow(uint32_t end) const {
  if (offered_acks_.size() >= kMostOffers) return;
  // One octet beyond may be a window probe.
  const bool offered = std::ranges::any_of(offered_acks_, [&](uint32_t acknowledged) {
    return static_cast<int32_t>(acknowledged + largest_window_ + 1 - end) >= 0;
  });
  NUT_INVARIANT(offered, "the node sends beyond every window that it was offered");
}

void ModelPeer::CheckAcknowledgement(uint32_t acknowledgement) const {
  if (brought_.size() >= kMostOffers) return;
  const bool sent = std::ranges::any_of(
      brought_, [&](const Brought& one) { return acknowledgement - one.start <= one.length; });
  NUT_INVARIANT(sent, "the node acknowledges what was never sent");
}

void ModelPeer::OnToNode(const wire::TcpView& segment) {
  if (segment.flags().syn()) {
    const auto options = wire::ParseTcpOptions(segment.options());
    if (options && options->window_scale) own_shift_ = std::max(own_shift_, *options->window_scale);
  }
  const unsigned shift = segment.flags().syn() ? 0 : own_shift_;
  largest_window_ = std::max(largest_window_, uint32_t{segment.window()} << shift);
  if (brought_.size() < kMostOffers) brought_.push_back({segment.sequence().number(), segment.sequence_length()});
  if (offered_acks_.size() < kMostOffers) offered_acks_.push_back(segment.acknowledgement().number());
}

}  // namespace nut::fuzz

// ImpairmentDecision: what was done to one frame, by the number of its draw, so that a test, a log and a
// capture name the same event; and ImpairmentObserver, who is told. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "stack/base/drop_reason.h"
#include "stack/base/time.h"
#include "stack/link/direction.h"
#include "stack/link/frame.h"

namespace nut::link {

struct ImpairmentDecision {
  uint64_t draw = 0;  // counts the frames decided in this direction, from 1; 0: nothing was decided
  DropReason drop = DropReason::kNone;
  std::optional<uint32_t> corrupted_bit;  // from the first byte's highest bit on
  bool duplicated = false;
  bool reordered = false;
  Duration delay{};  // asked for; alone it is no change to the frame

  // Whether the frame was dropped or changed: worth a comment.
  bool touched() const { return drop != DropReason::kNone || corrupted_bit || duplicated || reordered; }

  // "impair: loss, draw 17"; "impair: corrupt bit 93, duplicate, draw 18". Empty when not touched.
  std::string ToText() const;
};

class ImpairmentObserver {
 public:
  virtual ~ImpairmentObserver() = default;
  // On the way out: when the decision is made, before the frame changes. On the way in: when the frame is
  // handed up, after it changed; or when it is dropped. Called for untouched frames as well while impairment
  // is active or frames wait, in the order in which they pass. A duplicate on the way in is told of on its
  // own.
  virtual void OnImpaired(Direction direction, Frame& frame, const ImpairmentDecision& decision) = 0;
};

}  // namespace nut::link

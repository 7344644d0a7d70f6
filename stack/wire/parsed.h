// What a view's Parse gives back: the view, or the reason for which the bytes are no such header. The reason
// is counted by whoever drops the frame; nothing here counts or logs.
#pragma once

#include <tl/expected.hpp>

#include "stack/base/drop_reason.h"

namespace nut::wire {

template <typename T>
using Parsed = tl::expected<T, DropReason>;

inline tl::unexpected<DropReason> Reject(DropReason reason) { return tl::unexpected<DropReason>(reason); }

}  // namespace nut::wire

// A value or an Error. `Result<void>` where there is nothing to give back but success.
#pragma once

#include <tl/expected.hpp>

#include "stack/base/error.h"

namespace nut {

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> Fail(Error error) { return tl::unexpected<Error>(error); }

}  // namespace nut

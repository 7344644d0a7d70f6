#include <chrono>

#include "stack/base/bytes.h"
#include "stack/base/invariant.h"
#include "stack/pro/http/byte_range.h"
#include "stack/pro/http/http_date.h"
#include "stack/pro/http/preconditions.h"
#include "stack/pro/http/url_path.h"

namespace {

using namespace nut;

constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1389312000)};

// A path that is accepted stays below its root, and means the same when it is written again.
void CheckPath(std::string_view text) {
  const auto path = pro::UrlPath::Parse(text);
  if (!path) return;
  for (const std::string& segment : path->segments()) {
    NUT_INVARIANT(!segment.empty() && segment != "." && segment != "..", "a segment that leads elsewhere");
    NUT_INVARIANT(segment.find('/') == std::string::npos && segment.find('\0') == std::string::npos,
                  "a segment that is two");
  }
  const auto again = pro::UrlPath::Parse(path->Encoded());
  NUT_INVARIANT(again && again->segments() == path->segments() && again->is_directory() == path->is_directory(),
                "a path does not round-trip");
}

void CheckDate(std::string_view text) {
  const auto date = pro::ParseHttpDate(text, kNow);
  if (!date) return;
  const auto again = pro::ParseHttpDate(pro::FormatHttpDate(*date), kNow);
  NUT_INVARIANT(again == date, "a date does not round-trip");
}

void CheckRange(std::string_view text) {
  for (const uint64_t size : {uint64_t{0}, uint64_t{1}, uint64_t{1000}, UINT64_MAX}) {
    const pro::RangeChoice choice = pro::ChooseRange(text, size);
    const auto* const range = std::get_if<pro::ByteRange>(&choice);
    if (range == nullptr) continue;
    NUT_INVARIANT(range->length > 0 && range->offset < size && range->length <= size - range->offset,
                  "a range outside of what there is");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = AsText({data, size});
  CheckPath(text);
  CheckDate(text);
  CheckRange(text);
  for (const bool weak : {false, true}) {
    const bool listed = pro::ListHasTag(text, "\"tag\"", weak);
    NUT_INVARIANT(!listed || text.find("\"tag\"") != std::string_view::npos || text.find('*') != std::string_view::npos,
                  "a tag is found that is not there");
  }
  return 0;
}

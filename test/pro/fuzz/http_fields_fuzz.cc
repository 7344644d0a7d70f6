#include "stack/base/invariant.h"
#include "stack/pro/http/byte_range.h"
#include "stack/pro/http/http_date.h"
#include "stack/pro/http/preconditions.h"

// The values of fields that are taken apart: Range, dates, lists of tags.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nut;
  constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1389312000)};
  constexpr uint64_t kSize = 1000;
  const std::string_view text = AsText({data, size});
  const std::string prefixed = "bytes=" + std::string(text);
  for (const std::string_view field : {text, std::string_view(prefixed)}) {
    const pro::RangeChoice choice = pro::ChooseRange(field, kSize);
    if (const auto* range = std::get_if<pro::ByteRange>(&choice)) {
      NUT_INVARIANT(range->length > 0 && range->offset < kSize && range->length <= kSize - range->offset,
                    "a range outside of what there is");
    }
  }
  if (const auto date = pro::ParseHttpDate(text, kNow)) {
    NUT_INVARIANT(pro::ParseHttpDate(pro::FormatHttpDate(*date), kNow) == date, "a date does not round-trip");
  }
  NUT_INVARIANT(!pro::ListHasTag(text, "", true) || text == "*", "no tag is in no list");
  (void)pro::ListHasTag(text, "\"tag\"", false);
  return 0;
}

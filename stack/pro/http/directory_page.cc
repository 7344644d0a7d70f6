#include "stack/pro/http/directory_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "stack/pro/http/html.h"
#include "stack/pro/inspect/units.h"

namespace nut::pro {
namespace {

// "2014-01-10 00:00".
std::string ShortDate(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count());
}

std::string Row(const DirectoryEntry& entry) {
  const std::string_view slash = entry.is_directory ? "/" : "";
  // "./" keeps a name with a colon from being read as a scheme; the name is encoded besides.
  return fmt::format("<tr><td><a href=\"./{0}{1}\">{2}{1}</a><td>{3}<td>{4}\n", EncodeSegment(entry.name),
                     slash, EscapeHtml(entry.name), entry.is_directory ? "" : FormatBytes(entry.size),
                     ShortDate(entry.modified));
}

}  // namespace

std::string DirectoryPage(const UrlPath& path, std::vector<DirectoryEntry> entries, bool complete) {
  std::ranges::sort(entries, [](const DirectoryEntry& a, const DirectoryEntry& b) {
    return std::tie(b.is_directory, a.name) < std::tie(a.is_directory, b.name);
  });
  std::string body = "<table>\n<tr><th>Name<th>Size<th>Modified (UTC)\n";
  if (!path.segments().empty()) body += "<tr><td><a href=\"../\">../</a><td><td>\n";
  for (const DirectoryEntry& entry : entries) body += Row(entry);
  body += "</table>\n";
  if (entries.empty()) body += "<p>Nothing in here.</p>\n";
  if (!complete) body += "<p>There is more than is shown.</p>\n";
  return HtmlPage(path.ToText(), body);
}

}  // namespace nut::pro

#include "stack/pro/http/html.h"

#include <fmt/format.h>

namespace nut::pro {
namespace {

constexpr std::string_view kPage = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{0}</title>
<style>
:root {{ color-scheme: light dark; --ink: #1b2430; --soft: #5d6b7a; --line: #dfe5ea; --link: #0a6c74; --page: #f6f8f9 }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ink: #e4eaf0; --soft: #93a1b0; --line: #2a343f; --link: #5fc9cf; --page: #10161c }}
}}
body {{ margin: 0 auto; max-width: 56rem; padding: 3rem 1.25rem; color: var(--ink); background: var(--page);
  font: 1rem/1.6 system-ui, sans-serif }}
h1 {{ font-size: 1.5rem; font-weight: 650; margin: 0 0 1rem; overflow-wrap: anywhere }}
p {{ color: var(--soft) }}
a {{ color: var(--link); text-decoration: none }}
a:hover {{ text-decoration: underline }}
table {{ border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }}
th, td {{ text-align: left; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }}
th {{ color: var(--soft); font-weight: 500 }}
td + td, th + th {{ text-align: right; white-space: nowrap; color: var(--soft) }}
</style>
<h1>{0}</h1>
{1}
</html>
)";

}  // namespace

std::string EscapeHtml(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string HtmlPage(std::string_view title, std::string_view body) {
  return fmt::format(kPage, EscapeHtml(title), body);
}

}  // namespace nut::pro

#include "tools/explore/publication.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "tools/explore/diagram.h"
#include "tools/explore/pcapng_comments.h"
#include "tools/explore/story_teller.h"
#include "tools/explore/svg_diagram.h"
#include "tools/explore/terminal_diagram.h"

namespace nut::explorer {
namespace {

// Rows kept near deviations and at the end: a screen or two on the console, whatever a browser can show in a
// picture.
constexpr size_t kAroundOnConsole = 4;
constexpr size_t kLastOnConsole = 8;
constexpr size_t kAroundInPicture = 60;
constexpr size_t kLastInPicture = 100;

using Written = tl::expected<void, std::string>;

Written Write(std::string_view option, const std::string& path, std::string_view text) {
  if (path.empty() || WriteOutput(path, text)) return {};
  return tl::unexpected(fmt::format("--{}: {}: {}", option, path, std::strerror(errno)));
}

Written PublishRest(const Finding& run, const Diagram& diagram, const std::string& title,
                    const std::string& fault, const std::string& story, const Options& options) {
  const SvgTexts texts{.title = title, .subtitle = CaseLine(run.what, run.schedule)};
  Written written = Write("story", options.story, story);
  if (written && !options.svg.empty()) {
    written =
        Write("svg", options.svg, DrawAsSvg(Condensed(diagram, kAroundInPicture, kLastInPicture), texts));
  }
  if (written && !options.pcapng.empty()) {
    const auto comments = CommentsFor(run.events, CountPackets(run.capture), fault);
    const auto capture = WithComments(run.capture, comments);
    written =
        Write("pcapng", options.pcapng, {reinterpret_cast<const char*>(capture.data()), capture.size()});
  }
  return written;
}

std::string Drawn(const Diagram& diagram, unsigned columns, bool color) {
  return DrawForTerminal(Condensed(diagram, kAroundOnConsole, kLastOnConsole),
                         {.columns = columns, .color = color});
}

}  // namespace

Written PublishFault(const Finding& finding, const Options& options, Console& console) {
  std::optional<Lane> last;
  if (finding.testimony) last = Lane{finding.testimony->last.node, finding.testimony->last.thread};
  const Diagram diagram = MakeDiagram(finding.events, finding.schedule, finding.fault.fault.text, last);
  const std::string replay = fmt::format("\nSee it again\n  {}\n", finding.replay);
  if (console.quiet()) {
    console.Print(fmt::format("FAULT  {}: {}\n  {}\n", finding.what.scenario->name, finding.fault.fault.text,
                              finding.replay));
  } else {
    console.Print(TellStory(finding, console.columns()) + "\nSequence\n" +
                  Drawn(diagram, console.columns(), console.color()) + replay);
  }
  const std::string story = TellStory(finding, 100) + "\nSequence\n" + Drawn(diagram, 100, false) + replay;
  return PublishRest(finding, diagram, Title(finding), finding.fault.fault.text, story, options);
}

Written PublishHarmless(const Finding& run, const Options& options, Console& console) {
  const Diagram diagram = MakeDiagram(run.events, run.schedule, "");
  const auto tell = [&](unsigned columns, bool color) {
    return TellHarmlessStory(run.what, run.schedule, run.events, columns) + "\nSequence\n" +
           Drawn(diagram, columns, color);
  };
  console.PrintUnlessQuiet(tell(console.columns(), console.color()));
  const std::string title = fmt::format("{}: no fault", run.what.scenario->name);
  return PublishRest(run, diagram, title, "", tell(100, false), options);
}

}  // namespace nut::explorer

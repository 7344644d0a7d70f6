#include "tools/explore/diagram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/property_tree/xml_parser.hpp>
#include <sstream>

#include "test/tools/explore/made_up_run.h"
#include "tools/explore/svg_diagram.h"
#include "tools/explore/terminal_diagram.h"
#include "tools/explore/text_lines.h"

namespace nut::explorer {
namespace {

using testing::HasSubstr;
using testing::Not;
using Kind = DiagramRow::Kind;

Diagram MadeUpDiagram() {
  return MakeDiagram(MadeUpEvents(), *explore::Schedule::Parse("17:1"), "it <broke>");
}

TEST(Diagram, TheWireIsBetweenTheNodesAndThoseWhoSendStandBesideIt) {
  const Diagram diagram = MadeUpDiagram();
  std::vector<std::string> names;
  for (const Lane& lane : diagram.lanes) names.push_back(lane.node + ":" + lane.thread);
  EXPECT_THAT(names, testing::ElementsAre("a:client", "a:closer", "a:tcpsm", ":", "b:tcpsm", "b:server"));
  EXPECT_EQ(diagram.wire, 3u);
}

TEST(Diagram, FramesGoAcrossTheWireAndDeviationsBearTheirMark) {
  const Diagram diagram = MadeUpDiagram();
  EXPECT_EQ(diagram.rows[3].kind, Kind::kFrame);
  EXPECT_EQ(diagram.rows[3].lane, 2u);
  EXPECT_EQ(diagram.rows[3].to, 4u);
  EXPECT_EQ(diagram.rows[7].kind, Kind::kDeviation);
  EXPECT_EQ(diagram.rows[7].mark, "17:1");
  EXPECT_EQ(diagram.rows.back().kind, Kind::kFault);
}

TEST(Diagram, CondensedKeepsWhatIsNearADeviationAndTheEnd) {
  const Diagram whole = MadeUpDiagram();
  const Diagram diagram = Condensed(whole, 1, 1);
  ASSERT_EQ(diagram.rows.size(), 6u);
  EXPECT_EQ(diagram.rows[0].kind, Kind::kGap);
  EXPECT_EQ(diagram.rows[0].text, "6 more");
  EXPECT_EQ(diagram.rows[2].mark, "17:1");
  EXPECT_EQ(diagram.rows.back().kind, Kind::kFault);
  EXPECT_EQ(Condensed(whole, 100, 100).rows.size(), whole.rows.size());
}

TEST(Diagram, ANodeWithoutThreadsAndARunWithoutEventsAreDrawn) {
  EXPECT_FALSE(DrawForTerminal(MakeDiagram({}, {}, "broken at once"), {}).empty());
  explore::StoryEvent frame;
  frame.kind = explore::StoryEvent::Kind::kFrame;
  frame.node = "b";
  frame.to = "a";
  const Diagram diagram = MakeDiagram({frame}, {}, "");
  EXPECT_EQ(diagram.lanes.size(), 3u);
  EXPECT_EQ(diagram.rows[0].lane, 2u);
  EXPECT_EQ(diagram.rows[0].to, 0u);
}

TEST(TerminalDiagram, KeepsToItsWidthAndShowsEverything) {
  for (const unsigned columns : {60u, 80u, 100u, 160u}) {
    const std::string drawn = DrawForTerminal(MadeUpDiagram(), {.columns = columns});
    std::istringstream lines(drawn);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(CodePoints(line).size(), columns) << line;
    EXPECT_THAT(drawn, HasSubstr("[17:1]"));
    EXPECT_THAT(drawn, HasSubstr("▶"));
    EXPECT_THAT(drawn, HasSubstr("◀"));
    EXPECT_THAT(drawn, HasSubstr("✗"));
    EXPECT_THAT(drawn, HasSubstr("0.200000"));
    EXPECT_THAT(drawn, Not(HasSubstr("\x1b")));
  }
}

TEST(TerminalDiagram, ColoursAreForTerminalsOnly) {
  EXPECT_THAT(DrawForTerminal(MadeUpDiagram(), {.color = true}), HasSubstr("\x1b[1;31m"));
}

TEST(SvgDiagram, IsWellFormedSelfContainedAndForLightAndDark) {
  const std::string svg = DrawAsSvg(MadeUpDiagram(), {"a <title> & more", "seed 1"});
  std::istringstream stream(svg);
  boost::property_tree::ptree tree;
  ASSERT_NO_THROW(boost::property_tree::read_xml(stream, tree)) << svg;
  EXPECT_EQ(tree.get<std::string>("svg.title"), "a <title> & more");
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme: dark"));
  // The name space is the only address in it.
  EXPECT_EQ(svg.find("http", svg.find("http") + 1), std::string::npos);
  EXPECT_THAT(svg, HasSubstr("49152 &gt; 80 [S], seq 1, &lt;1 &amp; 2&gt;"));
  EXPECT_THAT(svg, Not(HasSubstr("NaN")));
}

}  // namespace
}  // namespace nut::explorer

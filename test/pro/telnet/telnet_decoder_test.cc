#include "stack/pro/telnet/telnet_decoder.h"

#include <gtest/gtest.h>

namespace nut::pro {
namespace {

using namespace std::string_literals;

struct Decoded {
  std::string text;
  std::string reply;
  friend bool operator==(const Decoded&, const Decoded&) = default;
};

Decoded Decode(const std::string& input, size_t piece = SIZE_MAX) {
  TelnetDecoder decoder;
  Decoded decoded;
  for (size_t at = 0; at < input.size(); at += std::min(piece, input.size() - at)) {
    decoder.Decode(AsBytes(std::string_view(input).substr(at, piece)), decoded.text, decoded.reply);
  }
  return decoded;
}

TEST(TelnetDecoder, LetsPlainTextThrough) { EXPECT_EQ(Decode("help\n"), (Decoded{"help\n", ""})); }

TEST(TelnetDecoder, KnowsEveryEndOfLine) {
  EXPECT_EQ(Decode("a\r\nb\r\0c\nd\re"s).text, "a\nb\nc\nd\ne");
  EXPECT_EQ(Decode("\r\n\r\n").text, "\n\n");
  EXPECT_EQ(Decode("\r\r\n").text, "\n\n");
}

TEST(TelnetDecoder, RefusesEveryOption) {
  // DO x is answered WONT x, WILL x with DONT x (RFC 854).
  EXPECT_EQ(Decode("\xff\xfd\x01"s), (Decoded{"", "\xff\xfc\x01"s}));
  EXPECT_EQ(Decode("\xff\xfb\x1f"s), (Decoded{"", "\xff\xfe\x1f"s}));
}

TEST(TelnetDecoder, NeverAnswersAnAnswer) {
  for (int option = 0; option < 256; ++option) {
    const auto c = static_cast<char>(option);
    EXPECT_EQ(Decode("\xff\xfc"s + c), (Decoded{"", ""}));
    EXPECT_EQ(Decode("\xff\xfe"s + c), (Decoded{"", ""}));
    // Two such ends set on each other are silent after one round.
    const std::string answer = Decode("\xff\xfd"s + c).reply + Decode("\xff\xfb"s + c).reply;
    EXPECT_EQ(Decode(answer).reply, "");
  }
}

TEST(TelnetDecoder, DoublesMeanTheByteItself) { EXPECT_EQ(Decode("a\xff\xff\x62"s).text, "a\xff\x62"s); }

TEST(TelnetDecoder, SkipsSubnegotiation) {
  EXPECT_EQ(Decode("a\xff\xfa\x18\x00xterm\xff\xff\n\xff\xf0z"s), (Decoded{"az", ""}));
  EXPECT_EQ(Decode("\xff\xfa" + std::string(1'000'000, 'x')).text, "");
}

TEST(TelnetDecoder, TranslatesCommands) {
  EXPECT_EQ(Decode("\xff\xf6"s).reply, "[yes]\r\n");
  EXPECT_EQ(Decode("\xff\xf7"s).text, std::string(1, TelnetDecoder::kEraseCharacter));
  EXPECT_EQ(Decode("\xff\xf8"s).text, std::string(1, TelnetDecoder::kEraseLine));
  EXPECT_EQ(Decode("\xff\xf4"s).text, std::string(1, TelnetDecoder::kInterrupt));
  EXPECT_EQ(Decode("\xff\xec"s).text, std::string(1, TelnetDecoder::kEndOfInput));
  EXPECT_EQ(Decode("\x7f"s).text, std::string(1, TelnetDecoder::kEraseCharacter));
  EXPECT_EQ(Decode("\xff\xf1\xff\xf2\xff\xf9"s), (Decoded{"", ""}));
}

TEST(TelnetDecoder, DecodesTheSameHoweverInputIsCut) {
  const std::string input = "he\xff\xfd\x01lp\r\nx\xff\xfa\x18\x00q\xff\xf0\xff\xff\xff\xf6\r\0end\xff"s;
  for (size_t piece = 1; piece < input.size(); ++piece)
    EXPECT_EQ(Decode(input, piece), Decode(input)) << piece;
}

TEST(EncodeTelnet, EndsLinesAndDoublesTheEscape) {
  EXPECT_EQ(EncodeTelnet("a\nb\xff\n"), "a\r\nb\xff\xff\r\n");
}

}  // namespace
}  // namespace nut::pro

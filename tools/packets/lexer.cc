#include "tools/packets/lexer.h"

#include <fmt/format.h>

namespace nut::packets {
namespace {

constexpr std::string_view kMarks = "()[]<>,=";

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

Tokens::Tokens(std::string_view line, Place place) : place_(std::move(place)) {
  size_t at = 0;
  while (at < line.size()) {
    const char c = line[at];
    if (IsBlank(c)) {
      ++at;
    } else if (c == '#' || line.substr(at, 2) == "//") {
      break;
    } else if (c == '"') {
      Token token{Token::Kind::kText, {}};
      for (++at; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] != '\\') {
          token.text += line[at];
          continue;
        }
        const char escape = ++at < line.size() ? line[at] : '\0';
        if (escape == 'n' || escape == 'r' || escape == 't' || escape == '0') {
          token.text += escape == 'n' ? '\n' : escape == 'r' ? '\r' : escape == 't' ? '\t' : '\0';
        } else if (escape == 'x' && at + 2 < line.size() && HexDigit(line[at + 1]) >= 0 &&
                   HexDigit(line[at + 2]) >= 0) {
          token.text += static_cast<char>(HexDigit(line[at + 1]) * 16 + HexDigit(line[at + 2]));
          at += 2;
        } else if (escape == '"' || escape == '\\') {
          token.text += escape;
        } else {
          throw ScriptError(place_, "an unknown escape in a string");
        }
      }
      if (at >= line.size()) throw ScriptError(place_, "a string without its end");
      ++at;
      tokens_.push_back(std::move(token));
    } else if (kMarks.find(c) != kMarks.npos) {
      tokens_.push_back({Token::Kind::kMark, std::string(1, c)});
      ++at;
    } else {
      const size_t start = at;
      while (at < line.size() && !IsBlank(line[at]) && kMarks.find(line[at]) == kMarks.npos &&
             line[at] != '"') {
        ++at;
      }
      tokens_.push_back({Token::Kind::kWord, std::string(line.substr(start, at - start))});
    }
  }
}

bool Tokens::Take(std::string_view text) {
  if (!NextIs(text)) return false;
  ++at_;
  return true;
}

void Tokens::Expect(std::string_view text) {
  if (Take(text)) return;
  Fail(fmt::format("here \"{}\" is missing", text));
}

std::string Tokens::Word(std::string_view what) {
  if (empty() || Peek()->kind != Token::Kind::kWord) Fail(fmt::format("here {} is missing", what));
  return tokens_[at_++].text;
}

std::optional<std::string> Tokens::TakeText() {
  if (empty() || Peek()->kind != Token::Kind::kText) return std::nullopt;
  return tokens_[at_++].text;
}

void Tokens::End() const {
  if (!empty()) Fail("this is too much");
}

void Tokens::Fail(const std::string& message) const {
  throw ScriptError(place_, empty() ? message + " at the end of the line"
                                    : fmt::format("{}, before \"{}\"", message, Peek()->text));
}

}  // namespace nut::packets

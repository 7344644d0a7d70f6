// Tokens: one line of a script, cut into words, quoted strings and marks, and a cursor over them. Owned by
// the parser; lives as long as its line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/packets/script_error.h"

namespace nut::packets {

struct Token {
  enum class Kind { kWord, kText, kMark };
  Kind kind = Kind::kWord;
  std::string text;  // of kText: without quotes, escapes resolved
};

class Tokens {
 public:
  // A comment (`#` or `//` behind a blank) ends the line. Marks are ( ) [ ] < > , = each by itself.
  Tokens(std::string_view line, Place place);

  const Place& place() const { return place_; }
  bool empty() const { return at_ == tokens_.size(); }
  const Token* Peek(size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() ? &tokens_[at_ + ahead] : nullptr;
  }
  bool NextIs(std::string_view text) const { return Peek() != nullptr && IsPlain(*Peek(), text); }

  // Takes the next token if it is this word or mark.
  bool Take(std::string_view text);
  // Takes the next token, which has to be this one.
  void Expect(std::string_view text);
  // The next word; `what` names it in the message when there is none.
  std::string Word(std::string_view what);
  std::optional<std::string> TakeText();  // a quoted string
  // Nothing may follow.
  void End() const;

  [[noreturn]] void Fail(const std::string& message) const;

 private:
  static bool IsPlain(const Token& token, std::string_view text) {
    return token.kind != Token::Kind::kText && token.text == text;
  }

  Place place_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
};

}  // namespace nut::packets

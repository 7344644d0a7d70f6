#include "test/transcripts/words.h"

#include "apps/nutnode/units.h"
#include "tools/packets/lexer.h"

namespace nut::transcripts {

using packets::ScriptError;
using packets::Token;

Words WordsOf(std::string_view line) {
  packets::Tokens tokens(line, {std::string(line), 0});
  Words words;
  while (const Token* token = tokens.Peek(words.size())) {
    words.push_back(token->kind == Token::Kind::kText ? '"' + token->text + '"' : token->text);
  }
  return words;
}

std::string Joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

size_t NumberOf(const Words& words, size_t at) {
  const auto number =
      at < words.size() ? apps::ParseBytes(words[at]) : tl::unexpected(std::string("a number is missing"));
  if (!number) throw ScriptError({Joined(words), at}, number.error());
  return *number;
}

Duration TimeOf(std::string_view word) {
  const auto time = apps::ParseDuration(word);
  if (!time) throw ScriptError({std::string(word), 0}, time.error());
  return *time;
}

size_t NumberAfter(const Words& words, std::string_view word, size_t otherwise) {
  for (size_t at = 0; at < words.size(); ++at) {
    if (words[at] == word) return NumberOf(words, at + 1);
  }
  return otherwise;
}

Duration TimeAfter(const Words& words, std::string_view word, Duration otherwise) {
  for (size_t at = 0; at + 1 < words.size(); ++at) {
    if (words[at] == word) return TimeOf(words[at + 1]);
  }
  return otherwise;
}

}  // namespace nut::transcripts

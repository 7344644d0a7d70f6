#include "stack/pro/telnet/telnet_service.h"

#include <fmt/format.h>

#include <array>

#include "stack/pro/telnet/line_editor.h"
#include "stack/pro/telnet/telnet_decoder.h"

namespace nut::pro {
namespace {

// Output kept back, bytes; many commands may come in one piece of input.
constexpr size_t kMostOutput = 16384;

// One client's conversation.
class Session {
 public:
  Session(ServerStream& stream, const Inspector& inspector, const TelnetOptions& options)
      : stream_(stream), inspector_(inspector), options_(options), editor_(options.maximum_line) {}

  Result<Next> Run() {
    const NodeSnapshot node = inspector_.Node();
    prompt_ = fmt::format("{}> ", node.name);
    Say(fmt::format("Nut/Net node {}, version {}. 'help' lists the commands.\n{}", node.name, node.version,
                    prompt_));
    std::array<uint8_t, 512> input;
    while (!over_) {
      if (auto written = WriteOutput(); !written) return Fail(written.error());
      const auto count = stream_.Read(input);
      if (!count) return Fail(count.error());
      std::string text;
      decoder_.Decode(ByteView(input).first(*count), text, output_);
      for (const char c : text) {
        if (over_) break;
        Handle(editor_.Put(c));
        if (output_.size() < kMostOutput) continue;
        if (auto written = WriteOutput(); !written) return Fail(written.error());
      }
      if (*count == 0) {
        Handle(editor_.Finish());
        over_ = true;
      }
    }
    if (auto written = WriteOutput(); !written) return Fail(written.error());
    return Next::kDone;
  }

 private:
  void Handle(LineEditor::Event event) {
    switch (event) {
      case LineEditor::Event::kNone: return;
      case LineEditor::Event::kEndOfInput: over_ = true; return Say("bye\n");
      case LineEditor::Event::kTooLong:
        Say(fmt::format("a line has at most {} characters\n", options_.maximum_line));
        break;
      case LineEditor::Event::kLine: {
        const CommandResult result = RunCommand(inspector_, options_.commands, editor_.TakeLine());
        Say(result.text);
        over_ = result.quit;
        break;
      }
    }
    if (!over_) Say(prompt_);
  }

  void Say(std::string_view text) { output_ += EncodeTelnet(text); }

  Result<void> WriteOutput() {
    if (output_.empty()) return {};
    auto written = stream_.Write(AsBytes(output_));
    output_.clear();
    return written;
  }

  ServerStream& stream_;
  const Inspector& inspector_;
  const TelnetOptions& options_;
  TelnetDecoder decoder_;
  LineEditor editor_;
  std::string prompt_;
  std::string output_;  // written before the next read
  bool over_ = false;
};

}  // namespace

Result<Next> TelnetService::Serve(ServerStream& stream) {
  return Session(stream, inspector_, options_).Run();
}

}  // namespace nut::pro

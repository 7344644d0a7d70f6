#include "tools/packets/play.h"

#include <fstream>
#include <memory>
#include <sstream>

#include "tools/packets/parser.h"
#include "tools/packets/runner.h"

namespace nut::packets {

Played PlayScript(const std::string& text, const std::string& name, Recording* recording) {
  std::unique_ptr<Runner> runner;
  Script script;
  Played played;
  try {
    script = ParseScript(text, name);
    runner = std::make_unique<Runner>(script, recording);
    runner->Run();
  } catch (const ScriptError& error) {
    played.fault = error.what();
  }
  if (runner) played.story = runner->story();
  return played;
}

Played PlayFile(const std::string& path, Recording* recording) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return {path + ": cannot be read", {}};
  return PlayScript(text.str(), path, recording);
}

}  // namespace nut::packets

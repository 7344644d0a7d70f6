// Plays one script from its text: for the program and for tests.
#pragma once

#include <string>
#include <vector>

#include "tools/packets/recording.h"

namespace nut::packets {

struct Played {
  std::string fault;               // empty: everything was as the script says
  std::vector<std::string> story;  // what passed the wire
};

// `name` is what messages call the script.
Played PlayScript(const std::string& text, const std::string& name, Recording* recording = nullptr);

// The same for a file. A file that cannot be read is a fault.
Played PlayFile(const std::string& path, Recording* recording = nullptr);

}  // namespace nut::packets

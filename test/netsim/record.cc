// record: runs every cell and writes the table into the source tree: bazel run //test/netsim:record. Says
// what has changed, for the commit's message.
#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "test/netsim/cells.h"
#include "test/netsim/golden.h"
#include "test/netsim/simulation.h"

namespace nut::netsim {
namespace {

std::optional<Golden> ReadOld(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  std::string error;
  auto old = Golden::FromText(text.str(), error);
  if (!old) std::cerr << "record: the old table is not read: " << error << "\n";
  return old;
}

// One line for each cell that is not as it was, and a summary.
class Changes {
 public:
  void Note(const Cell& cell, const std::optional<Outcome>& before, const Outcome& now) {
    const Judgement judgement = Judge(before, now);
    ++counts_[judgement];
    if (judgement == Judgement::kEqual) return;
    std::cout << fmt::format("{:7} {} | {}\n", NameOf(judgement), cell.Name(), now.Text());
    if (!before) return;
    std::cout << fmt::format("{:7} {} | {}\n", "", "before", before->Text());
    if (before->goodput == 0 || now.goodput == 0) return;
    logarithms_ += std::log(static_cast<double>(now.goodput) / static_cast<double>(before->goodput));
  }

  void Summarise(size_t cells) const {
    for (const auto& [judgement, count] : counts_) std::cout << NameOf(judgement) << ": " << count << "\n";
    std::cout << fmt::format("goodput, geometric mean: {:+.2f} %\n",
                             100 * (std::exp(logarithms_ / static_cast<double>(cells)) - 1));
  }

 private:
  std::map<Judgement, size_t> counts_;
  double logarithms_ = 0;
};

int Main(int argc, char** argv) {
  const char* tree = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (argc > 2 || (argc < 2 && tree == nullptr)) {
    std::cerr << "usage: bazel run //test/netsim:record [-- FILE]\n";
    return 1;
  }
  const std::string path = argc == 2 ? argv[1] : std::string(tree) + "/test/netsim/golden.txt";
  const std::optional<Golden> old = ReadOld(path);
  std::string table = TableHead();
  Changes changes;
  const std::vector<Cell> cells = AllCells();
  for (const Cell& cell : cells) {
    const Outcome now = Simulation(cell).Run();
    changes.Note(cell, old ? old->Find(cell) : std::nullopt, now);
    table += TableLine(cell, now);
  }
  changes.Summarise(cells.size());
  std::ofstream file(path);
  file << table;
  file.close();
  if (!file) {
    std::cerr << "record: cannot write " << path << "\n";
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace nut::netsim

int main(int argc, char** argv) { return nut::netsim::Main(argc, argv); }

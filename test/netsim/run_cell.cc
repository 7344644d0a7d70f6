// run_cell: one cell, chosen on the command line: prints its line of the table, and writes samples for
// tools/plot.
#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <fstream>
#include <iostream>

#include "test/netsim/samples.h"
#include "test/netsim/theory.h"

namespace nut::netsim {
namespace {

namespace po = boost::program_options;

struct Choice {
  Cell cell;
  std::string control = "cubic";
  std::string spread = "hosts";
  std::string seed = "1";
  std::string samples;
  unsigned interval = 20;
};

po::options_description Options(Choice& choice) {
  po::options_description options("run_cell: one simulated network. Options");
  Cell& cell = choice.cell;
  const auto number = [](auto* value) { return po::value(value)->default_value(*value); };
  options.add_options()("help", "this text")("megabits", number(&cell.megabits), "of the line, Mbit/s")(
      "rtt", number(&cell.rtt), "round trip of the empty line, ms")(
      "queue", number(&cell.queue), "of the router, bandwidth-delay products")(
      "loss", number(&cell.loss), "percent of the frames with text")(
      "reorder", number(&cell.reorder), "percent; they come an eighth of the round trip later")(
      "flows", number(&cell.flows), "1 to 100")("spread", number(&choice.spread), "hosts, pair, rtts")(
      "control", number(&choice.control), "cubic, reno, mixed")(
      "no-sack", po::bool_switch()->notifier([&cell](bool off) { cell.sack = !off; }),
      "without SACK and RACK")("warm-up", number(&cell.warm_up), "s")(
      "measured", number(&cell.measured), "s")("seed", number(&choice.seed), "any text")(
      "samples", po::value(&choice.samples), "a CSV file for tools/plot")(
      "interval", number(&choice.interval), "between samples, ms");
  return options;
}

template <typename Value>
Value ValueOf(std::string_view name, std::initializer_list<Value> values) {
  for (const Value value : values) {
    if (NameOf(value) == name) return value;
  }
  throw po::error(fmt::format("no such choice: {}", name));
}

void Complete(Choice& choice) {
  Cell& cell = choice.cell;
  cell.control = ValueOf(choice.control, {Control::kCubic, Control::kReno, Control::kMixed});
  cell.spread = ValueOf(choice.spread, {Spread::kHosts, Spread::kOnePair, Spread::kRtts});
  const bool possible = cell.megabits >= 0.01 && cell.megabits <= 10000 && cell.rtt >= 1 &&
                        cell.rtt <= 10000 && cell.flows >= 1 && cell.flows <= 100 && cell.measured >= 1 &&
                        choice.interval >= 1;
  if (!possible) throw po::error("an option is out of its range");
}

void Run(const Choice& choice) {
  const Cell& cell = choice.cell;
  {
    Simulation simulation(cell, choice.seed);
    std::cout << Cell::Header() << " | " << Outcome::Header() << "\n";
    std::cout << Cell::Units() << " | " << Outcome::Units() << "\n";
    std::cout << cell.Name() << " | " << simulation.Run().Text() << "\n";
  }
  std::cout << fmt::format("theory: {:.0f} kbit/s\n", Expected(cell) / 1000);
  if (choice.samples.empty()) return;
  std::ofstream file(choice.samples);
  if (!file) throw po::error(fmt::format("cannot write {}", choice.samples));
  Simulation simulation(cell, choice.seed);
  Samples samples(simulation, file);
  const Duration end = std::chrono::seconds(cell.warm_up + cell.measured);
  for (Duration now{}; now <= end; now += std::chrono::milliseconds(choice.interval)) {
    simulation.RunTo(now);
    samples.Take(now);
  }
}

int Main(int argc, char** argv) {
  Choice choice;
  const po::options_description options = Options(choice);
  try {
    po::variables_map given;
    po::store(po::parse_command_line(argc, argv, options), given);
    po::notify(given);
    if (given.count("help") > 0) {
      std::cout << options;
      return 0;
    }
    Complete(choice);
    Run(choice);
  } catch (const po::error& error) {
    std::cerr << "run_cell: " << error.what() << "\n";
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace nut::netsim

int main(int argc, char** argv) { return nut::netsim::Main(argc, argv); }

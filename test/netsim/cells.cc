#include "test/netsim/cells.h"

namespace nut::netsim {
namespace {

constexpr unsigned kRoundTrips[] = {1, 10, 40, 100, 200};
constexpr double kLosses[] = {0.1, 1, 3, 10};

// NewReno as it was before SACK: what everything else is compared with.
Cell Plain(Cell cell) {
  cell.control = Control::kReno;
  cell.sack = false;
  return cell;
}

// Lines without faults: does a flow fill them?
void AddCleanLines(std::vector<Cell>& cells) {
  for (const double megabits : {1.0, 10.0, 100.0, 1000.0}) {
    // A second of a fast line has as many packets as minutes of a slow one; but the window of a long fast one
    // takes its time.
    const unsigned seconds = megabits < 100 ? 60 : megabits == 100 ? 30 : 8;
    for (const unsigned rtt : kRoundTrips) {
      cells.push_back(
          {.megabits = megabits, .rtt = rtt, .warm_up = megabits < 1000 ? 20u : 7u, .measured = seconds});
    }
  }
}

// From the first SYN on, with slow start and what it overflows.
void AddBeginnings(std::vector<Cell>& cells) {
  for (const double megabits : {1.0, 10.0, 100.0, 1000.0}) {
    const Cell cell{.megabits = megabits, .warm_up = 0, .measured = 10};
    cells.push_back(cell);
    if (megabits < 1000) cells.push_back(Plain(cell));
  }
}

void AddQueues(std::vector<Cell>& cells) {
  for (const double queue : {0.1, 0.25, 0.5, 4.0}) {
    const Cell cell{.megabits = 100, .rtt = 40, .queue = queue, .measured = 30};
    cells.push_back(cell);
    cells.push_back(Plain(cell));
  }
}

// Random loss: what the window and the repair of losses are worth.
void AddLosses(std::vector<Cell>& cells) {
  for (const unsigned rtt : kRoundTrips) {
    for (const double loss : kLosses) {
      const Cell cell{.rtt = rtt, .loss = loss, .measured = rtt < 40 ? 200u : 600u};
      cells.push_back(cell);
      if (rtt == 100) {
        Cell reno = cell;
        reno.control = Control::kReno;
        cells.push_back(reno);
      }
      if (rtt == 40 || rtt == 100) cells.push_back(Plain(cell));
    }
  }
  // Where theory lets a window at 100 ms and 0.1 % fill the line.
  for (const double megabits : {1.0, 2.0, 3.0})
    cells.push_back({.megabits = megabits, .loss = 0.1, .measured = 600});
  // Lines that are faster than the losses allow.
  for (const unsigned rtt : {1u, 10u, 40u}) {
    for (const double loss : {0.1, 1.0}) {
      const Cell cell{.megabits = 100, .rtt = rtt, .loss = loss, .measured = rtt == 1 ? 30u : 60u};
      cells.push_back(cell);
      if (loss == 1) cells.push_back(Plain(cell));
    }
  }
  for (const double loss : {0.1, 1.0})
    cells.push_back({.megabits = 1000, .rtt = 1, .loss = loss, .warm_up = 5, .measured = 10});
}

void AddReordering(std::vector<Cell>& cells) {
  for (const double reorder : {1.0, 10.0}) {
    const Cell cell{.reorder = reorder};
    cells.push_back(cell);
    cells.push_back(Plain(cell));
  }
  cells.push_back({.megabits = 100, .rtt = 40, .reorder = 1, .measured = 30});
  cells.push_back({.loss = 1, .reorder = 1, .measured = 600});
}

void AddManyFlows(std::vector<Cell>& cells) {
  for (const unsigned flows : {2u, 4u, 8u, 16u}) {
    const Cell cell{.rtt = 40, .flows = flows, .warm_up = 30, .measured = 120};
    cells.push_back(cell);
    for (const Spread spread : {Spread::kOnePair, Spread::kRtts}) {
      Cell other = cell;
      other.spread = spread;
      cells.push_back(other);
    }
    for (const Control control : {Control::kReno, Control::kMixed}) {
      Cell other = cell;
      other.control = control;
      cells.push_back(other);
    }
    cells.push_back({.megabits = 100, .rtt = 40, .flows = flows, .warm_up = 30, .measured = 60});
  }
  cells.push_back({.megabits = 10, .rtt = 100, .loss = 1, .flows = 4, .warm_up = 30, .measured = 300});
  cells.push_back({.megabits = 1000, .rtt = 10, .flows = 4, .warm_up = 5, .measured = 10});
}

}  // namespace

std::vector<Cell> AllCells() {
  std::vector<Cell> cells;
  AddCleanLines(cells);
  AddBeginnings(cells);
  AddQueues(cells);
  AddLosses(cells);
  AddReordering(cells);
  AddManyFlows(cells);
  return cells;
}

}  // namespace nut::netsim

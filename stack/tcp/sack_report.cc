#include "stack/tcp/sack_report.h"

namespace nut::tcp {
namespace {

// The last one counts, and with it what came right before it: a segment that was joined of several is told
// like these.
void NoteDuplicate(Tcb& tcb, const wire::SackBlock& block) {
  if (!tcb.sack_state) tcb.sack_state = std::make_unique_for_overwrite<SackState>();
  wire::SackBlock& known = tcb.sack_state->duplicate;
  if (!IsEmpty(known) && block.left == known.right) {
    known.right = block.right;
  } else {
    known = block;
  }
}

}  // namespace

void NoteOldText(Tcb& tcb, wire::SequenceNumber sequence, uint32_t length) {
  if (!tcb.sack || length == 0 || !sequence.Before(tcb.rcv_nxt)) return;
  // RFC 2883 4.2: of a segment that brings something new, too, only what is old is reported.
  NoteDuplicate(tcb, {sequence, Min(sequence + length, tcb.rcv_nxt)});
}

void NoteHeldText(Tcb& tcb, uint32_t offset, uint32_t length) {
  if (!tcb.sack) return;
  tcb.receive_buffer.ForEachHeld(offset, length, [&](Range held) {
    NoteDuplicate(tcb, {tcb.rcv_nxt + static_cast<uint32_t>(held.begin),
                        tcb.rcv_nxt + static_cast<uint32_t>(held.end)});
  });
}

void ReportSack(Tcb& tcb, wire::TcpOptions& options) {
  if (!HasSackToReport(tcb)) return;
  const auto tell = [&](const Range& range) {
    options.sack.Add(
        {tcb.rcv_nxt + static_cast<uint32_t>(range.begin), tcb.rcv_nxt + static_cast<uint32_t>(range.end)});
  };
  // RFC 2883 4: "the first block of the SACK option ... specifies the range of sequence numbers ... that
  // triggered the acknowledgment", once; where it lies above RCV.NXT, "the second block" is the one that it
  // is part of, whatever has grown since.
  std::optional<Range> around;
  if (tcb.sack_state && !IsEmpty(tcb.sack_state->duplicate)) {
    const wire::SackBlock duplicate = std::exchange(tcb.sack_state->duplicate, {});
    options.sack.Add(duplicate);
    tcb.Count(Counter::kTcpDuplicateSacksOut);
    if (duplicate.left.AtOrAfter(tcb.rcv_nxt)) {
      around = tcb.receive_buffer.EarlyAround(static_cast<size_t>(duplicate.left - tcb.rcv_nxt));
    }
  }
  if (around) tell(*around);
  // RFC 2018 3: as many as there is room for; wire::TcpOptionsSize leaves out the last that do not fit.
  std::array<Range, wire::SackBlocks::kCapacity> ranges;
  const size_t count = tcb.receive_buffer.ListEarly(ranges);
  for (const Range& range : std::span(ranges).first(count)) {
    if (!around || range.begin != around->begin) tell(range);
  }
}

}  // namespace nut::tcp

"""How a candidate is started for a measure: the wire's frames, the waiting and the kind of receive call."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Mode:
    offload: bool = True    # super-segments through the device; otherwise frames of 1500 octets
    needs: bool = False     # the offload: who has none is not measured
    spin_us: int = 50       # how long those that can look again before they sleep; 0: sleep at once
    spins: bool = False     # who cannot look again is not measured
    copies: bool = True     # the received octets end in a buffer of the reader's
    idle: int = 0           # connections that it must be able to hold open
    opener: int = 0         # so many clients inside the node, instead of a server
    seconds: float = 0      # how long the opener works

    @property
    def left_to_device(self):
        """By those that can leave it: the limit program never computes a checksum, so who is compared with it may not
        have to either."""
        return "all" if self.offload else "checksum"


ORDINARY = Mode()

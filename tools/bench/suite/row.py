"""One figure of the report: its key in the JSON, its title and unit, and which way is better."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Row:
    key: str
    title: str
    unit: str
    more: bool = True   # more is better

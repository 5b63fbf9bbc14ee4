# SPDX-License-Identifier: GPL-2.0-only
"""What the fabric recorded."""

from dataclasses import dataclass

from ..errors import Failure

COLUMNS = ("kind", "fate", "from", "to", "way", "bar", "index", "offset", "address", "value",
           "came", "left", "done")


@dataclass(frozen=True)
class Passage:
    """A message or a word on its way from one host to another."""
    kind: str
    fate: str
    sender: int
    to: int
    way: str
    bar: int
    index: int
    offset: int
    address: int
    value: int
    # Nanoseconds; 0: has not happened.
    came: int
    left: int
    done: int

    @property
    def window(self):
        """The name of what it came through."""
        return f"{self.way} {self.index}"


@dataclass(frozen=True)
class Record:
    """A number of passages, complete up to the last of them."""
    passages: tuple
    # How many came when there was no room any more.
    lost: int

    def of(self, kind):
        return [passage for passage in self.passages if passage.kind == kind]


def parse(value):
    """The answer to the command "record"."""
    if tuple(value["columns"]) != COLUMNS:
        raise Failure(f"the fabric's record has the columns {value['columns']}, expected "
                      f"{list(COLUMNS)}")
    passages = tuple(Passage(*row) for row in value["rows"])
    for first, second in zip(passages, passages[1:]):
        if second.came < first.came:
            raise Failure(f"the fabric's record goes back by {first.came - second.came} ns")
    for each in passages:
        if each.left and each.left < each.came or each.done and each.done < each.came:
            raise Failure(f"in the fabric's record something left before it came: {each}")
    return Record(passages, value["lost"])

"""A long session does not leak memory. `npm run bench -- soak` runs ten thousand cells and prints the memory of the process."""

import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))
from soak import KINDS, SETUP

COLLECT = "collect(); collect();\nconst held = process.memoryUsage();\nheld.heapUsed + held.arrayBuffers"


def test_cells_do_not_leak_memory(session):
    session.run(SETUP)
    session.run('const v8 = await import("node:v8");\nv8.setFlagsFromString("--expose-gc");\nconst collect = (await import("node:vm")).runInNewContext("gc") as () => void;')
    kinds = itertools.cycle(KINDS)

    def go_on(cells):
        for i, kind in zip(range(cells), kinds):
            session.run(kind.format(i=i, n=i % 50), stop_on_error=False)
        return int(session.run(COLLECT).text)

    early = go_on(160)
    late = go_on(320)
    # source and source maps of each cell are kept, compressed
    assert late - early < 320 * 8_000, f"320 cells left {(late - early) / 320:.0f} bytes each"

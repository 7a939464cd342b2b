"""Runs many cells of all kinds in one kernel, and prints the memory that the kernel uses over time. Usage: soak.py [CELLS]"""

import itertools
import sys
import tempfile
import time

import psutil
from jupyter_client.manager import KernelManager

KINDS = [
    "const x{n} = {i};\nx{n} * 2",
    "let w = randn([64, 64], {{ requiresGrad: true }});\n(w ** 2).sum().backward();\nw -= 0.1 * w.grad;\nw",
    "for (let i = 0; i < 100; i++) console.log('line', i, {i});",
    "class Net{n} extends nn.Module {{ fc = new nn.Linear(8, 8); override forward(x: Tensor) {{ return this.fc(x).relu(); }} }}\nconst out{n} = new Net{n}()(randn([4, 8]));\nout{n}.sum()",
    "throw new Error('cell {i}');",
    "const wrong: number = 'x';",
    "await new Promise((done) => setTimeout(done, 1));\nplot.line([1, 2, {i}])",
    "print([{{ i: {i}, text: 'abc' }}]);",
]
SETUP = 'import { nn, randn, Tensor } from "tapelab";'


def soak(cells, every, report):
    """Runs cells, and returns the memory in bytes after each `every` cells."""
    used = []
    with tempfile.TemporaryDirectory() as folder:
        manager = KernelManager(kernel_name="tapelab")
        manager.start_kernel(cwd=folder)
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        client.execute_interactive(SETUP, output_hook=lambda _: None)
        process = psutil.Process(manager.provisioner.pid)
        began = time.monotonic()
        for i, kind in zip(range(1, cells + 1), itertools.cycle(KINDS)):
            # names repeat, as in a notebook whose cells are run again
            client.execute_interactive(kind.format(i=i, n=i % 97), stop_on_error=False, output_hook=lambda _: None)
            if i % every == 0:
                used.append(process.memory_info().rss)
                report(f"{i:>6} cells {used[-1] / 1e6:>5.0f} MB {(time.monotonic() - began) / i * 1000:>6.1f} ms a cell")
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return used


if __name__ == "__main__":
    cells = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    soak(cells, max(cells // 10, 1), print)

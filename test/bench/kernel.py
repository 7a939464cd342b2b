"""How long the installed kernels take to be ready, to give a first result, and to run a trivial cell, and how much memory they then hold."""

import statistics
import sys
import tempfile
import time

import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

RUNS = 3
CELLS = 20


def once(name):
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        manager = KernelManager(kernel_name=name)
        manager.start_kernel(cwd=folder)
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        ready = time.monotonic() - began
        client.execute_interactive("1 + 1", output_hook=lambda _: None)
        first = time.monotonic() - began
        cells = []
        for _ in range(CELLS):
            start = time.monotonic()
            client.execute_interactive("1 + 1", output_hook=lambda _: None)
            cells.append(time.monotonic() - start)
        process = psutil.Process(manager.provisioner.pid)
        memory = sum(p.memory_info().rss for p in [process, *process.children(recursive=True)])
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        return ready, first, statistics.median(cells), memory


def main():
    print(f"{'kernel':<12} {'ready':>8} {'first':>8} {'cell':>9} {'memory':>8}   (medians of {RUNS})")
    names = sorted(KernelSpecManager().find_kernel_specs())
    for name in [n for n in names if not sys.argv[1:] or n in sys.argv[1:]]:
        runs = [once(name) for _ in range(RUNS)]
        ready, first, cell, memory = (statistics.median(values) for values in zip(*runs))
        print(f"{name:<12} {ready:>6.2f} s {first:>6.2f} s {cell * 1000:>6.1f} ms {memory / 1e6:>5.0f} MB")


main()

"""How long the kernels that are installed take to be ready, to give a first result, and to run a trivial cell, and the memory they then hold; and
how long this one's answers take while a cell computes."""

import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

import psutil
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

RUNS = 3
CELLS = 20
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@contextmanager
def started(name):
    with tempfile.TemporaryDirectory() as folder:
        manager = KernelManager(kernel_name=name)
        manager.start_kernel(cwd=folder, **QUIET)
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            yield manager, client
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def run(client, code):
    client.execute_interactive(code, output_hook=lambda _: None)


def once(name):
    began = time.monotonic()
    with started(name) as (manager, client):
        ready = time.monotonic() - began
        run(client, "1 + 1")
        first = time.monotonic() - began
        cells = []
        for i in range(CELLS):
            start = time.monotonic()
            # no two are the same, as a cache would know them
            run(client, f"{i} + 1")
            cells.append(time.monotonic() - start)
        process = psutil.Process(manager.provisioner.pid)
        memory = sum(p.memory_info().rss for p in [process, *process.children(recursive=True)])
    return ready, first, statistics.median(cells), memory


def until(client, kind):
    while (message := client.get_iopub_msg(timeout=30))["msg_type"] != kind:
        pass
    return message


def answered(client, message_id):
    while client.get_shell_msg(timeout=30)["parent_header"].get("msg_id") != message_id:
        pass


def busy():
    """While a loop computes: delay of output, completion, explanation, interrupt."""
    delays, completions, explanations, interrupts = [], [], [], []
    with started("tapelab") as (manager, client):
        run(client, "const word = 'x';")
        for _ in range(5):
            cell = client.execute("for (let next = Date.now(); ; ) if (Date.now() >= next) { console.log(Date.now()); next += 200; }")
            for _ in range(5):
                sent = int(until(client, "stream")["content"]["text"].split()[-1])
                delays.append(time.time() - sent / 1000)
                for times, ask in ((completions, client.complete), (explanations, client.inspect)):
                    start = time.monotonic()
                    answered(client, ask("word.toUpper", 12))
                    times.append(time.monotonic() - start)
            start = time.monotonic()
            manager.interrupt_kernel()
            answered(client, cell)
            interrupts.append(time.monotonic() - start)
    return {"output": delays, "completion": completions, "explanation": explanations, "interrupt": interrupts}


def main():
    print(f"{'kernel':<12} {'ready':>8} {'first':>8} {'cell':>9} {'memory':>8}   (medians of {RUNS})")
    names = sorted(KernelSpecManager().find_kernel_specs())
    for name in [n for n in names if not sys.argv[1:] or n in sys.argv[1:]]:
        runs = [once(name) for _ in range(RUNS)]
        ready, first, cell, memory = (statistics.median(values) for values in zip(*runs))
        print(f"{name:<12} {ready:>6.2f} s {first:>6.2f} s {cell * 1000:>6.1f} ms {memory / 1e6:>5.0f} MB")
    print("\ntapelab, while a loop computes (medians and the longest)")
    for what, times in busy().items():
        print(f"{what:<12} {statistics.median(times) * 1000:>6.0f} ms {max(times) * 1000:>6.0f} ms")


main()

"""Measures the installed kernels: the time until they are ready, until the first result, and of a trivial cell, and their memory. Then measures how fast
this kernel answers while a cell computes, and how kernels pass on a flood of output. Usage: kernel.py [KERNEL …] or kernel.py flood [KERNEL …]"""

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
    """Starts a kernel, and shuts it down afterwards; yields its manager and a client."""
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


def measure_start(name):
    """Returns seconds until a kernel is ready and until its first result, seconds of a trivial cell, and bytes of memory."""
    began = time.monotonic()
    with started(name) as (manager, client):
        ready = time.monotonic() - began
        run(client, "1 + 1")
        first = time.monotonic() - began
        cells = []
        for i in range(CELLS):
            start = time.monotonic()
            # the cells differ, as a kernel may cache results
            run(client, f"{i} + 1")
            cells.append(time.monotonic() - start)
        process = psutil.Process(manager.provisioner.pid)
        memory = sum(p.memory_info().rss for p in [process, *process.children(recursive=True)])
    return ready, first, statistics.median(cells), memory


def wait_for(client, kind):
    """Returns the next message of a type on the IOPub channel."""
    while (message := client.get_iopub_msg(timeout=30))["msg_type"] != kind:
        pass
    return message


def wait_for_reply(client, message_id):
    """Waits for the reply to a request."""
    while client.get_shell_msg(timeout=30)["parent_header"].get("msg_id") != message_id:
        pass


def measure_while_busy():
    """Returns the seconds that output, completion, inspection and an interrupt take while a cell computes."""
    delays, completions, inspections, interrupts = [], [], [], []
    with started("tapelab") as (manager, client):
        run(client, "const word = 'x';")
        for _ in range(5):
            cell = client.execute("for (let next = Date.now(); ; ) if (Date.now() >= next) { console.log(Date.now()); next += 200; }")
            for _ in range(5):
                sent = int(wait_for(client, "stream")["content"]["text"].split()[-1])
                delays.append(time.time() - sent / 1000)
                for times, ask in ((completions, client.complete), (inspections, client.inspect)):
                    start = time.monotonic()
                    wait_for_reply(client, ask("word.toUpper", 12))
                    times.append(time.monotonic() - start)
            start = time.monotonic()
            manager.interrupt_kernel()
            wait_for_reply(client, cell)
            interrupts.append(time.monotonic() - start)
    return {"output": delays, "completion": completions, "inspection": inspections, "interrupt": interrupts}


LINES = 100_000
LINE = "x" * 60
# the same lines in each kernel's language
FLOODS = {
    "typescript": {
        "lines": f"for (let i = 0; i < {LINES}; i++) console.log(`line ${{i}}`);",
        "7 MB of lines": f"for (let i = 0; i < {LINES}; i++) console.log(`line ${{i}} {LINE}`);",
        "small pieces": f"for (let i = 0; i < {LINES}; i++) {{ process.stdout.write('line '); process.stdout.write(`${{i}}\\n`); }}",
        "both streams": f"for (let i = 0; i < {LINES // 2}; i++) {{ console.log(`line ${{i}}`); console.error(`line ${{i}}`); }}",
    },
    "python": {
        "lines": f"for i in range({LINES}): print(f'line {{i}}')",
        "7 MB of lines": f"for i in range({LINES}): print(f'line {{i}} {LINE}')",
        "small pieces": f"import sys\nfor i in range({LINES}): _ = sys.stdout.write('line '), sys.stdout.write(f'{{i}}\\n')",
        "both streams": f"import sys\nfor i in range({LINES // 2}): print(f'line {{i}}'); print(f'line {{i}}', file=sys.stderr)",
    },
}
# the limits of jupyter_server: its window in seconds, and the bytes and messages in a window
WINDOW, MAX_BYTES, MAX_MESSAGES = 3, 3_000_000, 3_000
# bytes of a message besides its text
ENVELOPE = 900


def expected(what):
    """Returns the complete text of both streams."""
    ending = f" {LINE}" if what == "7 MB of lines" else ""
    text = "".join(f"line {i}{ending}\n" for i in range(LINES // 2 if what == "both streams" else LINES))
    return {"stdout": text, "stderr": text if what == "both streams" else ""}


def passed_on(arrivals):
    """Returns the fraction of the bytes that jupyter_server passes on: above a limit it drops all output until the rate is below 80 % of the limit."""
    window, exceeded, kept = [], False, 0
    for at, size in arrivals:
        window = [(t, s) for t, s in window if t > at - WINDOW]
        load = max((sum(s for _, s in window) + size) / MAX_BYTES, (len(window) + 1) / MAX_MESSAGES)
        exceeded = load > 1 or (exceeded and load >= 0.8)
        if not exceeded:
            window.append((at, size))
            kept += size
    return kept / max(1, sum(size for _, size in arrivals))


def flood(client, what, code):
    """Returns seconds until a cell is done, its number of messages, whether the output is complete, and the fraction that a server would pass on."""
    texts, arrivals = {"stdout": [], "stderr": []}, []

    def take(message):
        if message["msg_type"] == "stream":
            text = message["content"]["text"]
            texts[message["content"]["name"]].append(text)
            arrivals.append((time.monotonic(), len(text.encode()) + ENVELOPE))

    start = time.monotonic()
    client.execute_interactive(code, output_hook=take, timeout=120)
    seconds = time.monotonic() - start
    whole = all("".join(texts[name]) == text for name, text in expected(what).items())
    return seconds, len(arrivals), whole, passed_on(arrivals)


def print_floods(names):
    """Prints a table of floods of output for some kernels."""
    specs = KernelSpecManager()
    print(f"\n{f'{LINES:,} lines':<27} {'seconds':>8} {'messages':>9} {'complete':>9}   passed on by jupyter_server")
    for name in names:
        codes = FLOODS.get(specs.get_kernel_spec(name).language, {})
        if codes:
            with started(name) as (_, client):
                run(client, "1")
                for what, code in codes.items():
                    seconds, messages, whole, kept = flood(client, what, code)
                    print(f"{name:<12} {what:<14} {seconds:>8.1f} {messages:>9,} {'yes' if whole else 'no':>9}   {kept:.0%}", flush=True)


def main():
    if sys.argv[1:2] == ["flood"]:
        return print_floods(sys.argv[2:] or sorted(KernelSpecManager().find_kernel_specs()))
    print(f"{'kernel':<12} {'ready':>8} {'first':>8} {'cell':>9} {'memory':>8}   (medians of {RUNS})")
    names = sorted(KernelSpecManager().find_kernel_specs())
    for name in [n for n in names if not sys.argv[1:] or n in sys.argv[1:]]:
        runs = [measure_start(name) for _ in range(RUNS)]
        ready, first, cell, memory = (statistics.median(values) for values in zip(*runs))
        print(f"{name:<12} {ready:>6.2f} s {first:>6.2f} s {cell * 1000:>6.1f} ms {memory / 1e6:>5.0f} MB")
    print("\ntapelab, while a cell computes (median and maximum)")
    for what, times in measure_while_busy().items():
        print(f"{what:<12} {statistics.median(times) * 1000:>6.0f} ms {max(times) * 1000:>6.0f} ms")
    print_floods([name for name in names if name in ("python3", "tapelab")])


main()

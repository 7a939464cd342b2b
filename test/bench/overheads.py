"""What looking costs: the time of a training step in the kernel while nothing looks at it, and with each way to look at it switched on. All of them take turns within one kernel, with cells of
the same text. Prints the medians of the rounds, of the time that the processors worked, with all threads of the kernel. Usage: overheads.py [ROUNDS [SECONDS]] [--write]"""

import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "test" / "kernel"), str(ROOT / "test" / "kernel" / "debugger")]
from adapter import Debugger  # noqa: E402
from client import kernel  # noqa: E402

SETUP = """import { crossEntropy, inspect, nn, optim, randint, randn, watch } from "tapelab";

function training(inputs: number, width: number, batch: number) {
  const model = new nn.Sequential(new nn.Linear(inputs, width), new nn.ReLU(), new nn.Linear(width, width), new nn.ReLU(), new nn.Linear(width, 10));
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-4 });
  const [x, y] = [randn([batch, inputs]), randint(0, 10, [batch])];
  const step = () => {
    optimizer.zeroGrad();
    crossEntropy(model.forward(x), y).backward();
    optimizer.step();
  };
  return { model, optimizer, step };
}
// milliseconds of the processors, with all threads
const worked = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000;
function millisecondsOf(step: () => void, seconds: number): number {
  const run = (milliseconds: number): number => {
    const began = worked();
    for (let steps = 1; ; steps++) {
      step();
      if (steps % 8 === 0 && worked() - began > milliseconds) return (worked() - began) / steps;
    }
  };
  run(500 * seconds);
  return run(1000 * seconds);
}
const large = training(784, 256, 128);
const small = training(16, 32, 32);
"""
STEPS = {"large": "MLP of 270,000 parameters", "small": "MLP of 1,600 parameters"}
UNWATCHED = "inspect.setWatch({ nodes: 0 });"

PLAIN = "nothing switched on"
# the page on each way, its name, and code before and after the steps; TRAINING is replaced by the name of the training
WAYS = {
    "node": ("", "the same program without a kernel, in Node", "", ""),
    "views": ("inspector.md#what-is-kept-for-the-views", "values and gradients kept for the views, as by default", "", ""),
    "annotations": ("annotations.md", "annotations", UNWATCHED, ""),
    "nan": ("breakpoints.md", "a breakpoint on NaN and infinity", UNWATCHED + 'const b = inspect.breakWhen("notFinite");', "b.remove();"),
    "op": ("breakpoints.md", "a breakpoint on an operator", UNWATCHED + 'const b = inspect.breakWhen({ op: "softmax" });', "b.remove();"),
    "norm": ("breakpoints.md", "a breakpoint on norms", UNWATCHED + "const b = inspect.breakWhen({ normAbove: 1e9 });", "b.remove();"),
    "line": ("breakpoints.md", "a breakpoint on a cell and a line", UNWATCHED + "const b = inspect.breakWhen({ cell: 1e6, line: 1 });", "b.remove();"),
    "off": ("breakpoints.md", "a breakpoint that is switched off", UNWATCHED + "const b = inspect.breakWhen({ normAbove: 1e9 });\nb.disable();", "b.remove();"),
    "watch": ("watch.md", "`watch`, with its display", UNWATCHED + "const run = watch(TRAINING.model, { optimizer: TRAINING.optimizer });", "run.stop();"),
    "debugger": ("debugger.md", "the debugger, without breakpoints", UNWATCHED, ""),
    "detached": ("debugger.md", "the debugger, switched on and off again", UNWATCHED, ""),
}


def cell(name, seconds, before, after):
    return f"{{\n{before.replace('TRAINING', name)}\nconst ms = millisecondsOf({name}.step, {seconds});\n{after}\nconsole.log(ms);\n}}"


def in_cell(session, name, seconds, before=UNWATCHED, after=""):
    """Returns the milliseconds of a step in a cell."""
    run = session.run(cell(name, seconds, before, after), timeout=120)
    assert run.reply["status"] == "ok", run.messages
    return float(run.stdout)


def in_node(name, seconds):
    """Returns the milliseconds of a step in a program without a kernel."""
    # V8 has compiled everything after some seconds, as it has in a kernel that ran the cells before
    program = SETUP + cell(name, seconds, f"millisecondsOf({name}.step, 3);", "")
    return float(subprocess.run(["node", "--input-type=module-typescript", "--eval", program], cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def notes(session, kind):
    """Opens or closes the comm of a page that shows annotations."""
    content = {"comm_id": "overheads", "data": {}, **({"target_name": "tapelab.annotations"} if kind == "comm_open" else {})}
    session.client.shell_channel.send(session.client.session.msg(kind, content))


def measure(session, way, name, seconds):
    """Returns the milliseconds of a step with one way to look at it."""
    _, _, before, after = WAYS[way]
    if way == "node":
        return in_node(name, seconds)
    if way == "annotations":
        notes(session, "comm_open")
    if way in ("debugger", "detached"):
        debugger = Debugger(session)
        if way == "detached":
            debugger.request("disconnect")
    try:
        return in_cell(session, name, seconds, before, after)
    finally:
        if way == "annotations":
            notes(session, "comm_close")
        if way == "debugger":
            debugger.request("disconnect")


def write(rows, plain):
    """Writes the table to its section of docs/performance.md."""
    path = ROOT / "docs" / "performance.md"
    heading = "## What looking costs\n"
    processor = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), platform.processor())
    lines = [
        heading,
        f"Written by `npm run bench -- overheads --write` on {processor}: training steps in cells of one kernel, which take turns. The percentages are medians of the time that the processors worked, with all",
        "threads of the kernel, beside cells in the same kernel without any of it. Below 2 % is within the noise.\n",
        "| | " + " | ".join(f"{title}, {plain[name]:.2f} ms" for name, title in STEPS.items()) + " |",
        "|---|" + "---|" * len(STEPS),
        *(f"| {f'[{title}]({page})' if page else title} | " + " | ".join(rows[way][name] for name in STEPS) + " |" for way, (page, title, _, _) in WAYS.items()),
    ]
    text = path.read_text()
    parts = [part for part in text.split("\n## ") if not part.startswith(heading[3:])]
    at = next((i for i, part in enumerate(parts) if part.startswith("Operators\n")), len(parts))
    parts.insert(at, "\n".join(lines)[3:])
    path.write_text("\n\n## ".join(part.strip("\n") for part in parts) + "\n")


def percent(share):
    return f"{100 * share:+.1f} %".replace("-", "−")


def main(arguments):
    numbers = [float(a) for a in arguments if a != "--write"]
    rounds, seconds = int(numbers[0]) if numbers else 5, numbers[1] if len(numbers) > 1 else 3
    shares = {way: {name: [] for name in STEPS} for way in WAYS}
    plain = {name: [] for name in STEPS}
    with tempfile.TemporaryDirectory() as folder, kernel(folder) as session:
        assert session.run(SETUP).reply["status"] == "ok"
        for name in STEPS:
            for _ in range(rounds):
                # each way beside the cells before and after it, as a machine becomes faster and slower
                before = in_cell(session, name, seconds)
                for way in WAYS:
                    time = measure(session, way, name, seconds)
                    after = in_cell(session, name, seconds)
                    shares[way][name].append(2 * time / (before + after) - 1)
                    plain[name].append(after)
                    before = after
    times = {name: statistics.median(list_) for name, list_ in plain.items()}
    print(PLAIN + ": " + ", ".join(f"{times[name]:.3f} ms ({title})" for name, title in STEPS.items()))
    rows = {way: {name: percent(statistics.median(list_)) for name, list_ in by.items()} for way, by in shares.items()}
    for way, (_, title, _, _) in WAYS.items():
        print(f"{title}: " + ", ".join(f"{rows[way][name]} ({', '.join(map(percent, shares[way][name]))})" for name in STEPS))
    if "--write" in arguments:
        write(rows, times)


if __name__ == "__main__":
    main(sys.argv[1:])

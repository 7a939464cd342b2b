/** Tapes of earlier runs of a cell, which the host of cells begins and ends. */
import { host, inspect, tensor, zeros } from "tapelab";
import { afterEach, expect, test } from "vitest";

let count = 0;

/** Runs a cell as a kernel does. */
function runCell(id: string | null, body: () => Record<string, unknown>): void {
  count++;
  host.setWatch({ nodes: 1000 });
  host.beginRun(id === null ? null : { id, count });
  const variables = body();
  host.setVariables(() => variables);
  host.endRun(variables);
}

afterEach(() => {
  host.setWatch({ nodes: 0 });
  host.setVariables(() => ({}));
});

const w = tensor([1, -2, 3], { requiresGrad: true });

test("one tape is compared with that of the run of its cell before, by the name of its variable", () => {
  runCell("a", () => ({ loss: w.relu().sum(), other: w.exp().sum() }));
  runCell("b", () => ({ unrelated: w.sin().sum() }));
  let loss = w;
  runCell("a", () => {
    loss = w.sigmoid().sum();
    return { loss };
  });
  const { data } = inspect.diff(loss);
  expect(data.sides.map((side) => side.name)).toEqual([`run ${count - 2}`, `run ${count}`]);
  expect(data.sides[0].title).toBe("loss 4");
  expect(data.rows.name.filter((_, r) => data.rows.mark[r] === "removed")).toEqual(["relu"]);
  expect(data.rows.name.filter((_, r) => data.rows.mark[r] === "added")).toEqual(["sigmoid"]);
});

test("the last tape that backward walked is kept, although no variable holds it", () => {
  runCell("c", () => {
    for (let i = 0; i < 3; i++) w.mul(i).sum().backward();
    return {};
  });
  let loss = w;
  runCell("c", () => {
    loss = w.mul(2).cos().sum();
    return { loss };
  });
  const { data } = inspect.diff(loss);
  expect(data.sides[0].ops).toBe(2);
  expect(data.rows.name.filter((_, r) => data.rows.mark[r] === "added")).toEqual(["cos"]);
});

test("only the last run before is kept, and a run that recorded nothing does not replace it", () => {
  runCell("d", () => ({ loss: w.relu().sum() }));
  runCell("d", () => ({ loss: w.tanh().sum() }));
  runCell("d", () => ({}));
  let loss = w;
  runCell("d", () => {
    loss = w.sin().sum();
    return { loss };
  });
  const { data } = inspect.diff(loss);
  expect(data.rows.name.filter((_, r) => data.rows.mark[r] === "removed")).toEqual(["tanh"]);
});

test("large tapes are not kept, and code that is no cell has no earlier run", () => {
  const large = zeros([3000, 2000], { requiresGrad: true });
  runCell("e", () => ({ loss: large.relu().sum() }));
  let loss = w;
  runCell("e", () => {
    loss = w.relu().sum();
    return { loss };
  });
  expect(() => inspect.diff(loss)).toThrow("diff: no earlier run of the cell is kept");
  runCell(null, () => ({ loss: w.relu().sum() }));
  runCell(null, () => {
    loss = w.relu().sum();
    return { loss };
  });
  expect(() => inspect.diff(loss)).toThrow("diff: no earlier run of the cell is kept");
});

test("of many cells, the tapes of the oldest runs are dropped", () => {
  const medium = zeros([1000, 1000], { requiresGrad: true });
  const run = (id: string): (() => unknown) => {
    let loss = w;
    runCell(id, () => {
      loss = medium.relu().sum();
      return { loss };
    });
    return () => inspect.diff(loss);
  };
  run("f0");
  for (let i = 1; i < 12; i++) run(`f${i}`);
  expect(run("f11")).not.toThrow();
  expect(run("f0")).toThrow("no earlier run");
});

test("a tape that was made in an earlier run belongs to that run", () => {
  let first = w;
  runCell("g", () => {
    first = w.relu().sum();
    return { loss: first };
  });
  runCell("g", () => ({ loss: w.tanh().sum() }));
  expect(() => inspect.diff(first)).toThrow("no earlier run");
});

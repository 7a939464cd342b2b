/** `checkTape` over all ops: no rule is called wrong on the samples of its record, and every op can be run again. */
import { inspect, Tensor } from "tapelab";
import { expect, test } from "vitest";
import { registered } from "../../engine/src/dispatch/registry.ts";
import { sampleSource } from "../support/samples.ts";

const tensorsIn = (x: unknown): Tensor[] => (x instanceof Tensor ? [x] : Array.isArray(x) ? x.flatMap(tensorsIn) : []);

test("the rules of all ops agree with central differences on their samples", { timeout: 240_000 }, () => {
  const problems: string[] = [];
  let nodes = 0;
  for (const [name, { spec, info, callByName }] of registered) {
    if (spec === null || spec.vjp === "none") continue;
    for (const args of info.samples(sampleSource(3)).slice(0, 2)) {
      const given = Object.fromEntries(
        Object.entries(args).map(([key, value]) => [
          key,
          value instanceof Tensor && value.isFloatingPoint() ? value.clone().requiresGrad_() : value,
        ]),
      );
      if (tensorsIn(callByName(given)).every((y) => y.gradFn === null)) continue;
      const { data } = inspect.checkTape(() => tensorsIn(callByName(given)).filter((y) => y.gradFn !== null));
      nodes += data.totals.ops;
      for (const row of data.rows)
        if (row.state === "wrong" || row.state === "unknown" || row.state === "random")
          problems.push(`${name}: ${row.op} ${row.input}: ${row.sentence}`);
    }
  }
  expect(problems).toEqual([]);
  expect(nodes).toBeGreaterThan(300);
});

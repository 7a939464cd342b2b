import { cat, host, inspect, ones, scope, tensor } from "tapelab";
import { type StopData, stopHeadline, stopOutput } from "tapelab/view";
import { afterEach, expect, test } from "vitest";
import { withWarnings } from "../../../engine/src/platform/warn.ts";

/** Runs `body` and returns the data of its stops. */
function dataOf(body: () => unknown): StopData[] {
  const found: StopData[] = [];
  host.setStopHandler((stop) => {
    found.push(host.encodeStop(stop, { stop: found.length + 1, count: found.length + 1, outcome: "stopped" }));
    return "continue";
  });
  body();
  return found;
}

const namesOf = ({ tensors }: StopData): string[] => tensors.map(({ role, name, index }) => `${role} ${name} ${index}`);

afterEach(() => {
  for (const b of inspect.breakpoints()) b.remove();
  host.setVariables(() => ({}));
});

test("a stop in forward has place, scope, formula, operands and results", () => {
  const w = tensor([[0, 1, 2]], { requiresGrad: true });
  host.setVariables(() => ({ w }));
  inspect.breakWhen({ op: "log", value: "infinite" });
  const [data] = dataOf(() => scope("encoder", () => w.log()));
  expect(data).toMatchObject({ phase: "forward", moment: "result", op: "log", scope: "encoder", tex: "y = \\ln x" });
  expect(namesOf(data)).toEqual(["operand x = w -1", "result y 0"]);
  expect(data?.sentences).toEqual(["log gave -Infinity at [0, 0] (1 of 3 elements are not finite)."]);
  expect(data?.tensors[1]).toMatchObject({ shape: [1, 3], dtype: "float32", summary: { inf: 1 } });
  expect(stopHeadline(data)).toMatch(/^Stopped after log, in encoder, .*breakpoints\.test\.ts:\d+$/);
  const { "text/plain": text, "text/html": html } = stopOutput.bundle(data);
  expect(text).toContain("breakpoint: infinite elements, op log");
  expect(text).toMatch(/operand +x = w +float32 \[1, 3\]/);
  expect(html).toMatch(/<th scope="row"[^>]*>operand<\/th>/);
});

test("a stop in backward has the cotangent, what the rule reads, and the contributions", () => {
  inspect.breakWhen({ op: "mul" }, { phase: "backward" });
  inspect.breakWhen("notFinite", { phase: "backward" });
  const x = tensor([0, 4], { requiresGrad: true });
  const stops = dataOf(() =>
    x
      .sqrt()
      .mul(ones([2]))
      .sum()
      .backward(),
  );
  expect(stops.map(({ moment, op }) => `${moment} ${op}`)).toEqual(["cotangent mul", "contribution sqrt"]);
  expect(namesOf(stops[0])).toEqual(["operand z -1", "gradient ȳ 0"]);
  expect(namesOf(stops[1])).toEqual(["operand y -1", "gradient ȳ -1", "contribution to x 0"]);
  expect(stops[1]?.sentences).toEqual([
    "The gradient rule of sqrt gave Infinity at [0] (1 of 2 elements are not finite).",
  ]);
});

test("of an op with many operands the last ones are left out and counted, and its result is kept", () => {
  inspect.breakWhen({ op: "cat" });
  const parts = Array.from({ length: 40 }, () => ones([2]));
  const [data] = dataOf(() => cat(parts));
  expect(data?.tensors).toHaveLength(24);
  expect(namesOf(data).at(-1)).toBe("result y 0");
  expect(data?.omitted).toBe(17);
  const { "text/plain": text, "text/html": html } = stopOutput.bundle(data);
  for (const shown of [text, html]) expect(shown).toContain("17 more tensors are left out.");
  const [few] = dataOf(() => cat(parts.slice(0, 23)));
  expect(few?.tensors).toHaveLength(24);
  expect(few).not.toHaveProperty("omitted");
});

test("norms and zeros are stated, and the gradient of a leaf", () => {
  inspect.breakWhen({ normAbove: 2 }, { phase: "backward" });
  const w = tensor([1], { requiresGrad: true });
  const [stop] = dataOf(() => w.mul(1.5).add(w.mul(1.5)).sum().backward());
  expect(stop).toMatchObject({ moment: "leaf", sentences: ["The gradient of the leaf has norm 3, above 2."] });
  inspect.breakWhen("zero", { phase: "forward" });
  expect(dataOf(() => tensor([-1, -2]).relu())[0]?.sentences).toEqual(["relu gave only zeros."]);
});

test("a program that no host runs gets a note, once for each breakpoint", () => {
  const notes: string[] = [];
  host.setStopHandler(null);
  inspect.breakWhen({ op: "exp" });
  withWarnings(
    (text) => notes.push(text),
    () => [tensor([1]).exp(), tensor([1]).exp()],
  );
  expect(notes).toEqual([
    expect.stringMatching(/^op exp: a breakpoint is reached at exp, forward at .*; the program runs on/),
  ]);
});

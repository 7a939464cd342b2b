/** Metrics have scikit-learn's values, for one batch and for several. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { metrics, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

type Stored = number | string | readonly Stored[];
type Value = Stored | Readonly<Record<string, Stored>>;
interface Case {
  readonly name: keyof typeof metrics;
  readonly prediction: readonly Stored[];
  readonly target: readonly Stored[];
  readonly sampleWeight: readonly number[] | null;
  readonly options: Readonly<Record<string, unknown>>;
  readonly value: Value;
}

const { cases } = JSON.parse(gunzipSync(readFileSync(inRoot("test/conformance/metrics.json.gz"))).toString()) as {
  readonly cases: readonly Case[];
};

const isInteger = (list: Stored): boolean => (Array.isArray(list) ? list.every(isInteger) : Number.isInteger(list));

/** Reads stored numbers; lists of integers alone are classes if `asClasses`. */
const read = (list: readonly Stored[], asClasses: boolean): Tensor =>
  tensor(list as number[], { dtype: asClasses && isInteger(list) ? "int64" : "float64" });

/** Names of metrics whose predictions are classes. */
const ofClasses =
  /^(accuracy|zeroOne|matthews|balanced|cohen|precision$|recall$|f1|fBeta|jaccard|rand|adjusted|fowlkes|mutual|normalized|vMeasure)/;

function expectValue(actual: unknown, expected: Value, message: string): void {
  if (typeof expected === "number" || typeof expected === "string") {
    const number = Number(expected);
    if (!Number.isFinite(number)) expect(actual, message).toBe(number);
    else
      expect(Math.abs((actual as number) - number), `${message}: ${String(actual)}, expected ${number}`).toBeLessThan(
        1e-9 * Math.max(1, Math.abs(number)),
      );
  } else if (Array.isArray(expected)) {
    const list = (actual as Tensor).toArray<number[]>();
    expect(list.length, message).toBe(expected.length);
    expected.forEach((v: Stored, i) => {
      expectValue(list[i], v, message);
    });
  } else
    for (const [key, value] of Object.entries(expected))
      expectValue((actual as Record<string, unknown>)[key], value, `${message}, ${key}`);
}

/** Reads options, in which NaN is text. */
const optionsOf = ({ options }: Case): Record<string, unknown> =>
  Object.fromEntries(Object.entries(options).map(([key, v]) => [key, v === "NaN" ? Number.NaN : v]));

describe.each([...Map.groupBy(cases, ({ name }) => name)])("%s", (name, list) => {
  test(`${list.length} values`, () => {
    for (const stored of list) {
      const call = metrics[name] as (prediction: Tensor, target: Tensor, options?: object) => unknown;
      const weights =
        stored.sampleWeight === null ? {} : { sampleWeight: tensor([...stored.sampleWeight], { dtype: "float64" }) };
      const [prediction, target] = [read(stored.prediction, ofClasses.test(name)), read(stored.target, true)];
      const options = { ...optionsOf(stored), ...weights };
      const value = Object.keys(options).length === 0 ? call(prediction, target) : call(prediction, target, options);
      expectValue(value, stored.value, JSON.stringify(stored));
    }
  });
});

const isStreaming = (name: string): name is metrics.StreamingName => {
  try {
    metrics.streaming(name as metrics.StreamingName);
    return true;
  } catch {
    return false;
  }
};

describe.each([...Map.groupBy(cases, ({ name }) => name)].filter(([name]) => isStreaming(name)))(
  "%s, streamed",
  (name, list) => {
    test(`${list.length} values in batches`, () => {
      for (const stored of list) {
        const streamed = metrics.streaming(name as metrics.StreamingName, optionsOf(stored));
        const weights = stored.sampleWeight;
        const n = stored.target.length;
        for (const part of [0, 1]) {
          // what came before a reset does not count
          streamed.reset();
          for (let from = 0; from < n; ) {
            const to = Math.min(n, from + 1 + ((from + part) % 7));
            streamed.update(
              read(stored.prediction.slice(from, to), ofClasses.test(name)),
              read(stored.target.slice(from, to), true),
              weights === null ? undefined : tensor(weights.slice(from, to), { dtype: "float64" }),
            );
            from = to;
          }
        }
        expectValue(streamed.compute(), stored.value, JSON.stringify(stored));
      }
    });
  },
);

test("at least 40 metrics are compared", () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBeGreaterThanOrEqual(40);
});

/** The first call of a function and later ones, on the fast path, accept the same arguments. */
import { ones } from "tapelab";
import { expect, test } from "vitest";
import { guard } from "../../../../engine/src/tensor/arguments/guard.ts";

const values = [
  1,
  true,
  "a",
  "b",
  ones([2]),
  null,
  undefined,
  [1, 2],
  [ones([1])],
  { dim: 1 },
  { dam: 1 },
  () => 1,
  1n,
];

const signatures = [
  "",
  "x: Tensor",
  "x: number | Tensor | boolean, options?: { dim?: number }",
  "x?: number | number[] | null | { dim?: number }, keepdim?: boolean",
  'x: "a" | "c", y: any',
  "...x: number[] | Tensor[]",
  "first: number, ...rest: string[]",
  ["x: number", "x: Tensor, y: Tensor", "x: string, y?: null"],
  ["", "x: number, y: boolean"],
] as const;

test.each(signatures.map((s) => [s]))("%j", (signature) => {
  const calls: unknown[][] = [[], ...values.map((a) => [a]), ...values.flatMap((a) => values.map((b) => [a, b]))];
  const made = (): ((...args: unknown[]) => unknown) =>
    guard("f", signature as string | string[], (...args: unknown[]) => args.length);
  const outcome = (f: (...args: unknown[]) => unknown, args: unknown[]): string => {
    try {
      return String(f(...args));
    } catch (error) {
      return String(error);
    }
  };
  const used = made();
  for (const args of calls) outcome(used, args);
  // a call with five arguments takes the long way, and so does the first one
  const first = calls.map((args) => outcome(made(), args));
  expect(calls.map((args) => outcome(used, args))).toEqual(first);
  expect(first.some((said) => !said.includes("Error"))).toBe(true);
  expect(first.some((said) => said.includes("Error"))).toBe(true);
});

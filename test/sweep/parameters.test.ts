/** Parameters are stated once, in the record: names, order and defaults of functions and methods are compared with it. */
import { describe, expect, test } from "vitest";
import { type Parameter, type RegisteredOperator, registered } from "../../engine/src/dispatch/registry.ts";
import { isTensor } from "../support/derivatives.ts";
import { sampleSource } from "../support/samples.ts";
import { type DeclaredSignature, declaredFunctions, declaredMethods } from "../support/signatures.ts";

const functions = declaredFunctions();
const methods = declaredMethods();
const shown = [...registered.values()].filter((op) => op.info.access !== "internal");

const isCalled = ({ name, aliases }: Parameter, given: string): boolean => name === given || aliases.includes(given);

/** Parameters that hold options, or further arguments, and have no name of their own in the record. */
const isOptions = (name: string): boolean => name === "options" || name === "more";

/** Whether a list has the elements of another in the same order. */
const isInOrder = (list: readonly number[]): boolean => list.every((at, i) => i === 0 || at > list[i - 1]);

/** Returns each contradiction between the parameters of a record and the overloads that a function or method declares. */
function faultsOf(parameters: readonly Parameter[], overloads: readonly DeclaredSignature[]): string[] {
  const faults: string[] = [];
  const find = (name: string): number => parameters.findIndex((p) => isCalled(p, name));
  const required = parameters.filter((p) => p.required);
  for (const signature of overloads) {
    const positional = signature.filter((d) => !isOptions(d.name));
    const at = positional.map((d) => find(d.name));
    for (const [i, d] of positional.entries()) if (at[i] < 0) faults.push(`the record has no parameter "${d.name}"`);
    if (!isInOrder(at.filter((i) => i >= 0))) faults.push(`another order: ${positional.map((d) => d.name).join(", ")}`);
    for (const [i, p] of required.entries()) {
      const d = signature.at(i);
      if (d === undefined || !isCalled(p, d.name)) faults.push(`parameter ${i} must be "${p.name}"`);
      else if (d.isOptional && !d.isRest) faults.push(`"${p.name}" is required in the record`);
    }
    for (const d of signature)
      for (const [field, isOptional] of d.fields) {
        if (find(field) < 0) faults.push(`the record has no parameter "${field}", an option`);
        if (!isOptional && !overloads.some((s) => s.some((o) => o.fields.get(field) ?? o.name === field)))
          faults.push(`the option "${field}" is optional in the record`);
      }
  }
  const all = overloads.flat();
  for (const p of parameters.filter((q) => !q.required))
    if (!all.some((d) => isCalled(p, d.name) || d.fields.has(p.name)))
      faults.push(`"${p.name}" of the record can not be given`);
  return [...new Set(faults)];
}

const signatureOf = ({ info }: RegisteredOperator): readonly DeclaredSignature[] =>
  functions.get(info.functionName ?? info.name) ??
  functions.get(info.torch.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())) ??
  [];

describe("names, order and optionality", () => {
  test.each(shown.map((op) => [op.name, op] as const))("of the function %s", (_name, op) => {
    expect(signatureOf(op).length).toBeGreaterThan(0);
    expect(faultsOf(op.parameters, signatureOf(op))).toEqual([]);
  });

  const withMethod = shown.filter((op) => op.info.access !== "function");
  test.each(withMethod.map((op) => [op.name, op] as const))("of the method %s", (_name, op) => {
    // without the tensor of the method, which linear algebra calls A
    const own = op.parameters.find((p) => p.name === "input") ?? op.parameters.find((p) => p.name === "A");
    const others = op.parameters.filter((p) => p !== own);
    expect(faultsOf(others, methods.get(op.name) ?? [])).toEqual([]);
    if (op.info.access === "in-place")
      expect(methods.get(`${op.name}_`), "the in-place form").toEqual(methods.get(op.name));
  });

  test("differences are found", () => {
    const { parameters } = registered.get("sum") as RegisteredOperator;
    const signature = functions.get("sum") as readonly DeclaredSignature[];
    const renamed = parameters.map((p) => (p.name === "keepdim" ? { ...p, name: "keepDims" } : p));
    expect(faultsOf(renamed, signature)).toContain('the record has no parameter "keepdim"');
    expect(faultsOf(renamed, signature)).toContain('"keepDims" of the record can not be given');
    expect(faultsOf([parameters[1], parameters[0]], signature).join()).toContain("another order");
    expect(faultsOf(parameters.slice(0, 3), signature)).toContain('the record has no parameter "dtype", an option');
    const asked = parameters.map((p) => (p.name === "dim" ? { ...p, required: true } : p));
    expect(faultsOf(asked, signature)).toContain('"dim" is required in the record');
  });
});

/** The elements of a result. */
function elements(result: unknown): unknown {
  if (isTensor(result)) return { shape: result.shape, dtype: result.dtype, elements: [...result.toTypedArray()] };
  return result === null || typeof result === "boolean" ? result : [...(result as Iterable<unknown>)].map(elements);
}

describe("defaults", () => {
  const withDefaults = shown.filter((op) => op.parameters.some((p) => !p.required));
  test.each(withDefaults.map((op) => [op.name, op] as const))("of %s", (_name, op) => {
    for (const args of op.info.samples(sampleSource(7))) {
      const expected = elements(op.callByName(args));
      for (const p of op.parameters) {
        // correction and unbiased are two names for one setting
        if (p.required || p.name in args || (p.name === "correction" && "unbiased" in args)) continue;
        expect(elements(op.callByName({ ...args, [p.name]: p.default })), p.name).toEqual(expected);
      }
    }
  });

  test("another default is found", () => {
    const op = registered.get("add") as RegisteredOperator;
    const [args] = op.info.samples(sampleSource(7));
    expect(elements(op.callByName({ ...args, alpha: 2 }))).not.toEqual(elements(op.callByName(args)));
  });
});

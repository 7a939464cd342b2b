/** The record of an op decides its surface: folder, namespace, function, method, in-place form and documentation. */
import { readdirSync, readFileSync } from "node:fs";
import { Tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { methods as signatures } from "../../engine/src/api/tensor-methods.ts";
import { registered } from "../../engine/src/dispatch/registry.ts";
import * as fft from "../../engine/src/ops/fft/index.ts";
import * as functional from "../../engine/src/ops/functional/index.ts";
import * as ops from "../../engine/src/ops/index.ts";
import * as linalg from "../../engine/src/ops/linalg/index.ts";
import * as masked from "../../engine/src/ops/masked/index.ts";
import * as special from "../../engine/src/ops/special/index.ts";
import * as windows from "../../engine/src/ops/windows/index.ts";
import { inRoot } from "../support/paths.ts";
import { type Definition, faultsOf, type Surface, type SurfaceRecord } from "../support/surface.ts";

const folder = inRoot("engine/src/ops");

function definitions(): Map<string, Definition[]> {
  const found = new Map<string, Definition[]>();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".ts"))) {
    const text = readFileSync(`${folder}/${file}`, "utf8");
    const pattern = /(?:(\/\*\*(?:(?!\*\/)[^])*\*\/)\n)?^export (?:const|function) (\w+)/gm;
    for (const [, doc = "", name] of text.matchAll(pattern)) {
      const list = found.get(name) ?? [];
      // overloads of one function
      if (list.some((d) => d.file === file)) continue;
      found.set(name, [...list, { file: file.replaceAll("\\", "/"), doc }]);
    }
  }
  return found;
}

const isFunction = (x: unknown): boolean => typeof x === "function" && !/^class\b/.test(String(x));

const functionsIn = (space: object): Set<string> =>
  new Set(Object.entries(space).flatMap(([name, value]) => (isFunction(value) ? [name] : [])));

const surface: Surface = {
  records: [...registered.values()].map((op) => op.info),
  definitions: definitions(),
  exports: {
    "": functionsIn(ops),
    linalg: functionsIn(linalg),
    masked: functionsIn(masked),
    fft: functionsIn(fft),
    "nn.functional": functionsIn(functional),
    special: functionsIn(special),
    "signal.windows": functionsIn(windows),
  },
  methods: {
    installed: new Set(Object.getOwnPropertyNames(Tensor.prototype)),
    getters: new Set(
      Object.entries(Object.getOwnPropertyDescriptors(Tensor.prototype)).flatMap(([name, { get }]) =>
        get === undefined ? [] : [name],
      ),
    ),
    declared: new Set(Object.keys(signatures["Tensor"])),
  },
};

test("every op is where its record says", () => {
  expect(surface.records.length).toBeGreaterThan(100);
  expect(faultsOf(surface)).toEqual([]);
});

describe("the rule finds", () => {
  const change = (name: string, fields: Partial<SurfaceRecord>): Surface => ({
    ...surface,
    records: surface.records.map((r) => (r.name === name ? { ...r, ...fields } : r)),
  });
  const without = (names: ReadonlySet<string>, name: string): Set<string> => {
    const rest = new Set(names);
    rest.delete(name);
    return rest;
  };

  test("a file in another folder than the name in PyTorch says", () => {
    expect(faultsOf(change("matmul", { torch: "special.matmul" }))).toContainEqual(
      "matmul: linalg/matmul.ts is not in special, where torch.special.matmul belongs",
    );
    expect(faultsOf(change("conv2d", { torch: "conv2d" })).join()).toContain(
      "functional/conv.ts is not in elementwise",
    );
  });

  test("a missing export, of the package and of a namespace", () => {
    const { exports } = surface;
    const faults = faultsOf({
      ...surface,
      exports: {
        ...exports,
        "": without(exports[""], "exp"),
        "nn.functional": without(exports["nn.functional"], "relu"),
      },
    });
    expect(faults).toEqual(["exp: exp is not exported", "relu: nn.functional.relu is not exported"]);
  });

  test("a missing method and a missing in-place form", () => {
    const { installed, declared, getters } = surface.methods;
    expect(faultsOf({ ...surface, methods: { installed: without(installed, "sum"), declared, getters } })).toEqual([
      "sum: the method sum is not installed, unlike the record says",
    ]);
    expect(faultsOf({ ...surface, methods: { installed, getters, declared: without(declared, "add_") } })).toEqual([
      "add: the method add_ is not declared in interface Tensor, unlike the record says",
    ]);
  });

  test("a method that the record does not claim", () => {
    expect(faultsOf(change("sum", { access: "function" }))).toContainEqual(
      "sum: the method sum is installed, unlike the record says",
    );
  });

  test("a public op without a record, and an internal op that is public", () => {
    const records = surface.records.filter((r) => r.name !== "sum");
    expect(faultsOf({ ...surface, records })).toEqual(["sum is exported, but no record has it as a public op"]);
    const exports = { ...surface.exports, "": new Set([...surface.exports[""], "nll"]) };
    expect(faultsOf({ ...surface, exports })).toEqual(["nll is exported, but no record has it as a public op"]);
    const withForm = { ...surface.exports, "": new Set([...surface.exports[""], "exp_"]) };
    expect(faultsOf({ ...surface, exports: withForm })).toEqual([
      "exp_ is exported, but no record has it as a public op",
    ]);
  });

  test("an op without a doc comment, and without an example in it", () => {
    const documented = (doc: string): Surface => ({
      ...surface,
      definitions: new Map(surface.definitions).set("exp", [{ file: "elementwise/exponential.ts", doc }]),
    });
    expect(faultsOf(documented(""))).toEqual(["exp: exp has no doc comment, which its page of the docs is made of"]);
    expect(faultsOf(documented("/** Returns eˣ. */"))).toEqual(["exp: the doc comment of exp has no example"]);
  });
});

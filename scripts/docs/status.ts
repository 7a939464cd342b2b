/** The status table of docs/operators.md: PyTorch's operator database and public functions, each with its name here or the reason why it has none. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { camelCase, splitName } from "../../engine/src/dispatch/aliases.ts";
import { deviations } from "../../test/conformance/opinfo/deviations.ts";
import { inRoot } from "../../test/support/paths.ts";
import type { Engine } from "./registry.ts";
import { excuses, reasons } from "./status-reasons.ts";

/** A row of the table: the name in PyTorch, and what is said of it. */
export interface Row {
  readonly name: string;
  readonly status: "done" | "alias" | "excused" | "missing";
  /** The name here, or the reason. */
  readonly text: string;
  readonly note: string;
}

interface Entry {
  readonly name: string;
  readonly variant: string;
  readonly differentiable: boolean;
  readonly needs: "" | "complex" | "sparse" | "private" | "cuda";
}

interface Names {
  readonly torch: string;
  readonly functions: Readonly<Record<string, readonly string[]>>;
  readonly entries: readonly Entry[];
}

const opinfo = (file: string): string => inRoot("test/conformance/opinfo", file);

/** The names that `make_names.py` lists. */
export const names = JSON.parse(readFileSync(opinfo("names.json"), "utf8")) as Names;

/** Names whose counterpart is written otherwise here. */
const written: Readonly<Record<string, string>> = {
  "torch.var": "variance",
  "Tensor.__getitem__": "at()",
  "Tensor.__iter__": "for (const row of x)",
  "Tensor.__len__": "length",
  "torch.vmap": "func.vmap",
  "torch.set_anomaly_enabled": "autograd.setDetectAnomaly",
  "torch.is_anomaly_enabled": "autograd.isAnomalyEnabled",
  "torch.get_rng_state": "Generator.getState",
  "torch.set_rng_state": "Generator.setState",
  "torch.lstm": "nn.LSTM",
  "torch.lstm_cell": "nn.LSTMCell",
  "Tensor.__setitem__": "x.set([…], v)",
  "Tensor.index": "at()",
};

/** Returns the number of stored samples of each entry, and why samples were left out. */
function storedSamples(): {
  readonly counts: ReadonlyMap<string, number>;
  readonly leftOut: ReadonlyMap<string, string>;
} {
  const lines = gunzipSync(readFileSync(opinfo("samples.json.gz")))
    .toString()
    .trimEnd()
    .split("\n");
  const counts = new Map<string, number>();
  for (const line of lines.slice(0, -1)) {
    // the arguments need not be parsed
    const [, entry, variant] = /^\{"entry":"([^"]*)","variant":"([^"]*)"/.exec(line) as unknown as [
      string,
      string,
      string,
    ];
    const label = labelOf({ name: entry, variant });
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const { leftOut } = JSON.parse(lines[lines.length - 1]) as {
    readonly leftOut: Readonly<Record<string, Readonly<Record<string, number>>>>;
  };
  return {
    counts,
    leftOut: new Map(Object.entries(leftOut).map(([label, why]) => [label, Object.keys(why).join("; ")])),
  };
}

/** Entries that have another name than the method that answers to them. */
const entryMethods: Readonly<Record<string, string>> = {
  cauchy: "cauchy_",
  exponential: "exponential_",
  geometric: "geometric_",
  log_normal: "log_normal_",
  uniform: "uniform_",
};

const labelOf = ({ name, variant }: Pick<Entry, "name" | "variant">): string =>
  variant === "" ? name : `${name}:${variant}`;

/** Finds what answers to names of PyTorch here: ops by their records, then exports and methods by their names in camelCase. */
class Finder {
  readonly #byTorch = new Map<string, { readonly name: string; readonly isAlias: boolean }>();
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
    for (const { name, torch, aliases } of engine.operators.values()) {
      const { namespace } = splitName(torch);
      this.#byTorch.set(torch, {
        name: namespace === "" || namespace === "Tensor" ? name : torchName(torch),
        isAlias: false,
      });
      for (const alias of aliases) if (!this.#byTorch.has(alias)) this.#byTorch.set(alias, { name, isAlias: true });
    }
  }

  /** Returns the op that answers to a dotted name, which may be a method, a method that is no op, or an in-place form. */
  operator(dotted: string): { readonly name: string; readonly isAlias: boolean } | null {
    const own = camelCase(dotted.replace(/^(?:Tensor|nn\.functional)\./, ""));
    const registered = this.#engine.operators.get(own);
    return (
      this.#byTorch.get(dotted) ??
      this.#byTorch.get(`Tensor.${dotted}`) ??
      this.#byTorch.get(`ops.aten.${dotted}`) ??
      (registered === undefined ? null : { name: registered.name, isAlias: registered.name !== own })
    );
  }

  /** Returns the value of a name in a namespace of PyTorch. */
  member(space: string, name: string): string | null {
    const own = camelCase(name);
    if (space === "Tensor") return own in this.#engine.Tensor.prototype ? own : null;
    const exported = this.#engine as unknown as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
    const home = space === "torch" ? exported : exported[space === "nn.functional" ? "F" : space];
    if (home === undefined || !(own in home)) return null;
    return space === "torch" ? own : `${space === "nn.functional" ? "F" : space}.${own}`;
  }
}

/** Returns a dotted name with its last part in camelCase. */
const torchName = (dotted: string): string => {
  const { namespace, name } = splitName(dotted);
  return `${namespace === "nn.functional" ? "F" : namespace}.${name}`;
};

const row = (name: string, status: Row["status"], text: string, note = ""): Row => ({ name, status, text, note });

/** Returns the rows of the entries of the operator database: an entry is done when an op answers to it and stored samples of it agree with PyTorch's. */
export function entryRows(engine: Engine, chosen: (entry: Entry) => boolean): Row[] {
  const finder = new Finder(engine);
  const { counts, leftOut } = storedSamples();
  return names.entries.filter(chosen).map((entry) => {
    const label = labelOf(entry);
    const found =
      finder.operator(entryMethods[entry.name] ?? entry.name) ??
      finder.operator(entry.name.replace(/^torch\.ops\.aten\.(\w+)\.\w+$/, "$1"));
    const why = excuses.find(({ pattern }) => pattern.test(label))?.reason;
    if (entry.needs === "sparse") return row(label, "excused", "sparse layout");
    if (entry.needs === "cuda") return row(label, "excused", "only for other devices");
    if (why !== undefined) return row(label, "excused", why);
    if (found === null) return row(label, "missing", "", leftOut.get(label) ?? "");
    const samples = counts.get(label) ?? 0;
    const note = deviations[label]?.reason ?? (samples === 0 ? (leftOut.get(label) ?? "samples not stored") : "");
    if (samples === 0) return row(label, "missing", found.name, note);
    return row(label, found.isAlias ? "alias" : "done", found.name, note);
  });
}

/** Returns the row of a public function. */
function functionRow(finder: Finder, space: string, name: string): Row {
  const dotted = `${space}.${name}`;
  const canonical = space === "torch" ? name : dotted;
  const found = finder.member(space, name);
  const op = finder.operator(canonical);
  const isAlias = op?.isAlias === true;
  if (found !== null) return row(dotted, isAlias ? "alias" : "done", found, isAlias ? op.name : "");
  if (dotted in written) return row(dotted, "done", written[dotted]);
  const inPlace = /^\w+[^_]_$/.test(name) && space !== "Tensor" ? finder.member("Tensor", name) : null;
  if (inPlace !== null) return row(dotted, "done", `x.${inPlace}()`);
  if (op !== null)
    return row(dotted, isAlias ? "alias" : "done", `operators.get("${camelCase(name)}")`, isAlias ? op.name : "");
  const dunder = name.startsWith("__") && space === "Tensor" ? finder.operator(name) : null;
  if (dunder !== null) return row(dotted, "alias", `operators.get("${name}")`, dunder.name);
  const excuse = reasons.find(({ pattern }) => pattern.test(dotted));
  return excuse === undefined ? row(dotted, "missing", "") : row(dotted, "excused", excuse.reason);
}

/** Returns the rows of the public functions of a namespace. */
export function functionRows(engine: Engine, space: string): Row[] {
  const finder = new Finder(engine);
  return (names.functions[space] ?? []).map((name) => functionRow(finder, space, name));
}

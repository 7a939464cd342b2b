/** The folders of the engine form a line: each imports only from those before it. */
import { readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

/** The folders from which each folder may import, besides itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  platform: ["protocol"],
  tensor: ["protocol", "platform"],
  tape: ["protocol", "platform", "tensor"],
  dispatch: ["protocol", "platform", "tensor", "tape"],
  fast: ["protocol", "platform", "tensor", "tape", "dispatch"],
  ops: ["protocol", "platform", "tensor", "tape", "dispatch"],
  transforms: ["protocol", "platform", "tensor", "tape", "dispatch", "ops"],
  estimators: ["protocol", "platform", "tensor", "tape", "dispatch", "ops", "transforms"],
  // needle alone is part of the library; check reads tapes as inspect does
  teach: ["protocol", "platform", "tensor", "tape", "dispatch", "ops", "nn", "optim", "inspect", "view"],
  nn: ["protocol", "platform", "tensor", "tape", "dispatch", "ops", "transforms"],
  optim: ["protocol", "platform", "tensor", "tape", "dispatch", "ops", "nn", "fast"],
  data: ["protocol", "platform", "tensor", "tape", "dispatch", "ops", "serialization"],
  distributions: ["protocol", "platform", "tensor", "tape", "dispatch", "ops"],
  serialization: ["protocol", "platform", "tensor", "tape", "dispatch", "ops"],
  view: ["protocol"],
  metrics: ["protocol", "platform", "tensor", "tape", "dispatch", "ops", "view"],
  training: [
    "protocol",
    "platform",
    "tensor",
    "tape",
    "dispatch",
    "ops",
    "nn",
    "optim",
    "serialization",
    "metrics",
    "inspect",
    "view",
  ],
  // "" is the files beside the folders: the unguarded exports
  api: [
    "",
    "tensor",
    "ops",
    "nn",
    "optim",
    "data",
    "metrics",
    "serialization",
    "distributions",
    "estimators",
    "teach",
    "inspect",
    "training",
  ],
  inspect: ["protocol", "platform", "tensor", "tape", "dispatch", "ops", "nn", "optim", "view"],
};

const source = inRoot("engine/src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((f) => f.endsWith(".ts"))
  .map((f) => f.replaceAll("\\", "/"));

interface Import {
  readonly from: string;
  readonly to: string;
  readonly type: boolean;
}

const importsOf = (file: string): Import[] =>
  [
    ...readFileSync(`${source}/${file}`, "utf8").matchAll(
      /^(?:import|export)\s+(?:(type\s)?[^;"']*?from\s+)?"([^"]+)"/gms,
    ),
  ].flatMap(([, type, to]) =>
    to.startsWith(".")
      ? [
          {
            from: file,
            to: relative(source, new URL(to, `file://${source}/${file}`).pathname).replaceAll("\\", "/"),
            type: type !== undefined,
          },
        ]
      : [],
  );

const withoutComments = (text: string): string => text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "");

const all = files.flatMap(importsOf);
const folder = (file: string): string => (file.includes("/") ? file.split("/")[0] : "");

test.each(Object.keys(allowed))("engine/src/%s imports only what lies below it", (name) => {
  const wrong = all.filter(
    (i) => folder(i.from) === name && folder(i.to) !== name && !allowed[name].includes(folder(i.to)),
  );
  expect(wrong.map((i) => `${i.from} -> ${i.to}`)).toEqual([]);
});

test("within engine/src/tape, graph imports neither backward nor watch, and backward not watch", () => {
  const order = ["graph", "backward", "watch"];
  const place = (file: string): number => order.indexOf(file.split("/")[1]);
  const wrong = all.filter((i) => folder(i.from) === "tape" && folder(i.to) === "tape" && place(i.to) > place(i.from));
  expect(wrong.map((i) => `${i.from} -> ${i.to}`)).toEqual([]);
});

test("every folder has a rule", () => {
  expect(new Set(files.map(folder).filter((f) => f !== ""))).toEqual(new Set(Object.keys(allowed)));
});

test("only platform/node imports from Node, and nothing knows Jupyter or the DOM", () => {
  const wrong = files.filter(
    (f) =>
      !f.startsWith("platform/node/") &&
      /from "node:|import\("node:|\bdocument\.|\bwindow\.(?!ts)/.test(
        withoutComments(readFileSync(`${source}/${f}`, "utf8")),
      ),
  );
  expect(wrong).toEqual([]);
});

/** Returns the cycles of a graph of files, each as the path around it. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = [];
  const state = new Map<string, "open" | "done">();
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      return;
    }
    state.set(file, "open");
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, "done");
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}

const graph = new Map(files.map((f) => [f, all.filter((i) => i.from === f && !i.type).map((i) => i.to)]));

test("no files import each other's values in a cycle", () => {
  expect(cyclesIn(graph)).toEqual([]);
});

test("the rule finds a cycle", () => {
  const [from, to] = ["ops/elementwise/arithmetic.ts", "ops/elementwise/division.ts"];
  expect(graph.get(to)).toContain(from);
  expect(cyclesIn(new Map([...graph, [from, [to]]])).join()).toContain(`${from} -> ${to}`);
});

test("the extension takes only the views of the engine", () => {
  const folderOf = inRoot("extension/src");
  const names = readdirSync(folderOf, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".ts"));
  const wrong = names.filter((f) => /from "tapelab"/.test(readFileSync(`${folderOf}/${f}`, "utf8")));
  expect(wrong).toEqual([]);
});

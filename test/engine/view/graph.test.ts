/** Node-link graphs of tapes: scopes, folds, limits, layouts and formats. */

import { inspect, manualSeed, nn, randn, scope, type Tensor, tape, tensor } from "tapelab";
import {
  countVisible,
  type GraphItem,
  graphDot,
  graphMermaid,
  graphOutput,
  graphSvg,
  graphText,
  graphTree,
  initialGraph,
  initiallyOpen,
  type LayoutJob,
  layOutContainer,
  layOutGraph,
  layoutSteps,
  maxVisible,
  nodeSentence,
  nodeSize,
  type TapeData,
  type VisibleGraph,
  visibleGraph,
} from "tapelab/view";
import { beforeAll, expect, test } from "vitest";
import { fc } from "../../support/random.ts";

class Block extends nn.Module {
  norm = new nn.LayerNorm(4);
  fc = new nn.Linear(4, 4);
  override forward(x: Tensor): Tensor {
    return x.add(this.fc.forward(this.norm.forward(x)).relu());
  }
}

let blocks: TapeData;
let loop: TapeData;
let shared: TapeData;

beforeAll(() => {
  manualSeed(0);
  const model = new nn.Sequential(
    new nn.Linear(3, 4),
    ...Array.from({ length: 12 }, () => new Block()),
    new nn.Linear(4, 1),
  );
  blocks = tape(model.forward(randn([2, 3])).sum()).data;
  const w = randn([3, 3], { requiresGrad: true }).named("w");
  let h = randn([1, 3]);
  for (let i = 0; i < 50; i++) h = h.matmul(w).tanh();
  loop = tape(h.sum()).data;
  shared = tape(w.mul(2).add(w.exp()).sum()).data;
});

const all = (items: readonly GraphItem[]): GraphItem[] => items.flatMap((item) => [item, ...all(item.children)]);
const names = (items: readonly GraphItem[]): string[] => items.map((item) => item.name);

/** Checks that each edge of the tape is an edge of the graph, or inside of one node, and the layout. */
function checkGraph(data: TapeData, graph: VisibleGraph): void {
  const nodeOf = new Map<number, string>();
  for (const node of graph.nodes)
    if (node.item !== null && !node.isOpen) for (const row of node.item.rows) nodeOf.set(row, node.key);
  expect(nodeOf.size).toBe(data.rows.op.length);
  const edges = new Set(graph.edges.map(({ from, to }) => `${from} ${to}`));
  data.rows.inputs.forEach((inputs, row) => {
    for (const input of inputs) {
      const [from, to] = [nodeOf.get(input), nodeOf.get(row)];
      if (input >= 0 && from !== to) expect(edges.has(`${from} ${to}`)).toBe(true);
    }
  });
  const { boxes, paths, width, height } = layOutGraph(graph, (node) => nodeSize(data, node));
  expect(boxes.size).toBe(graph.nodes.length);
  const drawn = new Set(paths.flatMap((path) => path.edges.map(({ from, to }) => `${from} ${to}`)));
  expect(drawn).toEqual(edges);
  for (const node of graph.nodes) {
    const box = boxes.get(node.key);
    const outer = node.parent === "" ? { x: 0, y: 0, width, height } : boxes.get(node.parent);
    if (box === undefined || outer === undefined) throw new Error(`${node.key} has no place`);
    expect(box.x).toBeGreaterThanOrEqual(outer.x - 0.5);
    expect(box.y).toBeGreaterThanOrEqual(outer.y - 0.5);
    expect(box.x + box.width).toBeLessThanOrEqual(outer.x + outer.width + 0.5);
    expect(box.y + box.height).toBeLessThanOrEqual(outer.y + outer.height + 0.5);
  }
  const siblings = graph.nodes.filter((n) => n.parent === (graph.nodes.at(-1)?.parent ?? ""));
  for (const a of siblings)
    for (const b of siblings) {
      const [p, q] = [boxes.get(a.key), boxes.get(b.key)];
      if (a === b || p === undefined || q === undefined) continue;
      const apart = p.x + p.width <= q.x || q.x + q.width <= p.x || p.y + p.height <= q.y || q.y + q.height <= p.y;
      expect(apart).toBe(true);
    }
}

test("twelve equal blocks are one node, which opens into the blocks", () => {
  const [model, sum] = graphTree(blocks);
  expect(sum.name).toBe("sum");
  expect(names(model.children)).toEqual(["linear 0", "Block × 12", "linear 13"]);
  const fold = model.children[1];
  expect(names(fold.children).slice(0, 2)).toEqual(["Block 1", "Block 2"]);
  expect(names(fold.children[0].children)).toEqual(["layerNorm norm", "linear fc", "relu", "add"]);
  expect(initialGraph(blocks).nodes.some((node) => node.key === fold.key && !node.isOpen)).toBe(true);
});

test("the steps of a loop are folded, and blocks of other shapes are not", () => {
  expect(names(graphTree(loop))).toEqual(["matmul, tanh × 50", "sum"]);
  const w = [5, 6, 7, 8].map((n) => randn([n, n + 1], { requiresGrad: true }));
  let x = randn([2, 5]);
  for (const each of w) x = x.matmul(each);
  expect(graphTree(tape(x).data).every((item) => item.kind === "op")).toBe(true);
});

test("a tensor that several operations read has a node before each", () => {
  const graph = initialGraph(shared);
  const leaves = graph.nodes.filter((node) => node.item === null);
  expect(leaves.map(({ leaf }) => shared.leaves.name[leaf])).toEqual(["w", "w"]);
  expect(graph.edges.filter(({ from }) => leaves.some(({ key }) => key === from)).map(({ to }) => to)).toEqual([
    "r0",
    "r1",
  ]);
});

test("long tapes are grouped, so that no level has more nodes than are drawn", () => {
  let x: Tensor = tensor([1], { requiresGrad: true });
  const ops = [(t: Tensor) => t.sin(), (t: Tensor) => t.cos(), (t: Tensor) => t.exp()];
  // an order without repeats: the digits of i in base 3
  for (let i = 0; i < 2500; i++) x = ops[Array.from(i.toString(3)).reduce((n, d) => n + Number(d), 0) % 3](x);
  const data = tape(x).data;
  const items = graphTree(data);
  for (const level of [items, ...all(items).map((item) => item.children)]) expect(level.length).toBeLessThanOrEqual(60);
  const open = initiallyOpen(data, items, maxVisible);
  const graph = visibleGraph(data, items, open);
  expect(graph.nodes.length).toBeLessThanOrEqual(maxVisible);
  expect(graph.nodes.length).toBe(countVisible(data, items, open));
  checkGraph(data, graph);
});

test("any containers may be open: no edge is lost, nodes lie inside of their containers and beside each other", () => {
  for (const data of [blocks, loop, shared]) {
    const items = graphTree(data);
    const containers = all(items)
      .filter((item) => item.children.length > 0)
      .map((item) => item.key);
    fc.assert(
      fc.property(fc.subarray(containers, { maxLength: Math.min(12, containers.length) }), (keys) => {
        const open = new Set(keys);
        const graph = visibleGraph(data, items, open);
        expect(graph.nodes.length).toBe(countVisible(data, items, open));
        if (graph.nodes.length <= maxVisible) checkGraph(data, graph);
      }),
      { numRuns: 12 },
    );
  }
});

test("opening a container lays out that one and those around it alone", () => {
  const items = graphTree(blocks);
  const [model] = items;
  const fold = model.children[1];
  const cache = new Map();
  const jobs = (open: readonly string[]): LayoutJob[] => {
    const graph = visibleGraph(blocks, items, new Set(open));
    const steps = layoutSteps(graph, (node) => nodeSize(blocks, node), cache);
    const done: LayoutJob[] = [];
    for (let step = steps.next(); !step.done; step = steps.next(layOutContainer(step.value))) done.push(step.value);
    return done;
  };
  expect(jobs([model.key, fold.key])).toHaveLength(3);
  expect(jobs([model.key, fold.key, fold.children[3].key])).toHaveLength(4);
  expect(jobs([model.key, fold.key, fold.children[3].key])).toHaveLength(0);
});

test("DOT and Mermaid have the nodes and edges, in clusters, with their texts escaped", () => {
  const x = randn([2], { requiresGrad: true }).named('a "b" \\ <c>');
  const graph = initialGraph(tape(scope("x[0] | #1", () => x.exp().mul(2)).sum()).data);
  const dot = graphDot(graph);
  expect(dot).toContain('"r0l0" [label="a \\"b\\" \\\\ <c>\\n[2]", shape=ellipse];');
  expect(dot).toContain('subgraph "cluster_s0" {');
  expect(dot).toContain('"r0" -> "r1";');
  const mermaid = graphMermaid(graph);
  expect(mermaid).toContain('subgraph s0["x#91;0#93; #124; #35;1"]');
  expect(mermaid).toContain("r0 --> r1");
  expect(mermaid).toContain('r0l0(["a #34;b#34; #92; #60;c#62;<br/>#91;2#93;"])');
  expect(dot.split("->")).toHaveLength(graph.edges.length + 1);
  expect(mermaid.split("-->")).toHaveLength(graph.edges.length + 1);
});

test("inspect.graph displays a picture, a text, and data below their limits", () => {
  const w = tensor([1, 2], { requiresGrad: true });
  const loss = w.mul(3).sum();
  loss.backward();
  const graph = inspect.graph(loss);
  const bundle = graph.bundle();
  expect(Object.keys(bundle)).toEqual([graphOutput.mime, "image/svg+xml", "text/plain"]);
  expect(bundle["image/svg+xml"]).toBe(graph.toSvg());
  expect(graph.toSvg()).not.toMatch(/class=|style=|<style|url\(|id=/);
  expect(String(graph)).toContain("mul, operation; [2]; reads [2]; read by sum");
  expect(graph.toDot()).toContain("digraph");
  expect(() => inspect.graph(tensor([1]))).toThrow("nothing was recorded");
  const long = graphOutput.bundle({ schema: 1, tape: blocks, nodes: maxVisible });
  expect(String(long["image/svg+xml"]).length).toBeLessThanOrEqual(60_000);
  expect(JSON.stringify(inspect.graph(loss, { nodes: 1000 }).data.nodes)).toBe("300");
});

test("the title of an open container is over the edges that enter it, and no sentence of the description is empty", () => {
  const svg = graphSvg(initialGraph(blocks));
  expect(svg.indexOf("▾ Sequential")).toBeGreaterThan(svg.lastIndexOf('fill="none"'));
  expect(/<desc>([^<]*)/.exec(svg)?.[1]).not.toMatch(/;\s*;/);
});

test("sentences say what a node reads and what reads it", () => {
  const graph = initialGraph(shared);
  expect(graph.nodes.filter((n) => n.item !== null).map((n) => nodeSentence(graph, n))).toEqual([
    "mul, operation; [3, 3]; reads w; read by add",
    "exp, operation; [3, 3]; reads w; read by add",
    "add, operation; [3, 3]; reads mul, exp; read by sum",
    expect.stringMatching(/^sum, operation; .*; reads add$/),
  ]);
  expect(graphText(graph).split("\n")[0]).toContain("Graph of result");
  expect(graphSvg(graph)).toContain("<title>graph of result");
});

/** The node-link graph of a small tape: its layout, and the texts of its boxes. */

import { inspect, type Tensor, tensor } from "tapelab";
import { boxTexts, isDrawn, type LayoutEdge, type LayoutNode, layOut, stepGraph } from "tapelab/view";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fc } from "../../../support/random.ts";

const leaf = (value: number, name: string): Tensor => tensor(value, { requiresGrad: true }).named(name);

beforeEach(() => inspect.setWatch({ nodes: 1000 }));
afterEach(() => inspect.setWatch({ nodes: 0 }));

/** Random graphs, whose edges lead from smaller to larger numbers. */
const graphs: fc.Arbitrary<{ readonly nodes: LayoutNode[]; readonly edges: LayoutEdge[] }> = fc
  .integer({ min: 1, max: 40 })
  .chain((n) =>
    fc.record({
      nodes: fc.tuple(
        ...Array.from({ length: n }, (_, id) =>
          fc.record({
            id: fc.constant(id),
            width: fc.integer({ min: 10, max: 200 }),
            height: fc.integer({ min: 10, max: 60 }),
            isLeaf: fc.boolean(),
          }),
        ),
      ),
      edges: fc
        .array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)), { maxLength: 60 })
        .map((pairs) => pairs.flatMap(([a, b]) => (a === b ? [] : [{ from: Math.min(a, b), to: Math.max(a, b) }]))),
    }),
  )
  // only a node without inputs is a leaf
  .map(({ nodes, edges }) => ({
    nodes: nodes.map((node) => ({ ...node, isLeaf: node.isLeaf && !edges.some(({ to }) => to === node.id) })),
    edges,
  }));

describe("the layout", () => {
  test.each(["right", "down"] as const)(
    "towards %s has no overlapping boxes, and edges in one direction",
    (direction) => {
      fc.assert(
        fc.property(graphs, ({ nodes, edges }) => {
          const { nodes: placed, edges: drawn, width, height } = layOut(nodes, edges, direction);
          expect(placed).toHaveLength(nodes.length);
          expect(drawn).toHaveLength(edges.length);
          const byId = new Map(placed.map((p) => [p.id, p]));
          for (const a of placed) {
            expect(
              a.x >= -1e-6 && a.y >= -1e-6 && a.x + a.width <= width + 1e-6 && a.y + a.height <= height + 1e-6,
            ).toBe(true);
            for (const b of placed) {
              const apart =
                a.id === b.id ||
                a.x + a.width <= b.x + 1e-6 ||
                b.x + b.width <= a.x + 1e-6 ||
                a.y + a.height <= b.y + 1e-6 ||
                b.y + b.height <= a.y + 1e-6;
              expect(apart, `boxes ${a.id} and ${b.id}`).toBe(true);
            }
          }
          for (const { from, to } of edges) {
            const [a, b] = [byId.get(from), byId.get(to)];
            if (a === undefined || b === undefined) throw new Error("a node is missing");
            expect(direction === "right" ? a.x + a.width < b.x : a.y + a.height < b.y).toBe(true);
          }
        }),
        { numRuns: 60 },
      );
    },
  );

  test("of a chain is a straight line, and leaves are beside their consumer", () => {
    const node = (id: number, isLeaf = false): LayoutNode => ({ id, width: 50, height: 20, isLeaf });
    const chain = layOut(
      [node(0), node(1), node(2)],
      [
        { from: 0, to: 1 },
        { from: 1, to: 2 },
      ],
      "right",
    );
    expect(new Set(chain.nodes.map(({ y }) => y)).size).toBe(1);
    const late = layOut(
      [node(0), node(1), node(2), node(3, true)],
      [
        { from: 0, to: 1 },
        { from: 1, to: 2 },
        { from: 3, to: 2 },
      ],
      "right",
    );
    expect(late.nodes.find(({ id }) => id === 3)?.x).toBe(late.nodes.find(({ id }) => id === 1)?.x);
  });
});

describe("the graph of a small tape", () => {
  test("has a box for each op, each parameter, and each use of a constant", () => {
    const [a, b] = [leaf(2, "a"), leaf(3, "b")];
    const loss = a.mul(b).mul(2).add(2).add(a).named("loss");
    loss.backward();
    const { boxes, links, replay } = stepGraph(inspect.steps(loss).data);
    expect(boxes.map(({ name, op }) => `${name}:${op}`)).toEqual([
      ":mul",
      ":mul",
      ":add",
      "loss:add",
      "a:",
      "b:",
      "2:",
      "2:",
    ]);
    expect(links.map(({ from, to }) => [from, to])).toEqual([
      [4, 0],
      [5, 0],
      [0, 1],
      [6, 1],
      [1, 2],
      [7, 2],
      [2, 3],
      [4, 3],
    ]);
    const texts = (position: number): string[] =>
      boxes.map((box) => {
        const { value, gradient } = boxTexts(replay, box, position);
        return `${value} | ${gradient}`;
      });
    expect(texts(0)).toEqual([
      "not yet | not yet",
      "not yet | not yet",
      "not yet | not yet",
      "not yet | not yet",
      "2 | not yet",
      "3 | not yet",
      "2 | null",
      "2 | null",
    ]);
    expect(texts(4).slice(0, 4)).toEqual(["6 | not yet", "12 | not yet", "14 | not yet", "16 | not yet"]);
    expect(texts(5)[4]).toBe("2 | 1 (1 of 2)");
    expect(texts(8).slice(0, 6)).toEqual(["6 | 2", "12 | 1", "14 | 1", "16 | 1", "2 | 7", "3 | 4"]);
  });

  test("has boxes that hold their texts at every step", () => {
    const a = leaf(0.123456, "a");
    const loss = a.mul(3.21).add(a).mul(a).tanh();
    loss.backward();
    const { boxes, layout, replay } = stepGraph(inspect.steps(loss).data);
    for (let position = 0; position <= replay.length; position++)
      for (const { id, width } of layout.nodes) {
        const { value, gradient } = boxTexts(replay, boxes[id], position);
        // characters of 11 pixels are 6.6 pixels wide
        expect(width).toBeGreaterThan(6.6 * Math.max(value.length, gradient?.length ?? 0) + 41);
      }
  });

  test("is drawn up to 30 ops", () => {
    let x = leaf(2, "x");
    for (let i = 0; i < 30; i++) x = x.mul(1.1);
    expect(isDrawn(inspect.steps(x).data)).toBe(true);
    expect(isDrawn(inspect.steps(x.mul(2)).data)).toBe(false);
  });
});

describe("the still picture", () => {
  test("is an SVG without styles or ids, with the numbers, the table and what has not been computed", () => {
    const [a, b] = [leaf(2, "a"), leaf(3, "<b>")];
    const loss = a.mul(b).add(a).named("loss");
    const before = String(inspect.steps(loss).bundle()["image/svg+xml"]);
    expect(before).toContain(">not yet<");
    expect(before).toContain("backward has not run");
    expect(before).not.toMatch(/>grad<\/text><text[^>]*>0</);
    loss.backward();
    const svg = String(inspect.steps(loss).bundle()["image/svg+xml"]);
    expect(svg).not.toMatch(/<style|class=|id=|url\(|<use|foreignObject|<script/);
    expect(svg).toContain("&lt;b&gt;");
    expect(svg).not.toContain("not yet");
    for (const text of ["Steps of loss 8: 2 forward, 2 backward", "4, 2 of 2 consumers", "ȳ z", "= contribution"])
      expect(svg).toContain(text);
    expect(svg.length).toBeLessThan(60_000);
  });
});

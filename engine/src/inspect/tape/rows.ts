/** Encodes the rows of a tape with the tables that they refer to: cells, scopes, operations and leaves. */

import { Registration } from "../../nn/base/registration.ts";
import {
  type CellColumns,
  encodeSummaries,
  type FrameColumns,
  type GradientState,
  type LeafColumns,
  type OpColumns,
  type RowColumns,
  type ScopeColumns,
  type TapeData,
} from "../../protocol/index.ts";
import type { Node } from "../../tape/graph/node.ts";
import type { Scope } from "../../tape/graph/scope.ts";
import { type ComplexNumber, scalarText } from "../../tensor/complex.ts";
import { bytesPerElement } from "../../tensor/dtype.ts";
import type { Meta } from "../../tensor/meta.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { Table } from "../shared/columns.ts";
import { nameOf } from "../shared/naming.ts";
import { Places, siteOf } from "../shared/places.ts";
import { summarize } from "../shared/statistics.ts";
import { brokenFindings } from "./broken-rows.ts";
import { findingsOf, growthFindings, mergeFindings, type NodeFacts, stopsOf } from "./findings.ts";
import { describeLeaf, type Leaf, leafTensor } from "./leaves.ts";
import { savedBytes } from "./saved.ts";

const maxFindings = 50;

/** The tables that rows refer to by index. */
class Tables {
  readonly #ops = new Table<Node>();
  readonly #scopes = new Table<Scope>();
  readonly places: Places = new Places();
  readonly #leaves = new Table<Leaf>();
  readonly #rowOf: ReadonlyMap<Node, number>;

  constructor(nodes: readonly Node[]) {
    this.#rowOf = new Map(nodes.map((node, i) => [node, i]));
  }

  op(node: Node): number {
    return this.#ops.indexOf(node.op, () => node);
  }

  /** Returns the index of a scope; a parent has a smaller index than its children. */
  scope(scope: Scope | null): number {
    if (scope === null) return -1;
    this.scope(scope.parent);
    return this.#scopes.indexOf(scope, () => scope);
  }

  /** Returns the row that computed each input of a node, or -1 minus the index of a leaf. */
  inputs(node: Node): number[] {
    return node.edges.map((edge, i) => {
      const row = edge === null ? undefined : this.#rowOf.get(edge.node);
      if (row !== undefined) return row;
      const tensor = leafTensor(node, edge, i);
      return (
        -1 -
        this.#leaves.indexOf(tensor ?? `${node.seq}/${i}`, () => describeLeaf(tensor, node.metas[i], edge !== null))
      );
    });
  }

  get leaves(): readonly Leaf[] {
    return this.#leaves.items;
  }

  get parameters(): Leaf[] {
    return this.#leaves.items.filter((leaf) => leaf.kind === "parameter");
  }

  encode(): {
    readonly cells: CellColumns;
    readonly frames: FrameColumns;
    readonly scopes: ScopeColumns;
    readonly ops: OpColumns;
    readonly leaves: LeafColumns;
  } {
    const [scopes, ops, leaves] = [this.#scopes, this.#ops, this.#leaves];
    return {
      ...this.places.encode(),
      scopes: {
        name: scopes.column((s) => s.name),
        kind: scopes.column((s) => s.kind),
        type: scopes.column((s) => (s.owner instanceof Registration ? s.owner.module.constructor.name : "")),
        parent: scopes.column((s) => this.scope(s.parent)),
        tex: scopes.column((s) => s.tex),
      },
      ops: {
        name: ops.column((n) => n.op.name),
        forward: ops.column((n) => n.op.tex.forward),
        vjp: ops.column((n) => n.op.tex.vjp),
      },
      leaves: {
        name: leaves.column((l) => l.name),
        kind: leaves.column((l) => l.kind),
        shape: leaves.column((l) => l.shape),
        dtype: leaves.column((l) => l.dtype),
      },
    };
  }
}

/** Encodes everything but the details of the rows; `total` is the number of nodes before some were left out. */
export function encodeRows(roots: readonly Tensor[], nodes: readonly Node[], total: number): TapeData {
  const ranBackward = roots.some((t) => t.gradFn?.ran === true);
  return encodeFacts(roots, nodes, total, (node) => factsOf(node, ranBackward)).data;
}

/** Encodes rows with the given facts about each node. Returns the tensors of the leaves too, where they are still known. */
export function encodeFacts(
  roots: readonly Tensor[],
  nodes: readonly Node[],
  total: number,
  factsAbout: (node: Node) => NodeFacts,
): { readonly data: TapeData; readonly leaves: readonly (Tensor | null)[] } {
  const tables = new Tables(nodes);
  const facts = nodes.map(factsAbout);
  const rows = encodeColumns(nodes, facts, tables);
  const stops = stopsOf(nodes, facts);
  const findings = mergeFindings([
    ...brokenFindings(roots, nodes, facts),
    ...nodes.flatMap((node, i) => findingsOf(node, i, facts[i], stops[i])),
    ...growthFindings(nodes),
  ]);
  const { parameters } = tables;
  const unwatched = facts.filter((f) => f.value === null).length;
  const data: TapeData = {
    schema: 1,
    title: roots.map(titleOf).join(", "),
    ...tables.encode(),
    rows,
    details: [],
    findings: findings.slice(0, maxFindings),
    totals: {
      rows: total,
      omitted: total - nodes.length,
      parameters: parameters.length,
      parameterElements: parameters.reduce((sum, p) => sum + sizeOf(p.shape), 0),
      savedBytes: nodes.reduce((sum, node) => sum + savedBytes(node), 0),
      findings: findings.length,
      // outside of a notebook nothing is watched, and nothing is said about it
      ...(unwatched > 0 && nodes.some((node) => node.watched !== null) ? { unwatched } : {}),
    },
  };
  return { data, leaves: tables.leaves.map((leaf) => leaf.tensor) };
}

function encodeColumns(nodes: readonly Node[], facts: readonly NodeFacts[], tables: Tables): RowColumns {
  return {
    op: nodes.map((node) => tables.op(node)),
    label: nodes.map((node) => node.op.label(node.params)),
    scope: nodes.map((node) => tables.scope(node.scope)),
    inputs: nodes.map((node) => tables.inputs(node)),
    shape: nodes.map((node) => node.outputMetas[0].shape),
    dtype: nodes.map((node) => node.outputMetas[0].dtype),
    bytes: nodes.map((node) => node.outputMetas.reduce((sum, m) => sum + bytesOf(m), 0)),
    saved: nodes.map(savedBytes),
    site: nodes.map((node) => tables.places.place(siteOf(node))),
    frame: nodes.map((node) => tables.places.frame(siteOf(node))),
    value: encodeSummaries(facts.map((f) => f.value)),
    gradientState: facts.map((f) => f.state),
    gradient: encodeSummaries(facts.map((f) => f.gradient)),
  };
}

const bytesOf = ({ shape, dtype }: Meta): number => sizeOf(shape) * bytesPerElement[dtype];

/** Returns `loss 0.25` for a scalar, else `h [8, 16]`. */
export function titleOf(t: Tensor): string {
  const name = nameOf(t) ?? "result";
  return t.numel() === 1
    ? `${name} ${scalarText(t.item<number | ComplexNumber>())}`
    : `${name} [${t.shape.join(", ")}]`;
}

function factsOf(node: Node, ranBackward: boolean): NodeFacts {
  const output = node.watched?.outputs[0];
  const cotangent = node.watched?.cotangents?.[0] ?? null;
  return factsFrom(output ?? null, cotangent, !ranBackward ? "notRunYet" : node.ran ? "notRetained" : "notReached");
}

/** Returns the facts of a value and a gradient; `absent` is the reason why there is no gradient. */
export function factsFrom(output: Tensor | null, cotangent: Tensor | null, absent: GradientState): NodeFacts {
  const gradient = cotangent === null ? null : summarize(cotangent);
  const value = output === null ? null : summarize(output);
  if (gradient !== null) return { value, gradient, state: gradient.zeros === gradient.count ? "zero" : "computed" };
  return { value, gradient, state: absent };
}

/** Encodes the rows of a tape with the tables that they refer to: cells, scopes, operations and leaves. */
import {
  type CellColumns,
  encodeSummaries,
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
import { nameOf } from "../shared/naming.ts";
import { summarize } from "../shared/statistics.ts";
import { findingsOf, mergeFindings, type NodeFacts } from "./findings.ts";
import { describeLeaf, type Leaf, leafTensor } from "./leaves.ts";
import { savedBytes } from "./saved.ts";

const maxFindings = 50;

/** A table without duplicates: each distinct key has one item, in the order of first use. */
class Table<T> {
  readonly items: T[] = [];
  readonly #indices = new Map<unknown, number>();

  /** Returns the index of the key's item, which `make` creates on first use. */
  indexOf(key: unknown, make: () => T): number {
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.#indices.set(key, this.items.length);
    this.items.push(make());
    return this.items.length - 1;
  }

  /** Returns one column of the table. */
  column<V>(pick: (item: T) => V): V[] {
    return this.items.map(pick);
  }
}

interface Cell {
  readonly file: string;
  readonly id: string | null;
  readonly count: number | null;
}

/** The tables that rows refer to by index. */
class Tables {
  readonly #ops = new Table<Node>();
  readonly #scopes = new Table<Scope>();
  readonly #cells = new Table<Cell>();
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

  site(node: Node): readonly [cell: number, line: number, column: number] | null {
    const site = node.watched?.site?.resolve() ?? null;
    if (site === null) return null;
    const { file, cellId: id, count } = site;
    return [this.#cells.indexOf(file, () => ({ file, id, count })), site.line, site.column];
  }

  get parameters(): Leaf[] {
    return this.#leaves.items.filter((leaf) => leaf.kind === "parameter");
  }

  encode(): {
    readonly cells: CellColumns;
    readonly scopes: ScopeColumns;
    readonly ops: OpColumns;
    readonly leaves: LeafColumns;
  } {
    const [cells, scopes, ops, leaves] = [this.#cells, this.#scopes, this.#ops, this.#leaves];
    return {
      cells: { file: cells.column((c) => c.file), id: cells.column((c) => c.id), count: cells.column((c) => c.count) },
      scopes: {
        name: scopes.column((s) => s.name),
        kind: scopes.column((s) => s.kind),
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
  const tables = new Tables(nodes);
  const ranBackward = roots.some((t) => t.gradFn?.ran === true);
  const facts = nodes.map((node) => factsOf(node, ranBackward));
  const rows = encodeColumns(nodes, facts, tables);
  const findings = mergeFindings(nodes.flatMap((node, i) => findingsOf(node, i, facts[i])));
  const { parameters } = tables;
  return {
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
    },
  };
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
    site: nodes.map((node) => tables.site(node)),
    value: encodeSummaries(facts.map((f) => f.value)),
    gradientState: facts.map((f) => f.state),
    gradient: encodeSummaries(facts.map((f) => f.gradient)),
  };
}

const bytesOf = ({ shape, dtype }: Meta): number => sizeOf(shape) * bytesPerElement[dtype];

/** Returns `loss 0.25` for a scalar, else `h [8, 16]`. */
function titleOf(t: Tensor): string {
  const name = nameOf(t) ?? "result";
  return t.numel() === 1
    ? `${name} ${scalarText(t.item<number | ComplexNumber>())}`
    : `${name} [${t.shape.join(", ")}]`;
}

function factsOf(node: Node, ranBackward: boolean): NodeFacts {
  const output = node.watched?.outputs[0];
  const cotangent = node.watched?.cotangents?.[0] ?? null;
  const gradient = cotangent === null ? null : summarize(cotangent);
  const value = output === undefined ? null : summarize(output);
  if (gradient !== null) return { value, gradient, state: gradient.zeros === gradient.count ? "zero" : "computed" };
  const state: GradientState = !ranBackward ? "notRunYet" : node.ran ? "notRetained" : "notReached";
  return { value, gradient, state };
}

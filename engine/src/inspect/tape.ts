/** The tape as JSON: nodes in recording order, with what was watched of them. */

import {
  type Contribution,
  decodeNumber,
  encodeSummaries,
  type Finding,
  type GradientState,
  type Grid,
  type LeafKind,
  type RowDetail,
  type SavedTensor,
  type Summary,
  type TapeData,
} from "../protocol/index.ts";
import { AccumulateGrad, type Meta, type Node } from "../tape/graph/node.ts";
import { reachable } from "../tape/graph/reachable.ts";
import { inputName } from "../tape/graph/saved.ts";
import type { Scope } from "../tape/graph/scope.ts";
import { keepsTensors } from "../tape/watch/watch.ts";
import { bytesPerElement } from "../tensor/dtype.ts";
import { GradError } from "../tensor/errors.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { localSlope } from "./local.ts";
import { nameOf } from "./naming.ts";
import { gridOf, summarize } from "./statistics.ts";

/** Rows beyond this are left out, the earliest first. */
const maxRows = 3000;
const maxFindings = 50;
/** Characters of JSON that the whole may take, and of those what the rows may and what pictures may. */
const maxLength = 250_000;
const maxRowsLength = 190_000;
const maxGridLength = 120_000;
const gridRows = 12;
const gridColumns = 20;

const bytesOf = (m: Meta): number => sizeOf(m.shape) * bytesPerElement[m.dtype];

/** Numbers the distinct things it is asked for. */
class Index<T> {
  readonly items: T[] = [];
  readonly #at = new Map<unknown, number>();
  of(key: unknown, make: () => T): number {
    const known = this.#at.get(key);
    if (known !== undefined) return known;
    this.#at.set(key, this.items.length);
    this.items.push(make());
    return this.items.length - 1;
  }
}

interface Leaf {
  readonly name: string;
  readonly kind: LeafKind;
  readonly shape: readonly number[];
  readonly dtype: string;
}

function nodesOf(roots: readonly Tensor[]): Node[] {
  const from = roots.map((t) => {
    if (t.gradFn === null)
      throw new GradError(
        "tape",
        "the tensor was not computed from tensors that require a gradient, so nothing was recorded",
      );
    return t.gradFn;
  });
  return [...reachable(from, (node) => !(node instanceof AccumulateGrad))].sort((a, b) => a.seq - b.seq);
}

/** What the tape of some results looks like: all rows that fit, the latest first, then as many pictures as still fit. */
export function tapeData(roots: readonly Tensor[]): TapeData {
  const all = nodesOf(roots);
  let nodes = all.slice(-maxRows);
  let data = describeRows(roots, nodes, all.length);
  let length = JSON.stringify(data).length;
  if (length > maxRowsLength) {
    nodes = nodes.slice(-Math.floor((nodes.length * maxRowsLength) / length));
    data = describeRows(roots, nodes, all.length);
    length = JSON.stringify(data).length;
  }
  return { ...data, details: describeDetails(nodes, Math.min(maxLength - length, maxGridLength)) };
}

/** Everything but the pictures. */
function describeRows(roots: readonly Tensor[], nodes: readonly Node[], total: number): TapeData {
  const rowOf = new Map(nodes.map((n, i) => [n, i]));
  const ops = new Index<Node>();
  const scopes = new Index<Scope>();
  const cells = new Index<{ readonly file: string; readonly id: string | null; readonly count: number | null }>();
  const leaves = new Index<Leaf>();
  const scopeNumber = (scope: Scope | null): number => {
    if (scope === null) return -1;
    // parents first, so that a scope's parent always has a smaller number
    scopeNumber(scope.parent);
    return scopes.of(scope, () => scope);
  };
  const ranBackward = roots.some((t) => t.gradFn?.ran === true);
  const rows = nodes.map((node) => describeNode(node, ranBackward));
  const inputs = nodes.map((node) =>
    node.edges.map((edge, i) => {
      const at = edge === null ? undefined : rowOf.get(edge.node);
      if (at !== undefined) return at;
      const tensor =
        edge !== null && edge.node instanceof AccumulateGrad ? edge.node.variable : (node.watched?.inputs[i] ?? null);
      const key = tensor ?? `${node.seq}/${i}`;
      return -1 - leaves.of(key, () => describeLeaf(tensor, node.metas[i], edge !== null));
    }),
  );
  const parameters = leaves.items.filter((l) => l.kind === "parameter");
  const site = nodes.map((node) => {
    const s = node.watched?.site?.resolve() ?? null;
    return s === null
      ? null
      : ([cells.of(s.file, () => ({ file: s.file, id: s.cellId, count: s.count })), s.line, s.column] as const);
  });
  const findings = grouped(nodes.flatMap((n, i) => findingsOf(n, i, rows[i])));
  const op = nodes.map((n) => ops.of(n.op, () => n));
  const scope = nodes.map((n) => scopeNumber(n.scope));
  return {
    schema: 1,
    title: roots.map(titleOf).join(", "),
    cells: {
      file: cells.items.map((c) => c.file),
      id: cells.items.map((c) => c.id),
      count: cells.items.map((c) => c.count),
    },
    scopes: {
      name: scopes.items.map((s) => s.name),
      kind: scopes.items.map((s) => s.kind),
      parent: scopes.items.map((s) => scopeNumber(s.parent)),
      tex: scopes.items.map((s) => s.tex),
    },
    ops: {
      name: ops.items.map((n) => n.op.name),
      forward: ops.items.map((n) => n.op.tex.forward),
      vjp: ops.items.map((n) => n.op.tex.vjp),
    },
    leaves: {
      name: leaves.items.map((l) => l.name),
      kind: leaves.items.map((l) => l.kind),
      shape: leaves.items.map((l) => l.shape),
      dtype: leaves.items.map((l) => l.dtype),
    },
    rows: {
      op,
      label: nodes.map((n) => n.op.label(n.params)),
      scope,
      inputs,
      shape: nodes.map((n) => n.outputMetas[0].shape),
      dtype: nodes.map((n) => n.outputMetas[0].dtype),
      bytes: nodes.map((n) => n.outputMetas.reduce((sum, m) => sum + bytesOf(m), 0)),
      saved: nodes.map(savedBytes),
      site,
      value: encodeSummaries(rows.map((r) => r.value)),
      gradientState: rows.map((r) => r.state),
      gradient: encodeSummaries(rows.map((r) => r.gradient)),
    },
    details: [],
    findings: findings.slice(0, maxFindings),
    totals: {
      rows: total,
      omitted: total - nodes.length,
      parameters: parameters.length,
      parameterElements: parameters.reduce((n, p) => n + sizeOf(p.shape), 0),
      savedBytes: nodes.reduce((n, node) => n + savedBytes(node), 0),
      findings: findings.length,
    },
  };
}

function titleOf(t: Tensor): string {
  const name = nameOf(t) ?? "result";
  return t.numel() === 1 ? `${name} ${Number(t.item().toPrecision(4))}` : `${name} [${t.shape.join(", ")}]`;
}

/** What an input is called: its own name, else as in the formulas. */
const nameOfInput = (node: Node, i: number): string => {
  const t = node.watched?.inputs[i];
  return (t === undefined ? null : nameOf(t)) ?? inputName(i, node.metas.length);
};

/** The same for a saved tensor, which may be an input or the output. */
const nameOfSaved = (node: Node, name: string, tensor: Tensor): string => {
  const i = node.watched?.inputs.indexOf(tensor) ?? -1;
  return i < 0 ? name : nameOfInput(node, i);
};

const savedOf = (node: Node): readonly { readonly name: string; readonly tensor: Tensor }[] =>
  keepsTensors(node.watched) ? node.watched.saved : node.savedTensors();

const savedBytes = (node: Node): number => savedOf(node).reduce((n, { tensor }) => n + bytesOf(tensor), 0);

function describeLeaf(t: Tensor | null, meta: Meta, wantsGradient: boolean): Leaf {
  const name = t === null ? null : nameOf(t);
  const scalar = t !== null && t.numel() === 1 && !wantsGradient ? String(Number(t.item().toPrecision(4))) : null;
  return {
    name: name ?? scalar ?? `[${meta.shape.join(", ")}]`,
    kind: wantsGradient ? (t?.constructor.name === "Parameter" ? "parameter" : "variable") : "constant",
    shape: meta.shape,
    dtype: meta.dtype,
  };
}

interface RowFacts {
  readonly value: Summary | null;
  readonly state: GradientState;
  readonly gradient: Summary | null;
}

function describeNode(node: Node, ranBackward: boolean): RowFacts {
  const output = node.watched?.outputs[0];
  const cotangent = node.watched?.cotangents?.[0] ?? null;
  const gradient = cotangent === null ? null : summarize(cotangent);
  const state: GradientState =
    gradient !== null
      ? gradient.zeros === gradient.count
        ? "zero"
        : "computed"
      : !ranBackward
        ? "notRunYet"
        : node.ran
          ? "notRetained"
          : "notReached";
  return { value: output === undefined ? null : summarize(output), state, gradient };
}

/** Pictures of the watched nodes, the latest first, until `length` characters are spent. */
function describeDetails(nodes: readonly Node[], length: number): (RowDetail | null)[] {
  const details = nodes.map((): RowDetail | null => null);
  let left = length;
  for (let i = nodes.length - 1; i >= 0 && left > 0; i--) {
    const detail = describeDetail(nodes[i]);
    left -= JSON.stringify(detail).length;
    if (left > 0) details[i] = detail;
  }
  return details;
}

function describeDetail(node: Node): RowDetail | null {
  const saved: SavedTensor[] = savedOf(node).map(({ name, tensor }) => ({
    name: nameOfSaved(node, name, tensor),
    shape: tensor.shape,
    dtype: tensor.dtype,
    bytes: bytesOf(tensor),
  }));
  const { watched } = node;
  if (saved.length === 0 && !keepsTensors(watched)) return null;
  const draw = (t: Tensor | null | undefined): Grid | null => (t ? gridOf(t, gridRows, gridColumns) : null);
  const contributions: Contribution[] = (watched?.contributions ?? []).flatMap((g, i) =>
    g === null ? [] : [{ name: nameOfInput(node, i), norm: summarize(g).norm, grid: draw(g) }],
  );
  return {
    saved,
    value: draw(watched?.outputs[0]),
    gradient: draw(watched?.cotangents?.[0]),
    local: draw(localSlope(node)),
    contributions,
  };
}

/** Findings that say the same as one, at the first of their rows, with their number. */
function grouped(findings: readonly Finding[]): Finding[] {
  const alike = new Map<string, Finding[]>();
  for (const f of findings) alike.set(f.text, [...(alike.get(f.text) ?? []), f]);
  return [...alike.values()].map(([first, ...others]) =>
    others.length === 0 ? first : { row: first.row, text: `${first.text} (${others.length + 1} rows)` },
  );
}

/** The share of zeros from which a rectifier is called dead. */
const deadShare = 0.9;

function findingsOf(node: Node, row: number, { value, gradient, state }: RowFacts): Finding[] {
  const found: Finding[] = [];
  const name = node.op.name;
  const nonFinite = (s: Summary | null): string | null => {
    if (s === null || s.nan + s.inf === 0) return null;
    return [s.nan > 0 ? `${s.nan} NaN` : "", s.inf > 0 ? `${s.inf} infinite` : ""]
      .filter((t) => t !== "")
      .join(" and ");
  };
  const bad = nonFinite(value);
  if (bad !== null) found.push({ row, text: `${name} made ${bad} of ${value?.count} values.` });
  const badGradient = nonFinite(gradient);
  if (badGradient !== null)
    found.push({ row, text: `The gradient that arrives at ${name} has ${badGradient} of ${gradient?.count} values.` });
  const share = value === null ? 0 : value.zeros / value.count;
  if (name === "relu" && value !== null && value.count >= 16 && share >= deadShare)
    found.push({
      row,
      text: `${Math.round(100 * share)} % of these units are 0, so ${Math.round(100 * share)} % of the gradient stops here.`,
    });
  if (state === "zero")
    found.push({
      row,
      text: `The gradient that arrives at ${name} is 0 everywhere, so nothing before it learns from here.`,
    });
  if (gradient !== null && state === "computed" && decodeNumber(gradient.norm) > 1e4)
    found.push({ row, text: `The gradient that arrives at ${name} is large: its norm is ${gradient.norm}.` });
  return found;
}

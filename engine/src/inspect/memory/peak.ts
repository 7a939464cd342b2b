/** The largest memory of a part of the program, when it was reached, and which tensors made it. */

import type { HolderKind, MemoryRow } from "../../protocol/index.ts";
import { callSite } from "../../tape/graph/call-site.ts";
import { listenDuring, type TapeListener } from "../../tape/graph/listener.ts";
import { currentScope, type Scope, scopePath } from "../../tape/graph/scope.ts";
import type { PendingSite } from "../../tensor/site.ts";
import { placeText } from "../../tensor/site.ts";
import { liveStorages, memoryState, sweep } from "../../tensor/storage/memory.ts";
import type { Storage } from "../../tensor/storage/storage.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { formatBytes } from "../../view/shared/format.ts";
import { MemoryReport } from "./report.ts";
import { groupRows, limitRows, scopesOf } from "./rows.ts";

/** The op that made a storage. */
interface Birth {
  readonly op: string;
  readonly scope: Scope | null;
  readonly site: PendingSite | null;
}

/** A storage that was alive at the peak. */
interface Alive {
  readonly bytes: number;
  readonly birth: Birth | null;
}

/** The state of the memory when it was largest. */
interface Peak {
  readonly used: number;
  /** The number of ops that had run. */
  readonly ops: number;
  readonly at: string;
  readonly alive: readonly Alive[];
}

/** Bytes by which the memory must exceed the largest so far before it is measured again: the measurement collects garbage. */
const minGrowth = 65_536;

/**
 * Runs `body`, and returns how much memory its tensors took when they took most, at which op that was, and what was alive then: by op, and by scope. Ops of backward are named
 * too. Before each new peak the garbage is collected, so that only tensors that are still needed count; the body runs more slowly by that. `value` is what the body returned. An async body
 * gives a promise.
 * @example
 * const { value, report } = inspect.memory.peak(() => ones([1000, 1000]).exp().sum().item() > 2e6);
 * value; // true
 * report.data.rows[0].holder; // "exp"
 */
export function peak<T>(
  body: () => T,
): T extends Promise<infer V> ? Promise<{ value: V; report: MemoryReport }> : { value: T; report: MemoryReport } {
  const recorder = new PeakRecorder();
  const result = listenDuring(recorder.listener, body);
  const answer =
    result instanceof Promise
      ? result.then((value: unknown) => ({ value, report: recorder.report() }))
      : { value: result, report: recorder.report() };
  return answer as T extends Promise<infer V>
    ? Promise<{ value: V; report: MemoryReport }>
    : { value: T; report: MemoryReport };
}

class PeakRecorder {
  readonly #births = new WeakMap<Storage, Birth>();
  readonly #before: number;
  #peak: Peak;
  #ops = 0;

  constructor() {
    sweep();
    this.#before = memoryState().used;
    this.#peak = { used: this.#before, ops: 0, at: "the beginning", alive: [] };
  }

  readonly listener: TapeListener = {
    opRan: (op, _inputs, _params, outputs): void => {
      this.#ops++;
      this.#born(outputs, { op: op.name, scope: currentScope(), site: null });
      this.#measure(() => `${op.name}${placeText(callSite())}${inScope(currentScope())}`);
    },
    ruleApplied: (node, _cotangents, contributions): void => {
      this.#ops++;
      this.#born(contributions, { op: `${node.op.name} backward`, scope: node.scope, site: null });
      this.#measure(() => `backward of ${node.op.name}${placeText(node.watched?.site)}${inScope(node.scope)}`);
    },
  };

  #born(tensors: readonly (Tensor | null)[], birth: Birth): void {
    for (const t of tensors) if (t !== null && !this.#births.has(t.storage)) this.#births.set(t.storage, birth);
  }

  /** Notes the state of the memory if it is larger than ever, after a sweep. */
  #measure(at: () => string): void {
    if (memoryState().used < this.#peak.used + minGrowth) return;
    const { storages } = liveStorages();
    const { used } = memoryState();
    if (used < this.#peak.used + minGrowth) return;
    const alive = storages.map((s): Alive => ({ bytes: s.bytes, birth: this.#births.get(s) ?? null }));
    this.#peak = { used, ops: this.#ops, at: at(), alive };
  }

  report(): MemoryReport {
    const { used, ops, at, alive } = this.#peak;
    const held = (list: readonly Alive[], kind: HolderKind): MemoryRow[] =>
      groupRows(
        list.map(({ bytes, birth }) => ({
          storage: { bytes },
          holder: { kind, path: birth?.op ?? "from before", scope: null, site: null },
        })),
      );
    const born = alive.filter(({ birth }) => birth !== null);
    const older = alive.filter(({ birth }) => birth === null);
    const rows = [...held(born, "graph"), ...held(older, "variable")];
    const parts = alive.map(({ bytes, birth }) => ({
      scope: birth?.scope ?? null,
      last: birth?.op ?? "from before",
      bytes,
    }));
    return new MemoryReport({
      schema: 1,
      title: `${formatBytes(used)} at most`,
      facts: [`${formatBytes(used - this.#before)} more than before`, `at ${at}`, `op ${ops} of ${this.#ops}`],
      ...limitRows(rows),
      scopes: scopesOf("alive at the peak", parts),
    });
  }
}

const inScope = (scope: Scope | null): string => (scope === null ? "" : ` in ${scopePath(scope)}`);

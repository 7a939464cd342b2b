/** Calls of differentiable functions of a submission, as ops on the tape of the judge. */
import * as engine from "tapelab";
import type { Call, Connection, RequestMaker } from "./connection.ts";
import { SandboxEnded } from "./process.ts";

type AnyTensor = engine.Tensor;

/** A call, and the function that was called, as the owner of the calls names it. */
export interface MadeCall<K> {
  readonly key: K;
  readonly given: readonly unknown[];
}

/** Carries out calls whose results may depend on their arguments. `K` names the function of a call. */
export class DifferentiableCalls<K> {
  readonly #connection: Connection;
  readonly #positions = new WeakMap<AnyTensor, { readonly record: number; readonly output: number }>();
  /** Calls by the node that they are on the tape of the judge. */
  readonly #made = new WeakMap<object, MadeCall<K>>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Returns the record and output that a tensor is of; `undefined` for a tensor of the judge. */
  positionOf(t: AnyTensor): { readonly record: number; readonly output: number } | undefined {
    return this.#positions.get(t);
  }

  /** Returns the call that a node of the tape is; `undefined` for other nodes. */
  callOf(node: object): MadeCall<K> | undefined {
    return this.#made.get(node);
  }

  /**
   * Carries out a call whose result may depend on its arguments by a tape in the sandbox. The result is one op on the tape of the judge, whose gradient is a second
   * request.
   */
  call(name: string, request: RequestMaker, given: readonly unknown[], key: K | null = null): unknown {
    this.#connection.settings.watch.before(name);
    try {
      return this.#differentiableCall(name, request, given, key);
    } catch (error) {
      if (!(error instanceof SandboxEnded)) throw error;
      this.#connection.settings.watch.ended(name, `${name}: ${error.message}`);
      throw new SandboxEnded(error.reason, `${name}: ${error.message}`);
    }
  }

  #differentiableCall(name: string, request: RequestMaker, given: readonly unknown[], key: K | null): unknown {
    const first = this.#connection.call(request, given, engine.isGradEnabled());
    if (first.recorded.length === 0 || !engine.isGradEnabled()) return first.value;
    const inputs = given.filter(
      (x): x is AnyTensor => x instanceof engine.Tensor && x.requiresGrad && !this.#connection.isLeaf(x),
    );
    const again = (tensors: readonly AnyTensor[]): Call => {
      const replaced = given.map((x) => {
        const at = inputs.indexOf(x as AnyTensor);
        return at < 0 ? x : (tensors[at] as AnyTensor).detach().requiresGrad_();
      });
      return this.#connection.call(request, replaced, true);
    };
    const outputs = this.#asOp(name, first, inputs, again);
    const node = outputs[0]?.gradFn ?? null;
    if (node !== null && key !== null) this.#made.set(node, { key, given });
    const onTape = new Map(
      first.recorded.map(({ record, output }, i) => [`${record}/${output}`, outputs[i] as AnyTensor]),
    );
    first.recorded.forEach(({ record, output }, i) => this.#positions.set(outputs[i] as AnyTensor, { record, output }));
    return this.#connection.withTape(first, onTape);
  }

  /** Records the results of a call as the outputs of one op. `again` carries it out for other inputs. */
  #asOp(
    name: string,
    first: Call,
    inputs: readonly AnyTensor[],
    again: (inputs: readonly AnyTensor[]) => Call,
  ): AnyTensor[] {
    let current: Call | null = first;
    const gradients = (
      record: number,
      cotangents: readonly (AnyTensor | null)[],
      at: readonly AnyTensor[],
    ): (AnyTensor | null)[] => this.#gradients(record, cotangents, at);
    const isAnchored = inputs.length === 0;
    // a result that depends on parameters in the sandbox alone needs an input that requires a gradient
    const given = isAnchored ? [engine.zeros([], { requiresGrad: true })] : inputs;
    class RemoteCall extends engine.autograd.Function {
      static override forward(ctx: engine.autograd.FunctionContext, ...tensors: AnyTensor[]): AnyTensor[] {
        const done = current ?? again(tensors);
        current = null;
        ctx.saveForBackward(...tensors);
        const [{ record } = { record: -1 }] = done.recorded;
        calls.set(ctx, record);
        return done.recorded.map(({ tensor }) => tensor.detach());
      }
      static override backward(ctx: engine.autograd.FunctionContext, ...cotangents: AnyTensor[]): (AnyTensor | null)[] {
        const found = gradients(calls.get(ctx) ?? -1, cotangents, isAnchored ? [] : ctx.savedTensors);
        return isAnchored ? [null] : found;
      }
    }
    const calls = new WeakMap<object, number>();
    Object.defineProperty(RemoteCall, "name", { value: name === "" ? "call" : name });
    return (RemoteCall.apply as (...tensors: AnyTensor[]) => AnyTensor[])(...given);
  }

  /** Returns the gradients of a call; on the tape where derivatives of them are taken. */
  #gradients(
    record: number,
    cotangents: readonly (AnyTensor | null)[],
    inputs: readonly AnyTensor[],
  ): (AnyTensor | null)[] {
    const createGraph = engine.isGradEnabled();
    const request: RequestMaker = (encode, args) => ({
      op: "vjp",
      record,
      cotangents: args.slice(0, cotangents.length).map(encode),
      createGraph,
    });
    if (!createGraph)
      return listOf(
        this.#connection.run((encode) => request(encode, cotangents, false)),
        inputs,
      );
    const found = this.call("gradient", request, [...cotangents, ...inputs]);
    return listOf(found, inputs);
  }
}

/** Returns the gradients that a submission gives: one for each input, a tensor or `null`. */
function listOf(found: unknown, inputs: readonly AnyTensor[]): (AnyTensor | null)[] {
  const list = Array.isArray(found) ? (found as readonly unknown[]) : [];
  const last = list.slice(-inputs.length);
  return inputs.map((_, i) => (last[i] instanceof engine.Tensor ? last[i] : null));
}

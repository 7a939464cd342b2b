/* oxlint-disable typescript/no-unnecessary-type-conversion -- values of a submission may be of any type, whatever is declared */
/**
 * The sandbox: runs the cells of a submission, and answers the calls of the judge. It is one text, which Node reads from its standard input, so that the process
 * needs to read no file. Everything in it can be changed by the submission; it holds no test, no reference and no score.
 */
import vm from "node:vm";
import * as engine from "tapelab";
import * as checks from "tapelab/check";
import { Channel, Disconnected } from "../wire/channel.ts";
import { Leaves } from "../wire/leaves.ts";
import type { Answer, Reply, Request, Tagged, Wire } from "../wire/messages.ts";
import { Values, Writer } from "../wire/values.ts";
import { engineNames, isClass, textOf } from "./describe.ts";
import { examination } from "./examination.ts";
import { setGlobals } from "./globals.ts";
import { harden } from "./harden.ts";
import { Output } from "./output.ts";
import { Records } from "./records.ts";
import { train } from "./training.ts";

type AnyTensor = engine.Tensor;
type AnyFunction = (...args: unknown[]) => unknown;

const [input, output] = [3, 4];
const channel = new Channel(input, output);
const records = new Records(engine);
const variables: Record<string, unknown> = Object.create(null) as Record<string, unknown>;

/** Objects and functions of the submission by handle. */
const objects: object[] = [];
const handles = new WeakMap<object, number>();
/** Functions of the judge by handle, and tensors that both sides may change. */
const callbacks = new Map<number, AnyFunction>();
const callbackHandles = new WeakMap<object, number>();
const shared = new Map<number, AnyTensor>();
const leaves = new Leaves(engine);

const { stringify, parse } = JSON;
const { apply, construct, ownKeys, has } = Reflect;
const { runInThisContext } = vm;

function handleOf(value: object): number {
  let h = handles.get(value);
  if (h === undefined) {
    h = objects.length;
    objects[h] = value;
    handles.set(value, h);
  }
  return h;
}

function encodeHandle(value: object): Wire {
  const known = callbackHandles.get(value);
  if (known !== undefined) return { t: "yours", h: known };
  const h = handleOf(value);
  if (typeof value === "function")
    return {
      t: "function",
      h,
      name: textOf(() => value.name),
      length: Number(value.length) || 0,
      isClass: isClass(value),
    };
  if (value instanceof Error)
    return {
      t: "error",
      h,
      name: textOf(() => value.name),
      message: textOf(() => value.message),
      stack: textOf(() => value.stack),
    };
  return { t: "object", h, name: textOf(() => value.constructor.name), engine: engineNames(value) };
}

function decodeHandle(tagged: Tagged): unknown {
  if (tagged.t === "yours") return objects[tagged.h];
  if (tagged.t !== "function") throw new TypeError("a value of the grader cannot be used here");
  const known = callbacks.get(tagged.h);
  if (known !== undefined) return known;
  const f: AnyFunction = (...args) => callBack(tagged.h, args);
  callbacks.set(tagged.h, f);
  callbackHandles.set(f, tagged.h);
  return f;
}

const values = new Values(engine, {
  encode: encodeHandle,
  standsIn: () => false,
  decode: decodeHandle,
  describe: (t) => {
    const found = records.output(t);
    if (found.record !== undefined || !t.isLeaf || !t.requiresGrad || [...shared.values()].includes(t)) return found;
    const leaf = leaves.numberOf(t) ?? leaves.add(t);
    return leaf === undefined ? {} : { leaf };
  },
  restore: (t, tagged) => {
    const own = tagged.leaf === undefined ? undefined : leaves.at(tagged.leaf);
    if (own !== undefined) return own;
    const number = tagged.shared;
    const known = number === undefined ? undefined : shared.get(number);
    if (known !== undefined) {
      engine.noGrad(() => known.copy_(t.detach()));
      known.grad = t.grad;
      return known;
    }
    if (number !== undefined) shared.set(number, t);
    else records.input(t);
    return t;
  },
});

function send(reply: (writer: Writer) => Reply): void {
  const writer = new Writer();
  const text = stringify(reply(writer));
  channel.write({ text, bytes: writer.bytes() });
}

/** Calls a function of the judge, and waits for its result. */
function callBack(h: number, args: readonly unknown[]): unknown {
  send((writer) => ({ kind: "callback", h, args: args.map((x) => values.encode(x, writer)) }));
  const { text, bytes } = channel.read();
  const answer = parse(text) as Answer;
  const decoded = values.decode(answer.op === "returned" ? answer.v : answer.e, bytes);
  if (answer.op === "threw") throw decoded;
  return decoded;
}

harden();
// random weights of a submission are the same in every run, and so are its marks
engine.manualSeed(1);
const printed = new Output();
setGlobals(
  engine,
  new Map<string, unknown>([
    ["tapelab", engine],
    ["tapelab/check", checks],
  ]),
);

/** A result that is a promise, settled. */
class Settled {
  readonly value: { readonly v: unknown } | { readonly e: unknown };
  constructor(value: { readonly v: unknown } | { readonly e: unknown }) {
    this.value = value;
  }
}

const isPromise = (x: unknown): x is Promise<unknown> => x instanceof Promise;

async function settle(result: unknown): Promise<unknown> {
  if (!isPromise(result)) return result;
  try {
    return new Settled({ v: await result });
  } catch (e) {
    return new Settled({ e });
  }
}

const objectOf = (h: number): object => {
  const found = objects[h];
  if (found === undefined) throw new TypeError("the object does not exist any more");
  return found;
};

const run = (grad: boolean, body: () => unknown): unknown => (grad ? body() : engine.noGrad(body));

/** Carries out a request, and returns its result, which may be a promise. */
function carryOut(request: Request, decode: (wire: Wire) => unknown): unknown {
  switch (request.op) {
    case "cell": {
      const { code, name, isAsync } = request;
      const wrapped = `(${isAsync ? "async " : ""}function (exports, require) {\n${code}\n})`;
      const body = runInThisContext(wrapped, { filename: name, lineOffset: -1 }) as (
        exports: object,
        require: unknown,
      ) => unknown;
      const done = body(variables, (globalThis as { require?: unknown }).require);
      return isAsync ? (done as Promise<unknown>).then(() => undefined) : undefined;
    }
    case "variable":
      if (!(request.name in variables)) throw new ReferenceError(`${request.name} is not defined`);
      return variables[request.name];
    case "get":
      return (objectOf(request.h) as Record<PropertyKey, unknown>)[decode(request.key) as PropertyKey];
    case "set":
      (objectOf(request.h) as Record<PropertyKey, unknown>)[decode(request.key) as PropertyKey] = decode(request.value);
      return undefined;
    case "has":
      return has(objectOf(request.h), decode(request.key) as PropertyKey);
    case "keys":
      return ownKeys(objectOf(request.h)).filter((key) => typeof key === "string");
    case "call": {
      const f = objectOf(request.h) as AnyFunction;
      const [self, args] = [decode(request.self), request.args.map(decode)];
      return run(request.grad, () => apply(f, self, args));
    }
    case "construct": {
      const args = request.args.map(decode);
      return run(request.grad, () => construct(objectOf(request.h) as new () => unknown, args));
    }
    case "isInstance":
      return (decode(request.value) as object) instanceof (objectOf(request.h) as new () => unknown);
    case "vjp": {
      const cotangents = request.cotangents.map((wire) => decode(wire) as AnyTensor | null);
      return records.gradients(request.record, cotangents, request.createGraph);
    }
    case "tape":
      return checks.tapeFacts(records.outputOf(request.record, request.output));
    case "examine": {
      const f = objectOf(request.h) as AnyFunction;
      const [self, args] = [decode(request.self), request.args.map(decode)];
      return examination(() => apply(f, self, args), args);
    }
    case "memory":
      return checks.memoryAfterSteps(objectOf(request.h) as () => unknown, request.steps);
    case "train": {
      const [x, y] = [decode(request.x), decode(request.y)] as [AnyTensor, AnyTensor];
      return train(engine, objectOf(request.h), x, y, request.seconds, request.lr);
    }
  }
}

const sharedValues = (writer: Writer): Wire[] =>
  [...shared].map(([number, t]) => ({ ...(values.encode(t, writer) as object), shared: number }) as Wire);

/** Takes over the leaves that the judge has changed. */
function updateLeaves(list: readonly Wire[], bytes: Uint8Array): void {
  for (const wire of list) {
    const { leaf, ...tagged } = wire as Tagged & { readonly t: "tensor" };
    const t = values.decode(tagged, bytes);
    if (t instanceof engine.Tensor) leaves.update(Number(leaf), t);
  }
}

type Message = Request & { readonly shared: readonly Wire[]; readonly leaves: readonly Wire[] };

async function answer(text: string, bytes: Uint8Array): Promise<void> {
  try {
    const request = parse(text) as Message;
    updateLeaves(request.leaves, bytes);
    records.begin();
    for (const wire of request.shared) values.decode(wire, bytes);
    const result = await settle(carryOut(request, (wire) => values.decode(wire, bytes)));
    send((writer) => {
      const encode = (x: unknown): Wire => values.encode(x, writer);
      const wrap = (): Wire => {
        if (!(result instanceof Settled)) return encode(result);
        return "e" in result.value
          ? { t: "promise", e: encode(result.value.e) }
          : { t: "promise", v: encode(result.value.v) };
      };
      const v = wrap();
      return {
        kind: "value",
        v,
        out: printed.take(),
        shared: sharedValues(writer),
        leaves: leaves.takeChanged().map(encode),
      };
    });
  } catch (error) {
    if (error instanceof Disconnected) throw error;
    send((writer) => ({ kind: "error", e: values.encode(error, writer), out: printed.take() }));
  } finally {
    records.end();
  }
}

send(() => ({ kind: "value", v: null, out: "", shared: [], leaves: [] }));
for (;;) {
  const { text, bytes } = channel.read();
  await answer(text, bytes);
}

/**
 * Random programs that keep the tensors that backward passes to them: with hooks, custom gradient rules, checkpoints, retained graphs, changes through views, errors and
 * interrupts. Each program is run twice, with plain backward walks and with recorded ones, which own no temporaries; the results must be equal.
 */
import { runInNewContext } from "node:vm";
import {
  autograd,
  cat,
  type DType,
  enableGrad,
  full,
  func,
  inspect,
  layerNorm,
  nn,
  noGrad,
  ones,
  optim,
  recover,
  type Tensor,
  tensor,
} from "tapelab";

/** A seeded random generator (mulberry32). */
export class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = (seed * 2654435761) >>> 0;
  }
  /** Returns a number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  /** Returns an integer in [0, n). */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }
  /** Returns a number in [-1.5, 1.5]. */
  number(): number {
    return Math.round((this.next() - 0.5) * 300) / 100;
  }
  /** Returns a random element of a list. */
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}

/** Outcome of a program: its results, the errors that it caught, and the kept tensors whose elements have changed. */
export interface Outcome {
  readonly results: readonly (readonly number[])[];
  readonly errors: readonly string[];
  readonly changed: readonly string[];
}

/** A tensor that the program keeps, with its elements at that time. */
interface Kept {
  readonly label: string;
  readonly tensor: Tensor;
  readonly elements: readonly number[];
  /** Version at that time: the number of in-place changes. */
  readonly version: number;
}

/** A function of the program that receives a gradient and returns one in its place. */
type Hook = (g: Tensor) => Tensor;

class Pass extends nn.Module {
  forward(x: Tensor): Tensor {
    return x.mul(1.25);
  }
}

/** One run of the program of a seed. */
export class Program {
  readonly #dice: Dice;
  readonly #createGraph: boolean;
  readonly #size: number;
  readonly #dtype: DType;
  readonly #leaves: Tensor[];
  readonly #values: Tensor[];
  readonly #kept: Kept[] = [];
  /** Storages that the program changes itself, whose tensors are not kept. */
  readonly #changing = new Set<unknown>();
  readonly #errors: string[] = [];
  readonly #handles: { remove(): void }[] = [];
  readonly #constants: Tensor[] = [];
  readonly #optimizer: optim.Optimizer;
  /** Tensors kept as often as gradient rules read saved tensors, which differs between kernels: checked, but not compared between runs. */
  readonly #uncounted: Kept[] = [];

  constructor(seed: number, createGraph: boolean) {
    const dice = new Dice(seed);
    this.#dice = dice;
    this.#createGraph = createGraph;
    this.#size = dice.of([1, 3, 16, 17, 40, 100]);
    this.#dtype = dice.of(["float32", "float32", "float64"]);
    this.#leaves = Array.from({ length: 1 + dice.below(3) }, () => {
      const elements = Array.from({ length: this.#size }, () => dice.number());
      return tensor(elements, { dtype: this.#dtype, requiresGrad: true });
    });
    for (const w of this.#leaves) this.#changing.add(w.storage);
    this.#values = [...this.#leaves];
    this.#optimizer =
      dice.below(2) === 0 ? new optim.SGD(this.#leaves, { lr: 0.01 }) : new optim.Adam(this.#leaves, { lr: 0.01 });
  }

  run(): Outcome {
    const statements = 6 + this.#dice.below(14);
    for (let i = 0; i < statements; i++) this.#attempt(() => this.#statement());
    this.#attempt(() => this.#backward());
    for (const handle of this.#handles) handle.remove();
    const all = [...this.#kept, ...this.#uncounted];
    return {
      results: [
        ...this.#leaves.flatMap((w) => (w.grad === null ? [] : [elementsOf(w.grad)])),
        ...this.#kept.map((k) => k.elements),
      ],
      errors: this.#errors,
      changed: all.flatMap(({ label, tensor, elements, version }) => {
        const now = elementsOf(tensor);
        // changed in place by the engine, such as a gradient that was accumulated into
        if (tensor.version !== version) return [];
        const at = elements.findIndex((v, i) => !Object.is(v, now[i]));
        return at < 0 ? [] : [`${label}: element ${at} was ${elements[at]} and is ${now[at]}`];
      }),
    };
  }

  #attempt(body: () => void): void {
    try {
      body();
    } catch (error) {
      // the beginning alone: the rest names a line
      this.#errors.push(String(error).slice(0, 60));
    }
  }

  #keep(label: string, t: Tensor, list: Kept[] = this.#kept): Tensor {
    if (!this.#changing.has(t.storage)) list.push(kept(label, t));
    return t;
  }

  #value(): Tensor {
    const values = this.#values;
    // recent values are more likely
    return values[Math.max(0, values.length - 1 - Math.floor(this.#dice.next() ** 2 * values.length))];
  }

  #push(t: Tensor): void {
    this.#values.push(t);
  }

  #statement(): void {
    const dice = this.#dice;
    const kind = dice.next();
    if (kind < 0.3) this.#push(this.#operation());
    else if (kind < 0.5) this.#push(this.#customOperation(this.#value()));
    else if (kind < 0.6) this.#register(this.#value());
    else if (kind < 0.68) this.#push(this.#changeInPlace());
    else if (kind < 0.74) this.#push(this.#withSavedTensorHooks());
    else if (kind < 0.9) this.#backward();
    else if (kind < 0.997) this.#betweenPasses();
    else this.#interrupt();
  }

  #operation(): Tensor {
    const dice = this.#dice;
    const [x, z, c] = [this.#value(), this.#value(), dice.number()];
    const n = this.#size;
    const split = dice.below(n + 1);
    return dice.of<() => Tensor>([
      () => x.add(z),
      () => x.sub(z),
      () => x.mul(z).tanh(),
      () => x.div(z.abs().add(1)),
      () => x.mul(c),
      () => x.tanh(),
      () => x.sigmoid(),
      () => x.relu(),
      () => x.clone(),
      () => x.sum().tanh().expand([n]),
      () => x.mean().add(z),
      () => cat([x.narrow(0, 0, split), z.narrow(0, split, n - split)]),
      () =>
        x
          .reshape([n, 1])
          .matmul(z.reshape([1, n]))
          .mean(1)
          .tanh(),
      () => x.softmax(0),
      () => layerNorm(x, [n]),
      () => x.maximum(z),
      () => x.add(x),
      () => x.detach(),
      () => x.mul(x).add(z).tanh(),
    ])();
  }

  /** Returns a random hook. Its choices are made when it is registered, as backward decides the order in which hooks run. */
  #hook(label: string): Hook {
    const dice = this.#dice;
    const c = dice.number();
    const body = dice.of<Hook>([
      (g) => g,
      (g) => g.mul(c),
      (g) => this.#keep(`${label}: product`, g.mul(c)),
      (g) => this.#constant(g, c),
      (g) => g.mul(this.#constant(g, c)),
      (g) => g.reshape([g.numel()]),
      (g) => this.#keep(`${label}: view`, g.narrow(0, 0, g.shape[0])),
      (g) => g.mean().expand(g.shape),
      (g) => {
        const [a, b] = [g.mul(c), g.add(c)];
        this.#keep(`${label}: pair`, a);
        return a.add(b);
      },
      (g) => {
        const v = ones(g.shape, { dtype: g.dtype, requiresGrad: true });
        enableGrad(() => v.mul(c).tanh().add(v).sum().backward());
        return this.#keep(`${label}: inner backward`, v.grad as Tensor);
      },
      (g) => {
        const v = g.detach().clone().requiresGrad_();
        return this.#keep(`${label}: inner grad`, enableGrad(() => autograd.grad(v.mul(v).tanh().sum(), [v]))[0]);
      },
    ]);
    const keeps = dice.below(3) > 0;
    const throws = dice.below(40) === 0;
    return (g) =>
      noGrad(() => {
        if (keeps) this.#keep(`${label}: gradient`, g);
        if (throws) throw new Error(`${label} throws`);
        return body(g);
      });
  }

  #constant({ shape, dtype }: Tensor, c: number): Tensor {
    const known = this.#constants.find((k) => k.dtype === dtype && k.numel() === shape[0]);
    if (known !== undefined) return known;
    const made = full(shape, c, { dtype });
    this.#constants.push(made);
    this.#keep("constant", made);
    return made;
  }

  /** Returns the result of an operation with a custom gradient rule. */
  #customOperation(x: Tensor): Tensor {
    const dice = this.#dice;
    const keep = (label: string, t: Tensor): Tensor => this.#keep(label, t);
    const c = dice.number();
    const z = this.#value();
    const [first, second] = [this.#hook("rule"), this.#hook("second rule")];
    const shared = dice.below(2) === 0;
    return dice.of<() => Tensor>([
      () => {
        class One extends autograd.Function {
          static override forward(ctx: autograd.FunctionContext, a: Tensor): Tensor {
            ctx.saveForBackward(a);
            return a.mul(c);
          }
          static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor {
            const [a] = ctx.savedTensors;
            return noGrad(() => first(g).mul(a.tanh()));
          }
        }
        return One.apply(x);
      },
      () => {
        class Two extends autograd.Function {
          static override forward(_ctx: autograd.FunctionContext, a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
            return [a.add(b), a.mul(c)];
          }
          static override backward(_ctx: autograd.FunctionContext, g: Tensor, h: Tensor): Tensor[] {
            const made = first(g);
            return shared ? [made, made] : [made, second(h)];
          }
        }
        const [a, b] = Two.apply(x, z);
        return shared ? a : a.add(b);
      },
      () => {
        class Saved extends autograd.Function {
          static override forward(ctx: autograd.FunctionContext, a: Tensor): Tensor {
            const y = a.tanh();
            ctx.saveForBackward(y);
            return y;
          }
          static override backward(ctx: autograd.FunctionContext, _g: Tensor): Tensor {
            return ctx.savedTensors[0].detach();
          }
        }
        return Saved.apply(x);
      },
      () => autograd.customGradient((a: Tensor) => [a.mul(c), first])(x),
      () => {
        const f = func.customVjp((a: Tensor, b: Tensor) => a.mul(b));
        f.defvjp(
          (a, b) => [a.mul(b).tanh(), [a, b] as const],
          ([a], g) => [first(g), noGrad(() => keep("residual product", g.mul(a.detach())))],
        );
        return f(x, z);
      },
      () => {
        const f = func.customJvp((a: Tensor) => a.mul(c));
        f.defjvp(([a], [t]) => [a.mul(c), keep("tangent", t.mul(c))]);
        return f(x);
      },
      () => {
        const module = new Pass();
        module.registerFullBackwardHook((_module, [g], [h]) => {
          if (h !== null) keep("grad of output", h);
          return [g === null ? null : first(g)];
        });
        if (shared) module.registerFullBackwardPreHook((_module, [g]) => [g === null ? null : second(g)]);
        return module.forward(x);
      },
    ])();
  }

  #register(x: Tensor): void {
    const dice = this.#dice;
    const hook = this.#hook("hook");
    const onlyKeeps = dice.below(2) === 0;
    const applied = (g: Tensor): Tensor | undefined => {
      const made = hook(g);
      return onlyKeeps ? undefined : made.reshape(g.shape);
    };
    if (!x.requiresGrad) return;
    dice.of<() => void>([
      () => void this.#handles.push(x.registerHook(applied)),
      () => x.retainGrad(),
      () => void x.gradFn?.registerPrehook((gs) => gs.map((g) => (g?.ndim === 1 ? (applied(g) ?? g) : g))),
      () => void x.gradFn?.registerHook((gs) => gs.map((g) => (g?.numel() === this.#size ? (applied(g) ?? g) : g))),
      () =>
        void this.#handles.push(
          autograd.registerMultiGradHook([x, this.#leaves[0]], (gs) =>
            gs.forEach((g) => g !== null && this.#keep("of several", g)),
          ),
        ),
      () => {
        const { gradFn } = x;
        this.#handles.push(
          inspect.onGradient(({ node, gradients: [g] }) => (node === gradFn && g?.ndim === 1 ? applied(g) : undefined)),
        );
      },
      () => {
        const w = this.#leaves[0];
        const drops = dice.below(4) === 0;
        this.#handles.push(
          w.registerPostAccumulateGradHook((leaf) => {
            this.#keep("accumulated", leaf.grad as Tensor);
            if (drops) leaf.grad = null;
          }),
        );
      },
    ])();
  }

  /** Returns a copy of a value, changed in place through views. */
  #changeInPlace(): Tensor {
    const dice = this.#dice;
    const x = this.#value().clone();
    this.#changing.add(x.storage);
    const n = this.#size;
    const [from, c, z] = [dice.below(n), dice.number(), this.#value()];
    if (x.requiresGrad && dice.below(2) === 0) x.retainGrad();
    const view = x.narrow(0, from, 1 + dice.below(n - from));
    if (view.requiresGrad && dice.below(3) === 0) view.retainGrad();
    dice.of<() => void>([
      () => view.mul_(c),
      () => x.add_(z),
      () => view.copy_(z.narrow(0, 0, view.shape[0])),
      () => view.tanh_(),
      () => view.zero_(),
      () => x.mul_(c).narrow(0, 0, 1).add_(c),
    ])();
    return dice.below(2) === 0 ? x : x.add(view.sum());
  }

  /** Returns the result of operations whose saved tensors are packed or recomputed. */
  #withSavedTensorHooks(): Tensor {
    const dice = this.#dice;
    const [x, z, c] = [this.#value(), this.#value(), dice.number()];
    const own = dice.below(2) === 0;
    const f = (a: Tensor, b: Tensor): Tensor => {
      const h = a.mul(b).tanh();
      return (own ? autograd.customGradient((t: Tensor) => [t.mul(c), (g) => g.mul(c)])(h) : h.mul(c)).sigmoid().mul(a);
    };
    const kept: Tensor[] = [];
    return dice.of<() => Tensor>([
      () =>
        autograd.checkpoint(
          (a: Tensor, b: Tensor) => {
            const y = f(a, b);
            noGrad(() => this.#keep("within a checkpoint", y.detach().mul(2), this.#uncounted));
            return y;
          },
          [x, z],
        ),
      () => autograd.checkpoint((a: Tensor) => autograd.checkpoint((b: Tensor) => f(b, b), [a.tanh()]), [x]),
      () =>
        autograd.savedTensorsHooks(
          {
            pack: (t: Tensor) => kept.push(this.#keep("packed", t.mul(1))) - 1,
            unpack: (i: number) => this.#keep("unpacked", kept[i].mul(1), this.#uncounted),
          },
          () => f(x, z),
        ),
      () => autograd.savedTensorsHooks({ pack: (t: Tensor) => t, unpack: (t: Tensor) => t }, () => f(x, z)),
    ])();
  }

  #loss(): Tensor {
    const [x, z] = [this.#value(), this.#value()];
    return this.#dice.below(2) === 0 ? x.sum() : x.mul(z).sum();
  }

  #backward(): void {
    const dice = this.#dice;
    const createGraph = this.#createGraph;
    const retainGraph = dice.below(3) === 0;
    const options = { createGraph, retainGraph };
    dice.of<() => void>([
      () => this.#loss().backward(options),
      () => this.#loss().backward(options),
      () => {
        const x = this.#value();
        const g = full([this.#size], dice.number(), { dtype: this.#dtype });
        this.#keep("given", g);
        x.backward(g, options);
      },
      () => {
        const loss = this.#loss();
        loss.backward({ createGraph, retainGraph: true });
        loss.backward(options);
      },
      () => {
        const x = this.#value();
        const found = autograd.grad(this.#loss(), [x, ...this.#leaves], { ...options, allowUnused: true });
        for (const g of found) if (g !== null) this.#keep("grad", g.detach());
      },
      () => {
        const [w] = this.#leaves;
        const [g] = autograd.grad(this.#loss(), [w], { createGraph: true, allowUnused: true });
        if (g?.requiresGrad) g.mul(g).sum().backward(options);
      },
    ])();
    for (const t of this.#values) {
      if (!t.retainsGrad() || t.grad === null) continue;
      this.#keep("retained", t.grad.detach());
      if (dice.below(2) === 0) t.grad = null;
    }
  }

  /** Does one of the things that programs do between two backward passes. */
  #betweenPasses(): void {
    const dice = this.#dice;
    const [w] = this.#leaves;
    dice.of<() => void>([
      () => this.#optimizer.zeroGrad(),
      () => {
        for (const v of this.#leaves) if (v.grad !== null) this.#keep("leaf gradient", v.grad.detach());
        this.#optimizer.zeroGrad();
      },
      () => this.#optimizer.step(),
      () => {
        w.grad = null;
      },
      () => {
        w.grad = this.#keep("assigned", full([this.#size], dice.number(), { dtype: this.#dtype }));
      },
      () => {
        const v = this.#leaves.at(-1) as Tensor;
        const g = w.grad;
        // a gradient shared by two leaves would be accumulated into twice
        w.grad = null;
        v.grad = g;
      },
      () => {
        noGrad(() => w.grad?.mul_(0.5));
      },
    ])();
  }

  /** Terminates an endless loop of backward passes at a random line, which may be in a hook. */
  #interrupt(): void {
    const [size, dtype] = [this.#size, this.#dtype];
    const found: Kept[] = [];
    const keep = (label: string, t: Tensor): Tensor => {
      found.push(kept(label, t));
      if (found.length > 200) found.shift();
      return t;
    };
    const w = full([size], 0.5, { dtype, requiresGrad: true });
    const endless = (): void => {
      for (;;) {
        const y = autograd.customGradient((a: Tensor) => [a.mul(2), (g) => keep("interrupted rule", g.mul(3))])(
          w.mul(2),
        );
        y.registerHook((g) => {
          keep("interrupted hook", g);
          const v = g.detach().clone().requiresGrad_();
          enableGrad(() => v.mul(v).sum().backward());
          return keep("interrupted inner backward", v.grad as Tensor);
        });
        autograd
          .checkpoint((a: Tensor) => a.tanh().mul(a), [y])
          .add(y)
          .sum()
          .backward();
        keep("interrupted gradient", w.grad as Tensor);
        w.grad = null;
      }
    };
    try {
      runInNewContext("endless()", { endless }, { timeout: 1 + this.#dice.below(3) });
    } catch {
      recover();
    }
    this.#uncounted.push(...found);
    w.grad = null;
    w.mul(4).sum().backward();
    this.#keep("after an interrupt", gradOf(w));
  }
}

const kept = (label: string, tensor: Tensor): Kept => ({
  label,
  tensor,
  elements: elementsOf(tensor),
  version: tensor.version,
});

const gradOf = (t: Tensor): Tensor => t.grad as Tensor;

const elementsOf = (t: Tensor): number[] => [...t.toTypedArray()];

/** Returns the differences between two runs of a program, as texts. */
export function differences(a: Outcome, b: Outcome): string[] {
  const found: string[] = [];
  if (a.errors.join("\n") !== b.errors.join("\n"))
    found.push(`errors: ${JSON.stringify(a.errors)} and ${JSON.stringify(b.errors)}`);
  if (a.results.length !== b.results.length) found.push(`${a.results.length} and ${b.results.length} results`);
  const slack = 1e-5 + 1e-6 * largest(a.results);
  a.results.forEach((x, i) => {
    const y = b.results[i] ?? [];
    const at = x.findIndex((v, k) => !close(v, y[k], slack));
    if (at >= 0) found.push(`result ${i}, element ${at}: ${x[at]} and ${y[at]}`);
  });
  return found;
}

/** Returns the largest finite magnitude, which bounds the rounding error left when such numbers cancel. */
const largest = (results: Outcome["results"]): number =>
  results.flat().reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 0);

const close = (x: number, y: number | undefined, slack: number): boolean =>
  y !== undefined &&
  (Object.is(x, y) ||
    Math.abs(x - y) <= slack + 1e-3 * Math.max(Math.abs(x), Math.abs(y)) ||
    (!Number.isFinite(x) && !Number.isFinite(y)));

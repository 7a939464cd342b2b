/** `recover` restores the engine after programs were terminated inside of every mode, in the way in which the kernel's interrupt terminates them. */
import { runInNewContext } from "node:vm";
import {
  ArgumentError,
  autograd,
  data,
  enableGrad,
  F,
  func,
  Generator,
  inferenceMode,
  inspect,
  isGradEnabled,
  isInferenceModeEnabled,
  manualSeed,
  needle,
  nn,
  noGrad,
  ones,
  optim,
  rand,
  randn,
  recover,
  scope,
  setGradEnabled,
  Tensor,
  tensor,
  zeros,
} from "tapelab";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLevels } from "../../../../engine/src/dispatch/batched.ts";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";
import { withEagerKernels, withVariant } from "../../../../engine/src/fast/wasm/module.ts";
import { resetAmbient } from "../../../../engine/src/platform/ambient.ts";
import { currentWalk } from "../../../../engine/src/tape/backward/current-walk.ts";
import { usesFastPaths } from "../../../../engine/src/tape/graph/fast-path.ts";
import { listenDuring } from "../../../../engine/src/tape/graph/listener.ts";
import { currentPackHook } from "../../../../engine/src/tape/graph/saved-hooks.ts";
import { currentScope } from "../../../../engine/src/tape/graph/scope.ts";
import { defaultGenerator } from "../../../../engine/src/tensor/random.ts";
import { memoryState, sweep } from "../../../../engine/src/tensor/storage/memory.ts";

/** Runs a program again and again, and terminates it after so many milliseconds. */
function terminate(program: () => void, ms = 6): void {
  const endless = (): void => {
    for (;;) program();
  };
  expect(() => runInNewContext("endless()", { endless }, { timeout: ms })).toThrow("timed out");
}

/**
 * Terminates a program inside of the endless loop that it calls. A shorter attempt may be terminated before the program calls the loop, and leave a hook that
 * calls the loop later: such a call returns at once.
 */
function terminateWithin(program: (loop: () => void) => void): void {
  const run = { entered: false, over: false };
  const loop = (): void => {
    run.entered = true;
    while (!run.over) image.mul(2);
  };
  for (let ms = 6; !run.entered; ms *= 2) {
    terminate(() => program(loop), ms);
    if (!run.entered) recover();
  }
  run.over = true;
}

const { forwardAd } = autograd;
const small = tensor([0.5, -1.5, 2], { requiresGrad: true });
const large = rand([40], { generator: new Generator(3), requiresGrad: true });
const net = new nn.Sequential(new nn.Linear(8, 16), new nn.Tanh(), new nn.Linear(16, 1));
const input = rand([6, 8], { generator: new Generator(4) });
const image = rand([40], { generator: new Generator(5) });

/** Computes with tensors of few elements and of many. */
function work(x: Tensor = large): Tensor {
  const y = x.mul(2).tanh().add(x.exp());
  return y.sum().add(small.mul(small).sum());
}

const step = (): void => {
  work().backward();
  large.grad = null;
  small.grad = null;
};

const cube = (x: Tensor): Tensor => x.mul(x).mul(x).sum();

/** Returns everything that a program can observe of the engine's state. */
function probe(): unknown {
  const seen: string[] = [];
  const handle = inspect.onRecord((event) => void seen.push(`${event.scope}:${event.op}`));
  small.mul(2).sum();
  handle.remove();
  const leaf = tensor([1, 2, 3], { requiresGrad: true });
  const wide = ones([20], { requiresGrad: true });
  cube(leaf).backward();
  F.gelu(wide).sum().backward();
  const x = tensor([1, 2, 3]);
  const tape = new autograd.GradientTape();
  const y = tape.record(() => {
    tape.watch(x);
    return cube(x);
  });
  const taped = tape.gradient(y, x) as Tensor;
  const g = func.grad(cube)(x);
  const lazy = new needle.Tensor([1, 2]).add(1);
  const masked = noGrad(() => leaf.mul(2));
  manualSeed(7);
  const drawn = randn([20]).toArray();
  return {
    modes: [
      isGradEnabled(),
      isInferenceModeEnabled(),
      autograd.isAnomalyEnabled(),
      needle.isLazyMode(),
      usesFastPaths(),
    ],
    open: [currentScope(), openLevels().length, currentWalk(), currentPackHook()],
    seen,
    gradients: [leaf.grad?.toArray(), wide.grad?.toArray(), taped.toArray(), g.toArray()],
    onTape: [masked.requiresGrad, taped.requiresGrad, g.requiresGrad, leaf.mul(2).requiresGrad, x.requiresGrad],
    inference: zeros([20]).isInference(),
    withoutAnomalyMode: tensor([-1]).sqrt().item(),
    dual: (() => {
      try {
        return forwardAd.makeDual(x, x);
      } catch (error) {
        return error instanceof ArgumentError;
      }
    })(),
    vmapped: func
      .vmap((a: Tensor) => a.mul(a).sum())(ones([4, 5]))
      .toArray(),
    lazy: lazy.numpy(),
    drawn,
    network: net.forward(input).toArray(),
    saved: leaf.mul(leaf).gradFn?.savedTensors().length,
  };
}

let fresh: unknown;
beforeAll(() => {
  step();
  fresh = probe();
});

const expectFresh = (): void => {
  recover();
  expect(probe(), "state that the terminated program left").toEqual(fresh);
};

class Twice extends autograd.Function {
  static override forward(ctx: InstanceType<typeof autograd.FunctionContext>, x: Tensor): Tensor {
    ctx.saveForBackward(x);
    return x.mul(2);
  }
  static override backward(ctx: InstanceType<typeof autograd.FunctionContext>, g: Tensor): Tensor {
    enableGrad(step);
    return g.mul(ctx.savedTensors.length + 1);
  }
}

const state = (): Record<string, Tensor> => net.stateDict();

/** Programs that run within a mode, which a termination leaves open. */
const modes: Readonly<Record<string, () => void>> = {
  noGrad: () => noGrad(() => work()),
  "noGrad in enableGrad": () => enableGrad(() => noGrad(() => work())),
  inferenceMode: () => inferenceMode(() => work(image)),
  "setGradEnabled within a mode": () =>
    enableGrad(() => {
      setGradEnabled(false);
      work();
    }),
  setGradEnabled: () => {
    setGradEnabled(false);
    work();
    setGradEnabled(true);
  },
  scope: () => scope("outer", () => scope("inner", step)),
  detectAnomaly: () => autograd.detectAnomaly(step),
  "an error of anomaly mode": () => {
    try {
      autograd.detectAnomaly(() => image.neg().log().sum());
    } catch {
      step();
    }
  },
  vmap: () => void func.vmap((x: Tensor) => x.mul(x).tanh().sum())(input),
  "vmap with random numbers": () =>
    void func.vmap((x: Tensor) => x.mul(randn([8])).sum(), { randomness: "different" })(input),
  "vmap of grad": () => void func.vmap(func.grad(cube))(input),
  "func.grad": () => void func.grad(cube)(image),
  "func.vjp": () => void func.vjp(cube, image)[1](tensor(1)),
  "func.jvp": () => void func.jvp(cube, [image], [image]),
  "func.jacfwd": () => void func.jacfwd((x: Tensor) => x.mul(x))(image),
  "func.jacrev": () => void func.jacrev((x: Tensor) => x.mul(x))(image),
  "func.hessian": () => void func.hessian(cube)(image),
  dualLevel: () => void forwardAd.dualLevel(() => forwardAd.unpackDual(cube(forwardAd.makeDual(image, image))).tangent),
  "GradientTape.record": () => {
    const tape = new autograd.GradientTape({ persistent: true });
    tape.record(() => {
      tape.watch(image);
      tape.gradient(cube(image), image);
    });
  },
  "ForwardAccumulator.record": () => {
    const forward = new autograd.ForwardAccumulator(image, image);
    forward.jvp(forward.record(() => cube(image)));
  },
  checkpoint: () => autograd.checkpoint((x: Tensor) => work(x), [large]).backward(),
  savedTensorsHooks: () =>
    autograd.savedTensorsHooks({ pack: (t: Tensor) => t.clone(), unpack: (t: Tensor) => t.mul(1) }, step),
  disableSavedTensorsHooks: () =>
    autograd.disableSavedTensorsHooks("none", () => {
      try {
        work();
      } catch {
        noGrad(() => work());
      }
    }),
  allowMutationOnSavedTensors: () =>
    autograd.allowMutationOnSavedTensors(() => {
      const h = large.mul(2);
      const y = h.mul(h).sum();
      h.mul_(3);
      y.backward();
    }),
  withReferenceKernels: () => withReferenceKernels(step),
  withEagerKernels: () => withEagerKernels(step),
  withVariant: () => withVariant("plain", step),
  listenDuring: () => listenDuring({ opRan: () => {} }, step),
  functionalCall: () => void func.functionalCall(net, state(), input),
  "functionalCall within grad": () =>
    void func.grad((p: Record<string, Tensor>) => func.functionalCall<[Tensor], Tensor>(net, p, input).sum())(state()),
  gradcheck: () => void autograd.gradcheck((x) => x.mul(x).tanh(), [large.detach().to("float64").requiresGrad_()]),
  "needle's lazy mode": () => {
    needle.setLazyMode(true);
    new needle.Tensor([1, 2]).add(1).mul(2).numpy();
  },
  "backward itself": step,
  "backward with createGraph": () => {
    const [g] = autograd.grad(work(), [large], { createGraph: true });
    g.mul(g).sum().backward();
    large.grad = null;
    small.grad = null;
  },
  "a backward hook that runs backward": () => {
    const h = large.mul(3);
    h.registerHook(() => enableGrad(step));
    h.tanh().sum().backward();
    large.grad = null;
  },
  "Function.backward": () => Twice.apply<typeof Twice>(large).sum().backward(),
  "optimizer.step": () => {
    const optimizer = new optim.Adam(net.parameters(), { lr: 0 });
    net.forward(input).sum().backward();
    for (let i = 0; i < 10; i++) optimizer.step();
    net.zeroGrad();
  },
  "hooks of an optimizer's step": () => {
    const optimizer = new optim.SGD(net.parameters(), { lr: 0 });
    optimizer.registerStepPostHook(() => step());
    optimizer.step();
  },
  "module hooks": () => {
    const layer = new nn.Linear(8, 2);
    layer.registerForwardHook(() => step());
    layer.registerFullBackwardHook(() => enableGrad(step));
    layer.forward(input).sum().backward();
  },
  DataLoader: () => {
    const loader = new data.DataLoader(new data.TensorDataset(input), { batchSize: 2, shuffle: true });
    for (const [x] of loader) net.forward(x);
  },
};

describe("after a program was terminated, the engine's state is that of a new one:", () => {
  test.each(Object.keys(modes))("%s", (name) => {
    for (let i = 0; i < 3; i++) {
      terminate(modes[name], 3 + 2 * i);
      expectFresh();
    }
  });

  test("modes that are open for certain, around an endless loop", () => {
    const around: Readonly<Record<string, (body: () => void) => void>> = {
      detectAnomaly: (body) => autograd.detectAnomaly(body),
      vmap: (body) =>
        void func.vmap((x: Tensor) => {
          body();
          return x;
        })(input),
      "func.grad": (body) =>
        void func.grad((x: Tensor) => {
          body();
          return x.sum();
        })(image),
      dualLevel: (body) => forwardAd.dualLevel(body),
      "GradientTape.record": (body) => new autograd.GradientTape().record(body),
      noGrad: (body) => noGrad(body),
      inferenceMode: (body) => inferenceMode(body),
      onRecord: (body) => {
        const handle = inspect.onRecord(() => {
          handle.remove();
          body();
        });
        large.mul(2);
      },
      onGradient: (body) => {
        const handle = inspect.onGradient(() => {
          handle.remove();
          body();
        });
        large.mul(2).sum().backward();
      },
      pack: (body) =>
        autograd.savedTensorsHooks({ pack: () => body(), unpack: () => zeros([40]) }, () => void large.mul(large)),
      listenDuring: (body) => {
        let called = false;
        const opRan = (): void => {
          if (called) return;
          called = true;
          body();
        };
        listenDuring({ opRan }, () => void large.mul(2));
      },
    };
    for (const [name, enter] of Object.entries(around)) {
      terminateWithin(enter);
      recover();
      expect(probe(), name).toEqual(fresh);
    }
  });
});

describe("temporary changes of a terminated body are undone:", () => {
  test("parameters that functionalCall replaces, also under several names and when nested", () => {
    const shared = new nn.Linear(8, 8);
    const model = new nn.Sequential(shared, shared);
    const own = [shared.weight, shared.bias];
    const other = { "0.weight": ones([8, 8]), "0.bias": zeros([8]) };
    let depth = 0;
    shared.registerForwardPreHook(() => {
      if (depth > 2) return;
      depth++;
      func.functionalCall(model, { "0.bias": ones([8]) }, input);
      depth--;
    });
    terminate(() => void func.functionalCall(model, other, input));
    recover();
    expect([shared.weight, shared.bias].map((p, i) => p === own[i])).toEqual([true, true]);
  });

  test("watched tensors require no gradient again, and the tape can record again", () => {
    const tape = new autograd.GradientTape();
    terminateWithin((loop) =>
      tape.record(() => {
        tape.watch(image);
        loop();
      }),
    );
    recover();
    expect(image.requiresGrad).toBe(false);
    expect(tape.record(() => cube(image)).requiresGrad).toBe(true);
    terminateWithin((loop) => new autograd.ForwardAccumulator(image, image).record(loop));
    recover();
    expect(image.requiresGrad).toBe(false);
  });

  test("the random state that a checkpoint rewinds", () => {
    for (let i = 0; i < 5; i++) {
      const words = (): number[] => defaultGenerator.getState().words.map((w) => w >>> 0);
      let [before, inBackward] = [words(), false];
      terminate(() => {
        const y = autograd.checkpoint((x: Tensor) => F.dropout(x, { p: 0.5, training: true }).mul(x).sum(), [large]);
        before = words();
        inBackward = true;
        for (let k = 0; k < 200; k++) y.backward(null, { retainGraph: true });
        inBackward = false;
      });
      recover();
      if (inBackward) expect(words()).toEqual(before);
    }
  });

  test("a graph recorded inside allowMutationOnSavedTensors refuses backward outside of it", () => {
    let y = large.sum();
    terminateWithin((loop) =>
      autograd.allowMutationOnSavedTensors(() => {
        y = large.mul(large).sum();
        loop();
      }),
    );
    recover();
    expect(() => y.backward()).toThrow("allowMutationOnSavedTensors");
  });

  test("an async body that ends after the termination changes no state", async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const bodies = [
      noGrad(() => gate),
      scope("outer", () => scope("inner", () => gate)),
      autograd.detectAnomaly(() => gate),
      new autograd.GradientTape().record(() => gate),
      inferenceMode(() => gate),
    ];
    terminate(() => work(image));
    recover();
    noGrad(() => {
      open();
    });
    await Promise.all(bodies);
    expectFresh();
  });
});

describe("settings of a program stay:", () => {
  test("hooks, the number of threads, the seed, anomaly mode switched on by setDetectAnomaly", () => {
    const recorded: string[] = [];
    const handle = inspect.onRecord((event) => void recorded.push(event.op));
    autograd.setDetectAnomaly(true);
    manualSeed(11);
    const seeded = defaultGenerator.getState();
    terminate(() => image.mul(2));
    recover();
    expect(autograd.isAnomalyEnabled()).toBe(true);
    large.mul(2);
    expect(recorded).toContain("mul");
    expect(defaultGenerator.getState()).toEqual(seeded);
    autograd.setDetectAnomaly(false);
    handle.remove();
    expectFresh();
  });
});

test("memory of terminated programs is freed", () => {
  const used = (): number => {
    sweep();
    return memoryState().used;
  };
  const big = randn([100_000], { generator: new Generator(9), requiresGrad: true });
  const programs = [
    () => autograd.checkpoint((x: Tensor) => x.mul(x).tanh().sum(), [big]).backward(),
    () => void func.grad(cube)(big),
    () => void func.vmap((x: Tensor) => x.mul(x))(big),
    () => {
      const h = big.mul(2);
      h.registerHook(() => enableGrad(() => big.mul(big).sum().backward()));
      h.mul(h).sum().backward();
    },
    () =>
      autograd.savedTensorsHooks({ pack: (t: Tensor) => t.clone(), unpack: (t: Tensor) => t }, () =>
        big.mul(big).sum().backward(),
      ),
  ];
  for (const program of programs) program();
  big.grad = null;
  const before = used();
  for (let i = 0; i < 30; i++) {
    terminate(programs[i % programs.length], 4 + (i % 5));
    recover();
    big.grad = null;
  }
  expect(used() - before, "bytes in use, after 30 programs that allocated at least 0.4 MB each").toBeLessThan(2 ** 20);
});

test("recover can itself be terminated, and called again", () => {
  for (let i = 0; i < 10; i++) {
    terminate(modes[i % 2 === 0 ? "a backward hook that runs backward" : "functionalCall"], 3 + i);
    terminate(recover, 3 + (i % 4));
    terminate(resetAmbient, 3);
    expectFresh();
  }
});

afterAll(() => {
  large.grad = null;
});

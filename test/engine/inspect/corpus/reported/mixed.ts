/** Programs after public reports, second part: written after the causes, and not looked at while they were mended. */
import { F, Generator, nn, noGrad, optim, rand, randn, type Tensor, tensor, zeros } from "tapelab";
import { bars, clouds, curve, type Program, sequences, tokens } from "../program.ts";

const run = (optimizer: optim.Optimizer, lossOf: () => Tensor) => (): number => {
  optimizer.zeroGrad();
  const loss = lossOf();
  loss.backward();
  optimizer.step();
  return loss.item();
};

export const mixed: readonly Program[] = [
  {
    name: "bidirectional recurrent forecaster that is asked for each next value",
    causes: ["sees-future"],
    build(broken) {
      const g = new Generator(3);
      const wave = tensor(
        Array.from({ length: 12 }, () => {
          const phase = 6 * g.uniform();
          return Array.from({ length: 10 }, (_, t) => [Math.sin(phase + 0.7 * t)]);
        }),
      );
      const [x, y] = [wave.narrow(1, 0, 9), wave.narrow(1, 1, 9)];
      class Net extends nn.Module {
        rnn = new nn.LSTM(1, 8, { batchFirst: true, bidirectional: broken });
        head = new nn.Linear(broken ? 16 : 8, 1);
        override forward(v: Tensor): Tensor {
          return this.head.forward(this.rnn.forward(v)[0]);
        }
      }
      const model = new Net();
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return { model, optimizer, steps: 8, step: run(optimizer, () => F.mseLoss(model.forward(x), y)) };
    },
  },
  {
    name: "LSTM that is given rows of a table",
    causes: ["recurrent-over-batch"],
    build(broken) {
      const [x, y] = clouds(30, 5, 2);
      class Net extends nn.Module {
        lstm = new nn.LSTM(5, 10, { batchFirst: true });
        fc = new nn.Linear(10, 2);
        override forward(v: Tensor): Tensor {
          return broken
            ? this.fc.forward(this.lstm.forward(v)[0])
            : this.fc.forward(this.lstm.forward(v.unsqueeze(1))[0].squeeze(1));
        }
      }
      const model = new Net();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, steps: 8, step: run(optimizer, () => F.crossEntropy(model.forward(x), y)) };
    },
  },
  {
    name: "squared error by hand with a minus sign",
    causes: ["loss-sign"],
    build(broken) {
      const [x, y] = curve(40, 3);
      const model = new nn.Sequential(new nn.Linear(3, 16), new nn.ReLU(), new nn.Linear(16, 1));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        step: run(optimizer, () =>
          model
            .forward(x)
            .sub(y)
            .pow(2)
            .mean()
            .mul(broken ? -1 : 1),
        ),
      };
    },
  },
  {
    name: "regression by SGD of targets around 5,000",
    causes: ["targets-not-normalized", "learning-rate-too-large"],
    build(broken) {
      const [x, t] = curve(40, 3);
      const y = broken ? t.mul(400).add(5000) : t;
      const model = new nn.Sequential(new nn.Linear(3, 16), new nn.ReLU(), new nn.Linear(16, 1));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
      return { model, optimizer, step: run(optimizer, () => F.mseLoss(model.forward(x), y)) };
    },
  },
  {
    name: "parameters listed before the head is replaced",
    causes: ["not-in-optimizer"],
    build(broken) {
      const [x, y] = bars(20, 8);
      const body = new nn.Sequential(
        new nn.Conv2d(1, 4, 3),
        new nn.ReLU(),
        new nn.AdaptiveAvgPool2d(2),
        new nn.Flatten(),
      );
      class Net extends nn.Module {
        body = body;
        head = new nn.Linear(16, 10);
        override forward(v: Tensor): Tensor {
          return this.head.forward(this.body.forward(v));
        }
      }
      const model = new Net();
      const list = model.parameters();
      model.head = new nn.Linear(16, 2);
      const optimizer = new optim.AdamW(broken ? list : model.parameters(), { lr: 5e-3 });
      return { model, optimizer, steps: 10, step: run(optimizer, () => F.crossEntropy(model.forward(x), y)) };
    },
  },
  {
    name: "transformer whose embedding is scaled by 1,000",
    causes: ["initial-loss"],
    build(broken) {
      const [ids] = tokens(16, 6, 9);
      const y = ids.select(1, 0).remainder(3);
      const table = randn([9, 16])
        .mul(broken ? 1000 : 1)
        .requiresGrad_(true);
      const q = new nn.Linear(16, 16);
      const fc = new nn.Linear(16, 3);
      const optimizer = new optim.Adam([table, ...q.parameters(), ...fc.parameters()], { lr: 3e-3 });
      return {
        model: { table, q, fc },
        optimizer,
        steps: 12,
        step: run(optimizer, () => {
          const h = F.embedding(ids, table);
          const a = q.forward(h).matmul(h.transpose(1, 2)).div(4).softmax(-1).matmul(h);
          return F.crossEntropy(fc.forward(a.mean(1)), y);
        }),
      };
    },
  },
  {
    name: "validation loss added to the training loss under noGrad and used for backward",
    causes: ["no-grad", "constant-loss", "loss-without-model", "not-required"],
    build(broken) {
      const [x, y] = clouds(40, 4, 2);
      const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return {
        model,
        optimizer,
        step: run(optimizer, () => {
          const compute = (): Tensor => F.crossEntropy(model.forward(x), y);
          return broken ? noGrad(compute) : compute();
        }),
      };
    },
  },
  {
    name: "network initialized with ones everywhere",
    causes: ["symmetry", "constant-weights"],
    build(broken) {
      const [x, y] = clouds(45, 4, 3);
      const model = new nn.Sequential(new nn.Linear(4, 12), new nn.Tanh(), new nn.Linear(12, 3));
      if (broken) for (const p of model.parameters()) nn.init.constant_(p, 1);
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return { model, optimizer, step: run(optimizer, () => F.crossEntropy(model.forward(x), y)) };
    },
  },
  {
    name: "tanh before a cross-entropy of ten classes",
    causes: ["sigmoid-twice"],
    build(broken) {
      const [x, y] = clouds(60, 6, 10);
      const layers = [new nn.Linear(6, 24), new nn.ReLU(), new nn.Linear(24, 10)];
      const model = new nn.Sequential(...(broken ? [...layers, new nn.Tanh()] : layers));
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return { model, optimizer, data: [x, y], loss: new nn.CrossEntropyLoss() };
    },
  },
  {
    name: "log softmax followed by cross-entropy with one-hot targets from softmax of logits",
    causes: ["kl-without-log"],
    build(broken) {
      const [x] = clouds(40, 5, 3);
      const teacher = new nn.Linear(5, 3);
      const goal = noGrad(() => teacher.forward(x).softmax(1));
      const model = new nn.Sequential(new nn.Linear(5, 12), new nn.ReLU(), new nn.Linear(12, 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return {
        model,
        optimizer,
        step: run(optimizer, () => {
          const out = model.forward(x);
          return F.klDiv(broken ? out.softmax(1) : out.logSoftmax(1), goal, { reduction: "batchmean" });
        }),
      };
    },
  },
  {
    name: "Adam with betas in the wrong order",
    causes: ["momentum-too-high"],
    build(broken) {
      const [x, y] = clouds(40, 5, 3);
      const model = new nn.Sequential(new nn.Linear(5, 12), new nn.ReLU(), new nn.Linear(12, 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3, betas: broken ? [0.9999, 0.9] : [0.9, 0.999] });
      return { model, optimizer, step: run(optimizer, () => F.crossEntropy(model.forward(x), y)) };
    },
  },
  {
    name: "copied target network that is trained in place of the online one, with a soft update by assignment",
    causes: ["no-update", "parameter-replaced", "optimizer-of-other-model", "unused", "not-in-optimizer"],
    build(broken) {
      const [x, y] = curve(40, 3);
      const make = (): nn.Sequential => new nn.Sequential(new nn.Linear(3, 12), new nn.ReLU(), new nn.Linear(12, 1));
      const [online, copy] = [make(), make()];
      const optimizer = new optim.Adam((broken ? copy : online).parameters(), { lr: 5e-3 });
      return { model: online, optimizer, step: run(optimizer, () => F.mseLoss(online.forward(x), y)) };
    },
  },
  {
    name: "sequence classifier that reads the padding as the last step",
    causes: ["only-padding", "padding-in-loss", "inputs-constant"],
    build(broken) {
      const [x, y] = sequences(24, 6);
      const padded = broken ? zeros([24, 6, 1]) : x;
      const rnn = new nn.GRU(1, 10, { batchFirst: true });
      const fc = new nn.Linear(10, 2);
      class Net extends nn.Module {
        rnn = rnn;
        fc = fc;
        override forward(v: Tensor): Tensor {
          return this.fc.forward(this.rnn.forward(v)[0].select(1, -1));
        }
      }
      const model = new Net();
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return { model, optimizer, steps: 8, step: run(optimizer, () => F.crossEntropy(model.forward(padded), y)) };
    },
  },
  {
    name: "rewards of a policy read as numbers of the policy itself",
    causes: ["round-trip", "no-derivative", "unused"],
    build(broken) {
      const w = randn([4, 2]).mul(0.3).requiresGrad_(true);
      const s = randn([32, 4]);
      const bonus = rand([32, 2]);
      const optimizer = new optim.Adam([w], { lr: 0.01 });
      return {
        model: { w },
        optimizer,
        step: run(optimizer, () => {
          const p = s.matmul(w).softmax(1);
          const used = broken ? tensor(p.toArray<number[][]>(), { requiresGrad: true }) : p;
          return used.mul(bonus).sum(1).mean().neg();
        }),
      };
    },
  },
  {
    name: "decoupled weight decay of 20",
    causes: ["weight-decay-wins"],
    build(broken) {
      const [x, y] = clouds(40, 5, 3);
      const model = new nn.Sequential(new nn.Linear(5, 24), new nn.ReLU(), new nn.Linear(24, 3));
      const optimizer = new optim.AdamW(model.parameters(), { lr: 5e-3, weightDecay: broken ? 20 : 0.01 });
      return { model, optimizer, step: run(optimizer, () => F.crossEntropy(model.forward(x), y)) };
    },
  },
  {
    name: "scheduler that multiplies the rate by ten after each step",
    causes: ["learning-rate-too-large"],
    build(broken) {
      const [x, y] = clouds(40, 5, 3);
      const model = new nn.Sequential(new nn.Linear(5, 24), new nn.ReLU(), new nn.Linear(24, 3));
      const optimizer = new optim.SGD(model.parameters(), { lr: 1e-3 });
      const scheduler = new optim.lrScheduler.ExponentialLR(optimizer, broken ? 10 : 0.99);
      const step = run(optimizer, () => F.crossEntropy(model.forward(x), y));
      return {
        model,
        optimizer,
        steps: 12,
        step() {
          const loss = step();
          scheduler.step();
          return loss;
        },
      };
    },
  },
];

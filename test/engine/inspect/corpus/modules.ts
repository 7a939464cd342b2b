/** Programs whose model is not what was meant, or is in the wrong mode. */
import { F, nn, noGrad, optim, randn, type Tensor } from "tapelab";
import { bars, clouds, curve, type Program, sequences } from "./program.ts";

class Deep extends nn.Module {
  first = new nn.Linear(4, 16);
  layers: nn.Linear[];
  out = new nn.Linear(16, 3);
  constructor(shared: boolean) {
    super();
    const one = new nn.Linear(16, 16);
    this.layers = Array.from({ length: 4 }, () => (shared ? one : new nn.Linear(16, 16)));
  }
  override forward(x: Tensor): Tensor {
    let h = this.first.forward(x).relu();
    for (const layer of this.layers) h = layer.forward(h).relu();
    return this.out.forward(h);
  }
}

class Heads extends nn.Module {
  trunk = new nn.Linear(4, 16);
  classes = new nn.Linear(16, 3);
  value = new nn.Linear(16, 1);
  override forward(x: Tensor): [Tensor, Tensor] {
    const h = this.trunk.forward(x).relu();
    return [this.classes.forward(h), this.value.forward(h)];
  }
}

export const modules: readonly Program[] = [
  {
    name: "one block repeated in a list",
    causes: ["layer-shared"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new Deep(broken);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "deep network without activations",
    causes: ["no-activation"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const act = (): nn.Module => (broken ? new nn.Identity() : new nn.ReLU());
      const model = new nn.Sequential(
        new nn.Linear(2, 16),
        act() as nn.ReLU,
        new nn.Linear(16, 16),
        act() as nn.ReLU,
        new nn.Linear(16, 1),
      );
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x), y) };
    },
  },
  {
    name: "training goes on in evaluation mode after a validation",
    causes: ["eval-mode-in-training"],
    build(broken) {
      const [x, y] = bars(32);
      const model = new nn.Sequential(
        new nn.Conv2d(1, 4, 3),
        new nn.BatchNorm2d(4),
        new nn.ReLU(),
        new nn.Flatten(),
        new nn.Dropout(0.2),
        new nn.Linear(144, 2),
      );
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.005 });
      return {
        model,
        optimizer,
        step(_batch, i) {
          if (i === 0) {
            model.eval();
            noGrad(() => F.crossEntropy(model.forward(x), y).item());
            if (!broken) model.train();
          }
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x), y);
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "validation in training mode",
    causes: ["train-mode-in-evaluation"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const [xv, yv] = clouds(30, 4, 3, 21);
      const model = new nn.Sequential(
        new nn.Linear(4, 32),
        new nn.BatchNorm1d(32),
        new nn.ReLU(),
        new nn.Linear(32, 3),
      );
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x), y);
          loss.backward();
          optimizer.step();
          if (!broken) model.eval();
          noGrad(() => F.crossEntropy(model.forward(xv), yv).item());
          model.train();
          return loss;
        },
      };
    },
  },
  {
    name: "dropout after the last layer of a regression",
    causes: ["dropout-on-output"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const layers: nn.Module[] = [new nn.Linear(2, 24), new nn.ReLU(), new nn.Linear(24, 1)];
      if (broken) layers.push(new nn.Dropout(0.3));
      const model = new nn.Sequential(...(layers as nn.Linear[]));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x), y) };
    },
  },
  {
    name: "dropout of 0.95 where 0.05 was meant",
    causes: ["dropout-too-high"],
    build(broken) {
      const [x, y] = sequences(40, 6);
      const model = new nn.Sequential(
        new nn.Flatten(),
        new nn.Linear(6, 32),
        new nn.ReLU(),
        new nn.Dropout(broken ? 0.95 : 0.05),
        new nn.Linear(32, 2),
      );
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "layer normalization over a single feature",
    causes: ["norm-over-one-element"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const layers: nn.Module[] = [new nn.Linear(2, 24), new nn.ReLU(), new nn.Linear(24, 1)];
      if (broken) layers.push(new nn.LayerNorm(1));
      const model = new nn.Sequential(...(layers as nn.Linear[]));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x), y) };
    },
  },
  {
    name: "batch normalization with batches of one example",
    causes: ["norm-over-one-element"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new nn.Sequential(
        new nn.Linear(4, 16),
        new nn.BatchNorm1d(16),
        new nn.ReLU(),
        new nn.Linear(16, 3),
      );
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      const size = broken ? 1 : 20;
      return {
        model,
        optimizer,
        step(_batch, i) {
          const from = (i * size) % 60;
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x.narrow(0, from, size)), y.narrow(0, from, size));
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "two tasks of which one is measured in thousands",
    causes: ["loss-term-dominates", "targets-not-normalized"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const value = x
        .select(1, 0)
        .unsqueeze(1)
        .mul(broken ? 1000 : 1);
      const model = new Heads();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        loss() {
          const [logits, v] = model.forward(x);
          return F.crossEntropy(logits, y).add(F.mseLoss(v, value));
        },
      };
    },
  },
  {
    name: "weights from randn without a scale",
    causes: ["initial-weights"],
    build(broken) {
      const [x, y] = bars(32);
      const scale = (n: number): number => (broken ? 1 : Math.sqrt(2 / n));
      const w1 = randn([64, 100]).mul(scale(64)).requiresGrad_();
      const w2 = randn([100, 2]).mul(scale(100)).requiresGrad_();
      const optimizer = new optim.SGD([w1, w2], { lr: 0.01 });
      const flat = x.flatten(1);
      return {
        model: { w1, w2 },
        optimizer,
        loss: () => F.crossEntropy(flat.matmul(w1).relu().matmul(w2), y),
      };
    },
  },
  {
    name: "functional dropout that stays active in evaluation",
    causes: ["train-mode-in-evaluation"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      class Net extends nn.Module {
        fc1 = new nn.Linear(4, 32);
        fc2 = new nn.Linear(32, 3);
        override forward(points: Tensor): Tensor {
          const h = this.fc1.forward(points).relu();
          return this.fc2.forward(F.dropout(h, broken ? { p: 0.3 } : { p: 0.3, training: this.training }));
        }
      }
      const model = new Net();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        step() {
          model.train();
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x), y);
          loss.backward();
          optimizer.step();
          model.eval();
          noGrad(() => F.crossEntropy(model.forward(x), y).item());
          return loss;
        },
      };
    },
  },
];

/** Programs after public reports: small networks of beginners, whose layers, losses and data do not fit each other. */
import { F, Generator, nn, ones, optim, randn, type Tensor, tensor, zeros } from "tapelab";
import { clouds, curve, type Program } from "../program.ts";

const xor = (): [x: Tensor, y: Tensor] => [
  tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]),
  tensor([[0], [1], [1], [0]]),
];

/** One raw number for each example, and whether it is above half of the range. */
function thresholds(n: number, most: number): [x: Tensor, y: Tensor] {
  const g = new Generator(6);
  const x = Array.from({ length: n }, () => Math.floor(most * g.uniform()));
  return [tensor(x.map((v) => [v])), tensor(x.map((v) => [v > most / 2 ? 1 : 0]))];
}

const layersOf = (...sizes: readonly number[]): nn.Linear[] => sizes.slice(1).map((n, i) => new nn.Linear(sizes[i], n));

export const beginners: readonly Program[] = [
  {
    name: "threshold of a raw number up to 100,000",
    causes: ["inputs-not-normalized"],
    build(broken) {
      const [x, y] = thresholds(60, 1e5);
      const model = new nn.Sequential(new nn.Linear(1, 12), new nn.ReLU(), new nn.Linear(12, 1));
      const input = broken ? x : x.div(5e4).sub(1);
      const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
      return { model, optimizer, loss: () => F.binaryCrossEntropyWithLogits(model.forward(input), y) };
    },
  },
  {
    name: "relu before a binary cross-entropy of probabilities",
    causes: ["relu-on-output", "logits-into-bce"],
    build(broken) {
      const [x, labels] = clouds(60, 4, 2);
      const y = labels.to("float32").unsqueeze(1);
      const body = [new nn.Linear(4, 10), new nn.Tanh(), new nn.Linear(10, 1)];
      const model = new nn.Sequential(...body, broken ? new nn.ReLU() : new nn.Sigmoid());
      return {
        model,
        optimizer: new optim.RMSprop(model.parameters(), { lr: 2e-3 }),
        data: [x, y],
        loss: new nn.BCELoss(),
      };
    },
  },
  {
    name: "XOR by two layers without an activation",
    causes: ["no-activation"],
    build(broken) {
      const [x, y] = xor();
      const [a, b] = layersOf(2, 8, 1);
      const model = new nn.Sequential(a, broken ? new nn.Identity() : new nn.Tanh(), b, new nn.Sigmoid());
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.03 });
      return { model, optimizer, steps: 30, loss: () => F.mseLoss(model.forward(x), y) };
    },
  },
  {
    name: "every layer followed by relu, with biases that start far below 0",
    causes: ["dead-relu"],
    build(broken) {
      const [x, y] = clouds(45, 5, 3);
      const layers = layersOf(5, 12, 12, 3);
      if (broken) for (const l of layers.slice(0, 2)) nn.init.constant_(l.bias as Tensor, -15);
      const model = new nn.Sequential(layers[0], new nn.ReLU(), layers[1], new nn.ReLU(), layers[2]);
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "sigmoid at the end of a regression of prices",
    causes: ["unreachable-targets"],
    build(broken) {
      const [x, t] = curve(50, 4);
      const y = t.mul(3).add(6);
      const layers = layersOf(4, 16, 1);
      const model = new nn.Sequential(layers[0], new nn.ELU(), layers[1]);
      const optimizer = new optim.NAdam(model.parameters(), { lr: 5e-3 });
      const loss = new nn.MSELoss();
      return {
        model,
        optimizer,
        step() {
          const out = model.forward(x);
          const error = loss.forward(broken ? out.sigmoid() : out, y);
          optimizer.zeroGrad();
          error.backward();
          optimizer.step();
          return error.item();
        },
      };
    },
  },
  {
    name: "fourteen sigmoid layers",
    causes: ["vanishing"],
    build(broken) {
      const [x, y] = clouds(48, 6, 3);
      const layers = layersOf(6, ...Array.from({ length: 14 }, () => 12));
      const act = (): nn.Sigmoid | nn.ReLU => (broken ? new nn.Sigmoid() : new nn.ReLU());
      for (const l of layers) nn.init.kaimingUniform_(l.weight);
      const model = new nn.Sequential(...layers.flatMap((l) => [l, act()]), new nn.Linear(12, 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "mean squared error between class scores and class indices of ten classes",
    causes: ["loss-broadcast"],
    build(broken) {
      const [x, y] = clouds(10, 6, 10);
      const model = new nn.Sequential(new nn.Linear(6, 32), new nn.ReLU(), new nn.Linear(32, 10));
      const optimizer = new optim.Adam(model.parameters(), { lr: 3e-3 });
      const target = broken ? y.to("float32") : F.oneHot(y, 10).to("float32");
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x), target) };
    },
  },
  {
    name: "classification by the squared error of a softmax of a softmax",
    causes: ["softmax-twice"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const hot = F.oneHot(y, 3).to("float32");
      class Net extends nn.Module {
        fc1 = new nn.Linear(4, 16);
        fc2 = new nn.Linear(16, 3);
        override forward(v: Tensor): Tensor {
          return this.fc2.forward(this.fc1.forward(v).relu()).softmax(-1);
        }
      }
      const model = new Net();
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return {
        model,
        optimizer,
        loss() {
          const p = model.forward(x);
          return broken ? F.crossEntropy(p, hot) : F.nllLoss(p.add(1e-8).log(), y);
        },
      };
    },
  },
  {
    name: "pixels divided by 255 twice",
    causes: ["inputs-not-normalized"],
    build(broken) {
      const g = new Generator(9);
      const labels = Array.from({ length: 40 }, (_, i) => i % 2);
      const pixels = labels.map((c) =>
        Array.from({ length: 25 }, (_, i) => Math.floor((c === (i < 12 ? 0 : 1) ? 180 : 60) + 60 * g.uniform())),
      );
      const x = tensor(pixels).div(255);
      const y = tensor(labels, { dtype: "int64" });
      const model = new nn.Sequential(new nn.Linear(25, 16), new nn.ReLU(), new nn.Linear(16, 2));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(broken ? x.div(255) : x), y) };
    },
  },
  {
    name: "weights all set to 0.5 in a loop over the layers",
    causes: ["constant-weights", "symmetry"],
    build(broken) {
      const [x, y] = curve(40, 3);
      const model = new nn.Sequential(new nn.Linear(3, 10), new nn.Sigmoid(), new nn.Linear(10, 1));
      model.apply((m) => {
        if (broken && m instanceof nn.Linear) nn.init.constant_(m.weight, 0.5);
      });
      const optimizer = new optim.Adagrad(model.parameters(), { lr: 0.05 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x), y) };
    },
  },
  {
    name: "a penalty on all weights with a factor of 100",
    causes: ["loss-term-dominates", "weight-decay-wins"],
    build(broken) {
      const [x, y] = curve(40, 4);
      const model = new nn.Sequential(new nn.Linear(4, 24), new nn.ReLU(), new nn.Linear(24, 1));
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return {
        model,
        optimizer,
        loss() {
          let penalty = zeros([]);
          for (const w of model.parameters()) penalty = penalty.add(w.square().sum());
          return F.mseLoss(model.forward(x), y).add(penalty.mul(broken ? 100 : 1e-4));
        },
      };
    },
  },
  {
    name: "RMSprop with a learning rate of 0.5",
    causes: ["learning-rate-too-large"],
    build(broken) {
      const [x, y] = clouds(60, 8, 4);
      const layers = layersOf(8, 32, 32, 4);
      const model = new nn.Sequential(layers[0], new nn.ReLU(), layers[1], new nn.ReLU(), layers[2]);
      const optimizer = new optim.RMSprop(model.parameters(), { lr: broken ? 0.5 : 1e-3 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "Adadelta with a learning rate of 1e-6",
    causes: ["learning-rate-too-small"],
    build(broken) {
      const [x, y] = clouds(60, 8, 4);
      const model = new nn.Sequential(new nn.Linear(8, 32), new nn.Tanh(), new nn.Linear(32, 4));
      const optimizer = new optim.Adadelta(model.parameters(), { lr: broken ? 1e-6 : 1 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "labels of a hinge loss that are 0 and 1",
    causes: ["binary-target-range"],
    build(broken) {
      const [x, labels] = clouds(50, 4, 2);
      const y = broken ? labels.to("float32") : labels.to("float32").mul(2).sub(1);
      const model = new nn.Linear(4, 1);
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      return { model, optimizer, loss: () => F.softMarginLoss(model.forward(x).squeeze(1), y) };
    },
  },
  {
    name: "all targets read as float probabilities of one class each, with counts",
    causes: ["targets-not-probabilities"],
    build(broken) {
      const [x, y] = clouds(48, 5, 3);
      const counts = F.oneHot(y, 3).to("float32").mul(7).add(1);
      const model = new nn.Sequential(new nn.Linear(5, 16), new nn.SiLU(), new nn.Linear(16, 3));
      const optimizer = new optim.AdamW(model.parameters(), { lr: 3e-3 });
      const target = broken ? counts : counts.div(counts.sum(1, true));
      return { model, optimizer, data: [x, target], loss: new nn.CrossEntropyLoss() };
    },
  },
  {
    name: "an input table that is filled with its column means in every row",
    causes: ["inputs-constant"],
    build(broken) {
      const [x, y] = clouds(40, 6, 2);
      const model = new nn.Sequential(new nn.Linear(6, 12), new nn.ReLU(), new nn.Linear(12, 2));
      const optimizer = new optim.Adam(model.parameters(), { lr: 3e-3 });
      const input = broken ? ones([40, 6]).mul(x.mean(0, true)) : x;
      return { model, optimizer, data: [input, y], loss: (out: Tensor, t: Tensor) => F.crossEntropy(out, t) };
    },
  },
  {
    name: "noise in place of the labels",
    causes: ["labels-unrelated"],
    build(broken) {
      const g = new Generator(40);
      const [x, labels] = clouds(80, 6, 2);
      const shuffled = tensor(
        Array.from({ length: 80 }, () => g.integer(0, 2)),
        { dtype: "int64" },
      );
      const model = new nn.Sequential(new nn.Linear(6, 8), new nn.Tanh(), new nn.Linear(8, 2));
      const optimizer = new optim.Adam(model.parameters(), { lr: 2e-3 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), broken ? shuffled : labels) };
    },
  },
  {
    name: "a standard deviation of one example in a normalization by hand",
    causes: ["vanishing-variance", "not-finite-data", "zero-divisor", "data-not-finite", "root-at-zero"],
    build(broken) {
      const [x, y] = curve(32, 5);
      const flat = broken ? x.mul(tensor([1, 1, 0, 1, 1])) : x;
      const w = randn([5, 1]).mul(0.4).requiresGrad_(true);
      const scale = ones([5]).requiresGrad_(true);
      const optimizer = new optim.SGD([w, scale], { lr: 0.05 });
      return {
        model: { w, scale },
        optimizer,
        loss() {
          const h = flat.mul(scale);
          const z = h.sub(h.mean(0)).div(h.std(0));
          return F.mseLoss(z.matmul(w), y);
        },
      };
    },
  },
];

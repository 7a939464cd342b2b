/** Held-out programs: tables, regression, numerical traps. Written without regard to the predicates. */
import { F, Generator, nn, noGrad, optim, randn, type Tensor, tensor, where, zeros } from "tapelab";
import { clouds, curve, type Program } from "../program.ts";

const mlp = (sizes: readonly number[], act: () => nn.Module = () => new nn.ReLU()): nn.Sequential => {
  const layers: nn.Module[] = [];
  for (let i = 1; i < sizes.length; i++) {
    layers.push(new nn.Linear(sizes[i - 1], sizes[i]));
    if (i < sizes.length - 1) layers.push(act());
  }
  return new nn.Sequential(...(layers as nn.ReLU[]));
};

export const tables: readonly Program[] = [
  {
    name: "network whose weights are all initialized to zero",
    causes: ["zero-factor", "symmetry", "symmetric-units", "alike-units", "units-alike"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = mlp([4, 16, 3]);
      if (broken) noGrad(() => model.parameters().forEach((p) => p.zero_()));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "all weights initialized to one number",
    causes: ["symmetry", "symmetric-units", "alike-units", "units-alike"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = mlp([4, 16, 16, 3], () => new nn.Tanh());
      if (broken) noGrad(() => model.parameters().forEach((p) => p.fill_(0.05)));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "biases of -20 before every relu",
    causes: ["dead-relu"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = mlp([4, 32, 3]);
      if (broken) noGrad(() => (model.getParameter("0.bias") as Tensor).fill_(-20));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "Euclidean distance as a loss, at zero distance",
    causes: ["root-at-zero"],
    build(broken) {
      const [x] = curve(32, 3);
      const model = new nn.Linear(3, 3);
      noGrad(() => {
        model.weight.copy_(
          tensor([
            [1, 0, 0],
            [0, 1, 0],
            [0, 0, 1],
          ]),
        );
        model.bias?.zero_();
      });
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        loss() {
          const target = x.mul(tensor([1, 1, 1]));
          const squared = model.forward(x).sub(target).square().sum(1);
          return squared
            .add(broken ? 0 : 1e-6)
            .sqrt()
            .mean();
        },
      };
    },
  },
  {
    name: "cross-entropy by hand with log of a probability that reaches 0",
    causes: ["log-of-zero"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const target = F.oneHot(y, 3).to("float32");
      const model = mlp([4, 16, 3]);
      if (broken) noGrad(() => (model.getParameter("2.weight") as Tensor).mul_(60));
      const optimizer = new optim.SGD(model.parameters(), { lr: 1e-4 });
      return {
        model,
        optimizer,
        steps: 8,
        loss() {
          const z = model.forward(x);
          const logp = broken ? z.mul(5).softmax(1).log() : z.mul(5).logSoftmax(1);
          return target.mul(logp).sum(1).neg().mean();
        },
      };
    },
  },
  {
    name: "softmax by hand that overflows",
    causes: ["exp-overflow"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const inputs = x.mul(200);
      const w = randn([4, 3]).requiresGrad_();
      const optimizer = new optim.SGD([w], { lr: 1e-5 });
      return {
        model: { w },
        optimizer,
        steps: 5,
        loss() {
          const z = inputs.matmul(w);
          const shifted = broken ? z : z.sub(z.amax(1, { keepdim: true }).detach());
          const p = shifted.exp().div(shifted.exp().sum(1, { keepdim: true }));
          return p.gather(1, y.unsqueeze(1)).add(1e-9).log().neg().mean();
        },
      };
    },
  },
  {
    name: "where that guards a logarithm only in its result",
    causes: ["where-branch"],
    build(broken) {
      const [x, y] = curve(48, 2);
      const w = tensor([[0.5], [-0.3]], { requiresGrad: true });
      const optimizer = new optim.SGD([w], { lr: 0.01 });
      const inputs = x.abs().mul(x.gt(0).to("float32"));
      return {
        model: { w },
        optimizer,
        steps: 5,
        loss() {
          const z = inputs.matmul(w.square());
          const positive = z.gt(0);
          const safe = broken ? z : where(positive, z, 1);
          const out = where(positive, safe.sqrt(), 0);
          return F.mseLoss(out, y);
        },
      };
    },
  },
  {
    name: "prediction clamped to a range that it never reaches",
    causes: ["outside-bounds"],
    build(broken) {
      const [x, y] = curve(48, 2);
      const model = mlp([2, 16, 1]);
      const target = y.add(60);
      if (!broken) noGrad(() => (model.getParameter("2.bias") as Tensor).fill_(60));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x).clamp(20, 100), target) };
    },
  },
  {
    name: "rounded predictions in the loss",
    causes: ["rounding-step"],
    build(broken) {
      const [x, y] = curve(48, 2);
      const model = mlp([2, 16, 1]);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        loss() {
          const p = model.forward(x).mul(10);
          return F.mseLoss(broken ? p.round() : p, y.mul(10));
        },
      };
    },
  },
  {
    name: "loss made from its own number",
    causes: ["round-trip", "through-array", "through-item", "through-arrays", "nothing-recorded", "loss-without-model"],
    build(broken) {
      const [x, y] = curve(48, 2);
      const model = mlp([2, 16, 1]);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        step() {
          const l = F.mseLoss(model.forward(x), y);
          const loss = broken ? tensor(l.item(), { requiresGrad: true }) : l;
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "linear regression that rebinds its weight",
    causes: ["parameter-replaced", "overwritten"],
    build(broken) {
      const [x, y] = curve(48, 2);
      const first = zeros([2, 1], { requiresGrad: true });
      let w = first;
      return {
        model: { w: first },
        steps: 5,
        step() {
          const loss = F.mseLoss(x.matmul(w), y);
          loss.backward();
          const g = w.grad;
          if (broken) w = w.sub((g as Tensor).mul(0.1));
          else
            noGrad(() => {
              w.sub_((g as Tensor).mul(0.1));
              w.grad = null;
            });
          return loss;
        },
      };
    },
  },
  {
    name: "learning rate of 10 with Adam on a regression",
    causes: ["learning-rate-too-large"],
    build(broken) {
      const [x, y] = curve(64, 3);
      const model = mlp([3, 32, 32, 1]);
      const optimizer = new optim.Adam(model.parameters(), { lr: broken ? 10 : 0.003 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x), y) };
    },
  },
  {
    name: "learning rate of 1e-10",
    causes: ["learning-rate-too-small"],
    build(broken) {
      const [x, y] = curve(64, 3);
      const model = mlp([3, 32, 1]);
      const optimizer = new optim.SGD(model.parameters(), { lr: broken ? 1e-10 : 0.05, momentum: 0.9 });
      return { model, optimizer, loss: () => F.l1Loss(model.forward(x), y) };
    },
  },
  {
    name: "ages, incomes and flags in one table, unscaled",
    causes: ["inputs-not-normalized"],
    build(broken) {
      const g = new Generator(15);
      const rows = Array.from({ length: 80 }, () => [
        20 + 50 * g.uniform(),
        20000 + 60000 * g.uniform(),
        g.integer(0, 2),
      ]);
      const y = tensor(
        rows.map(([age, income]) => (income / 40000 + age / 60 > 2 ? 1 : 0)),
        { dtype: "float32" },
      );
      const raw = tensor(rows);
      const x = broken ? raw : raw.sub(raw.mean(0)).div(raw.std(0));
      const model = mlp([3, 16, 1]);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.binaryCrossEntropyWithLogits(model.forward(x).squeeze(1), y) };
    },
  },
  {
    name: "division by a standard deviation of zero",
    causes: ["data-not-finite", "division-by-zero", "vanishing-variance"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const constant = x.mul(tensor([1, 1, 0, 1]));
      const scaled = constant.sub(constant.mean(0)).div(constant.std(0).add(broken ? 0 : 1e-6));
      const model = mlp([4, 16, 3]);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(scaled), y) };
    },
  },
  {
    name: "two losses of which only the first is stepped, with an unused head",
    causes: ["never-used", "unused", "not-used", "not-reached"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const trunk = new nn.Linear(4, 16);
      const classes = new nn.Linear(16, 3);
      const values = new nn.Linear(16, 1);
      const target = x.select(1, 0).unsqueeze(1);
      const optimizer = new optim.Adam(
        [trunk, classes, values].flatMap((m) => m.parameters()),
        { lr: 0.01 },
      );
      return {
        model: { trunk, classes, values },
        optimizer,
        loss() {
          const h = trunk.forward(x).relu();
          const first = F.crossEntropy(classes.forward(h), y);
          return broken ? first : first.add(F.mseLoss(values.forward(h), target));
        },
      };
    },
  },
  {
    name: "gradient penalty weight of zero for a whole branch",
    causes: ["zero-factor"],
    build(broken) {
      const [x, y] = curve(48, 2);
      const base = mlp([2, 16, 1]);
      const correction = mlp([2, 8, 1]);
      const gate = broken ? 0 : 0.5;
      const optimizer = new optim.Adam([...base.parameters(), ...correction.parameters()], { lr: 0.01 });
      return {
        model: { base, correction },
        optimizer,
        loss: () => F.mseLoss(base.forward(x).add(correction.forward(x).mul(gate)), y),
      };
    },
  },
  {
    name: "mean of predictions compared with the mean of targets",
    causes: ["mean-before-loss"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const model = mlp([2, 24, 1]);
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const p = model.forward(x).squeeze(1);
          const t = y.squeeze(1);
          const loss = broken ? p.mean().sub(t.mean()).square() : p.sub(t).square().mean();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "target [n] against prediction [n, 1] in a Huber loss",
    causes: ["loss-broadcast"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const t = y.flatten();
      const model = mlp([2, 24, 1]);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.huberLoss(broken ? model.forward(x) : model.forward(x).flatten(), t) };
    },
  },
];

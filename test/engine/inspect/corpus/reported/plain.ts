/** Programs after public reports: plain tensors, functions, games of two networks, and agents. */
import { F, Generator, nn, noGrad, ones, optim, rand, randn, type Tensor, tensor, where, zeros } from "tapelab";
import { clouds, curve, type Program } from "../program.ts";

const leaf = (shape: readonly number[], scale = 0.3): Tensor =>
  randn([...shape])
    .mul(scale)
    .detach()
    .requiresGrad_(true);

/** A generator and a discriminator of points in the plane. */
const pair = (): { g: nn.Sequential; d: nn.Sequential } => ({
  g: new nn.Sequential(new nn.Linear(3, 16), new nn.ReLU(), new nn.Linear(16, 2)),
  d: new nn.Sequential(new nn.Linear(2, 16), new nn.LeakyReLU(0.2), new nn.Linear(16, 1)),
});

export const plain: readonly Program[] = [
  {
    name: "weights scaled after requiresGrad, so that the optimizer has no leaves",
    causes: ["not-retained", "forward-before-loop"],
    build(broken) {
      const [x, y] = curve(40, 3);
      const raw = randn([3, 1], { requiresGrad: true });
      const w = broken ? raw.mul(0.1) : randn([3, 1]).mul(0.1).requiresGrad_(true);
      const b = zeros([1], { requiresGrad: true });
      return {
        model: { w, b },
        step() {
          const loss = x.matmul(w).add(b).sub(y).square().mean();
          loss.backward();
          noGrad(() => {
            for (const p of [w, b]) {
              if (p.grad === null) continue;
              p.sub_(p.grad.mul(0.05));
              p.grad = null;
            }
          });
          return loss.item();
        },
      };
    },
  },
  {
    name: "logistic regression by hand with a log of a rounded probability",
    causes: ["rounding-step", "rounding", "log-of-zero"],
    build(broken) {
      const [x, labels] = clouds(40, 4, 2);
      const y = labels.to("float32");
      const w = leaf([4]);
      const b = zeros([1], { requiresGrad: true });
      const optimizer = new optim.SGD([w, b], { lr: 0.2 });
      return {
        model: { w, b },
        optimizer,
        loss() {
          const p = x.matmul(w).add(b).sigmoid();
          const q = broken ? p.round() : p;
          return q.sub(y).square().mean();
        },
      };
    },
  },
  {
    name: "cross-entropy by hand over the wrong sign",
    causes: ["loss-sign"],
    build(broken) {
      const [x, y] = clouds(45, 5, 3);
      const w1 = leaf([5, 16]);
      const w2 = leaf([16, 3]);
      const optimizer = new optim.Adam([w1, w2], { lr: 5e-3 });
      return {
        model: { w1, w2 },
        optimizer,
        loss() {
          const logp = x.matmul(w1).tanh().matmul(w2).logSoftmax(1);
          const picked = logp.gather(1, y.unsqueeze(1)).mean();
          return broken ? picked : picked.neg();
        },
      };
    },
  },
  {
    name: "descent by hand without clearing the gradients",
    causes: ["gradients-accumulate", "never-cleared"],
    build(broken) {
      const [x, y] = curve(40, 3);
      const [w, b] = [leaf([3, 1]), zeros([1], { requiresGrad: true })];
      return {
        model: { w, b },
        step() {
          const loss = F.mseLoss(x.matmul(w).add(b), y);
          loss.backward();
          noGrad(() => {
            for (const p of [w, b]) p.sub_((p.grad as Tensor).mul(0.05));
          });
          if (!broken) for (const p of [w, b]) p.grad = null;
          return loss.item();
        },
      };
    },
  },
  {
    name: "update by assignment of a new tensor",
    causes: ["parameter-replaced", "overwritten"],
    build(broken) {
      const [x, y] = curve(40, 3);
      let w = leaf([3, 1]);
      const b = zeros([1], { requiresGrad: true });
      return {
        model: { w, b },
        step() {
          const loss = x.matmul(w).add(b).sub(y).abs().mean();
          loss.backward();
          const g = w.grad;
          if (g !== null) {
            if (broken) w = w.sub(g.mul(0.1));
            else
              noGrad(() => {
                w.sub_(g.mul(0.1));
                w.grad = null;
              });
          }
          if (b.grad !== null) noGrad(() => b.sub_((b.grad as Tensor).mul(0.1)));
          b.grad = null;
          return loss.item();
        },
      };
    },
  },
  {
    name: "mean absolute error by hand of [n] and [n, 1]",
    causes: ["loss-broadcast"],
    build(broken) {
      const [x, y] = curve(30, 3);
      const model = new nn.Sequential(new nn.Linear(3, 12), new nn.Softplus(), new nn.Linear(12, 1));
      const optimizer = new optim.Adamax(model.parameters(), { lr: 5e-3 });
      const target = broken ? y.squeeze(1) : y;
      return { model, optimizer, loss: () => target.sub(model.forward(x)).abs().mean() };
    },
  },
  {
    name: "accuracy as the loss",
    causes: ["no-derivative", "nothing-recorded"],
    build(broken) {
      const [x, y] = clouds(40, 4, 3);
      const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 3e-3 });
      return {
        model,
        optimizer,
        loss() {
          const out = model.forward(x);
          return broken
            ? out.argmax(1).eq(y).to("float32").mean().mul(-1).add(1).requiresGrad_(true)
            : F.crossEntropy(out, y);
        },
      };
    },
  },
  {
    name: "loss wrapped in a new tensor that requires a gradient",
    causes: ["round-trip", "copied", "constant-loss", "loss-without-model", "no-update", "through-item"],
    build(broken) {
      const [x, y] = curve(30, 4);
      const model = new nn.Sequential(new nn.Linear(4, 12), new nn.Tanh(), new nn.Linear(12, 1));
      const optimizer = new optim.Adam(model.parameters(), { lr: 3e-3 });
      return {
        model,
        optimizer,
        loss() {
          const loss = F.l1Loss(model.forward(x), y);
          return broken ? tensor(loss.item(), { requiresGrad: true }) : loss;
        },
      };
    },
  },
  {
    name: "discriminator and generator updated by one optimizer of the discriminator",
    causes: ["not-in-optimizer"],
    build(broken) {
      const { g, d } = pair();
      const real = randn([32, 2]).add(2);
      const od = new optim.Adam(d.parameters(), { lr: 2e-3 });
      const og = new optim.Adam((broken ? d : g).parameters(), { lr: 2e-3 });
      return {
        model: { g, d },
        optimizer: [od, og],
        step() {
          const fake = g.forward(randn([32, 3]));
          od.zeroGrad();
          const onReal = F.binaryCrossEntropyWithLogits(d.forward(real), ones([32, 1]));
          const onFake = F.binaryCrossEntropyWithLogits(d.forward(fake.detach()), zeros([32, 1]));
          onReal.add(onFake).backward();
          od.step();
          og.zeroGrad();
          F.binaryCrossEntropyWithLogits(d.forward(fake), ones([32, 1])).backward();
          og.step();
        },
      };
    },
  },
  {
    name: "generator whose samples are detached in its own loss",
    causes: ["detached", "cut-by-detach", "no-update", "null"],
    build(broken) {
      const { g, d } = pair();
      const real = randn([32, 2]).add(2);
      const od = new optim.SGD(d.parameters(), { lr: 0.02 });
      const og = new optim.SGD(g.parameters(), { lr: 0.02 });
      return {
        model: { g, d },
        optimizer: [od, og],
        step() {
          const fake = g.forward(randn([32, 3]));
          od.zeroGrad();
          const loss = F.softplus(d.forward(real).neg())
            .mean()
            .add(F.softplus(d.forward(fake.detach())).mean());
          loss.backward();
          od.step();
          og.zeroGrad();
          const judged = d.forward(broken ? fake.detach() : fake);
          F.softplus(judged.neg()).mean().backward();
          og.step();
        },
      };
    },
  },
  {
    name: "actor trained on advantages with a graph to the critic",
    causes: ["target-not-detached", "advantage-not-detached"],
    build(broken) {
      const actor = new nn.Linear(4, 2);
      const critic = new nn.Sequential(new nn.Linear(4, 16), new nn.Tanh(), new nn.Linear(16, 1));
      const optimizer = new optim.Adam([...actor.parameters(), ...critic.parameters()], { lr: 3e-3 });
      const gen = new Generator(12);
      const states = randn([40, 4]);
      const next = randn([40, 4]);
      const actions = tensor(
        Array.from({ length: 40 }, () => gen.integer(0, 2)),
        { dtype: "int64" },
      );
      return {
        model: { actor, critic },
        optimizer,
        loss() {
          const reward = states.select(1, 0);
          const v = critic.forward(states).squeeze(1);
          const vNext = critic.forward(next).squeeze(1);
          const target = reward.add(vNext.mul(0.9));
          const td = F.mseLoss(v, broken ? target : target.detach());
          const logp = actor.forward(states).logSoftmax(1).gather(1, actions.unsqueeze(1)).squeeze(1);
          return td.sub(logp.mul(target.sub(v).detach()).mean());
        },
      };
    },
  },
  {
    name: "norm of a difference that is zero",
    causes: ["root-at-zero"],
    build(broken) {
      const start = randn([20, 3]);
      const offset = broken ? zeros([3]) : ones([3]).mul(0.1);
      const shift = offset.clone().requiresGrad_(true);
      const scale = ones([3], { requiresGrad: true });
      const optimizer = new optim.Adam([shift, scale], { lr: 0.01 });
      return {
        model: { shift, scale },
        optimizer,
        loss: () => start.mul(scale).add(shift).sub(start).square().sum(1).sqrt().mean(),
      };
    },
  },
  {
    name: "probability divided by a sum that is zero for empty rows",
    causes: ["zero-divisor", "not-finite-data", "where-branch"],
    build(broken) {
      const [x, y] = clouds(24, 5, 3);
      const mask = ones([24, 3]);
      if (broken) mask.narrow(0, 0, 2).fill_(0);
      const w = leaf([5, 3]);
      const optimizer = new optim.SGD([w], { lr: 0.1 });
      return {
        model: { w },
        optimizer,
        loss() {
          const e = x.matmul(w).exp().mul(mask);
          const p = e.div(e.sum(1, true));
          return p.add(1e-8).log().gather(1, y.unsqueeze(1)).mean().neg();
        },
      };
    },
  },
  {
    name: "gradients clipped by value to 1e-9",
    causes: ["gradients-clipped-away"],
    build(broken) {
      const [x, y] = clouds(40, 5, 3);
      const model = new nn.Sequential(new nn.Linear(5, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x), y);
          loss.backward();
          nn.utils.clipGradValue_(model.parameters(), broken ? 1e-9 : 1);
          optimizer.step();
          return loss.item();
        },
      };
    },
  },
  {
    name: "student and teacher that are both trained to agree",
    causes: ["collapsing-loss"],
    build(broken) {
      const [x] = clouds(40, 6, 3);
      const make = (): nn.Sequential => new nn.Sequential(new nn.Linear(6, 16), new nn.ReLU(), new nn.Linear(16, 4));
      const [student, teacher] = [make(), make()];
      const optimizer = new optim.Adam([...student.parameters(), ...(broken ? teacher.parameters() : [])], {
        lr: 3e-3,
      });
      return {
        model: { student, teacher },
        optimizer,
        loss() {
          const goal = teacher.forward(x.add(randn(x.shape).mul(0.05)));
          return F.mseLoss(student.forward(x), broken ? goal : goal.detach());
        },
      };
    },
  },
  {
    name: "two tasks of which one is weighted with 0",
    causes: ["zero-factor"],
    build(broken) {
      const [x, y] = clouds(40, 5, 3);
      const [, t] = curve(40, 5);
      const body = new nn.Sequential(new nn.Linear(5, 16), new nn.ReLU());
      const [cls, reg] = [new nn.Linear(16, 3), new nn.Linear(16, 1)];
      const optimizer = new optim.AdamW(
        [body, cls, reg].flatMap((m) => m.parameters()),
        { lr: 3e-3 },
      );
      return {
        model: { body, cls, reg },
        optimizer,
        loss() {
          const h = body.forward(x);
          return F.crossEntropy(cls.forward(h), y).add(F.mseLoss(reg.forward(h), t).mul(broken ? 0 : 0.5));
        },
      };
    },
  },
  {
    name: "probabilities of a Bernoulli policy that leave their range",
    causes: ["log-of-zero", "loss-not-finite", "power-base", "not-finite-data"],
    build(broken) {
      const s = randn([30, 3]);
      const a = rand([30]).gt(0.5).to("float32");
      const w = leaf([3]);
      const optimizer = new optim.SGD([w], { lr: 0.1 });
      return {
        model: { w },
        optimizer,
        loss() {
          const u = s.matmul(w).mul(6);
          const p = broken ? u.add(0.5) : u.sigmoid();
          return where(a.eq(1), p.log(), p.mul(-1).add(1).log()).mean().neg();
        },
      };
    },
  },
];

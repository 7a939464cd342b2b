/** Held-out programs: reinforcement learning, contrastive learning, variational models, loops. Written without regard to the predicates. */
import { F, Generator, nn, noGrad, optim, rand, randn, type Tensor, tensor, where } from "tapelab";
import { clouds, curve, type Program } from "../program.ts";

class ActorCritic extends nn.Module {
  actor = new nn.Sequential(new nn.Linear(3, 24), new nn.Tanh(), new nn.Linear(24, 2));
  critic = new nn.Sequential(new nn.Linear(3, 24), new nn.Tanh(), new nn.Linear(24, 1));
  override forward(s: Tensor): [Tensor, Tensor] {
    return [this.actor.forward(s), this.critic.forward(s)];
  }
}

/** Plays one round: states, actions by the policy, and rewards for the right action. */
function play(logits: Tensor, states: Tensor, g: Generator): [actions: Tensor, rewards: Tensor] {
  const p = logits.detach().softmax(1).toArray<number[][]>();
  const actions = tensor(
    p.map((row) => (g.uniform() < row[0] ? 0 : 1)),
    { dtype: "int64" },
  );
  const right = states.select(1, 0).gt(0).to("int64");
  return [actions, where(actions.eq(right), 1, 0).to("float32")];
}

export const agents: readonly Program[] = [
  {
    name: "actor-critic whose critic is compared with [n] rewards",
    causes: ["loss-broadcast"],
    build(broken) {
      const model = new ActorCritic();
      const optimizer = new optim.Adam(model.parameters(), { lr: 3e-3 });
      const g = new Generator(2);
      return {
        model,
        optimizer,
        step() {
          const states = randn([32, 3]);
          const [logits, v] = model.forward(states);
          const values = broken ? v : v.squeeze(1);
          const [actions, rewards] = play(logits, states, g);
          const advantage = rewards.sub(v.squeeze(1)).detach();
          const logp = logits.logSoftmax(1).gather(1, actions.unsqueeze(1)).squeeze(1);
          const loss = logp.mul(advantage).mean().neg().add(F.mseLoss(values, rewards));
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "log probability recomputed from numbers in REINFORCE",
    causes: ["round-trip", "through-array", "through-arrays", "nothing-recorded", "null"],
    build(broken) {
      const policy = new nn.Sequential(new nn.Linear(3, 16), new nn.ReLU(), new nn.Linear(16, 2));
      const optimizer = new optim.Adam(policy.parameters(), { lr: 5e-3 });
      const g = new Generator(3);
      return {
        model: policy,
        optimizer,
        step() {
          const states = randn([32, 3]);
          const logits = policy.forward(states);
          const [actions, rewards] = play(logits, states, g);
          const used = broken ? tensor(logits.toArray<number[][]>(), { requiresGrad: true }) : logits;
          const logp = used.logSoftmax(1).gather(1, actions.unsqueeze(1)).squeeze(1);
          const loss = logp.mul(rewards.sub(rewards.mean())).mean().neg();
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "VAE that samples with detached mean and variance",
    causes: ["detached", "cut-by-detach", "detach"],
    build(broken) {
      const [x] = clouds(48, 6, 3);
      const enc = new nn.Linear(6, 16);
      const mu = new nn.Linear(16, 2);
      const logvar = new nn.Linear(16, 2);
      const dec = new nn.Sequential(new nn.Linear(2, 16), new nn.ReLU(), new nn.Linear(16, 6));
      const all = [enc, mu, logvar, dec].flatMap((m) => m.parameters());
      const optimizer = new optim.Adam(all, { lr: 5e-3 });
      return {
        model: { enc, mu, logvar, dec },
        optimizer,
        loss() {
          const h = enc.forward(x).relu();
          const [m, s] = [mu.forward(h), logvar.forward(h).mul(0.5).exp()];
          const z = (broken ? m.detach() : m).add((broken ? s.detach() : s).mul(randn(m.shape)));
          return F.mseLoss(dec.forward(z), x);
        },
      };
    },
  },
  {
    name: "VAE whose divergence is a sum and whose reconstruction is a mean of tiny errors",
    causes: ["loss-term-dominates"],
    build(broken) {
      const [x] = clouds(64, 6, 3);
      const enc = new nn.Linear(6, 32);
      const mu = new nn.Linear(32, 16);
      const logvar = new nn.Linear(32, 16);
      const dec = new nn.Sequential(new nn.Linear(16, 32), new nn.ReLU(), new nn.Linear(32, 6));
      const optimizer = new optim.Adam(
        [enc, mu, logvar, dec].flatMap((m) => m.parameters()),
        { lr: 3e-3 },
      );
      return {
        model: { enc, mu, logvar, dec },
        optimizer,
        loss() {
          const h = enc.forward(x.mul(4)).relu();
          const [m, lv] = [mu.forward(h), logvar.forward(h)];
          const z = m.add(lv.mul(0.5).exp().mul(randn(m.shape)));
          const terms = m.square().add(lv.exp()).sub(lv).sub(1).mul(0.5);
          const kl = broken ? terms.sum() : terms.mean().mul(0.1);
          return F.mseLoss(dec.forward(z), x).add(kl);
        },
      };
    },
  },
  {
    name: "policy gradient that minimizes instead of maximizes, as a negated loss function",
    causes: ["loss-sign"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return {
        model,
        optimizer,
        loss() {
          const loss = F.nllLoss(model.forward(x).logSoftmax(1), y);
          return broken ? loss.mul(-1) : loss;
        },
      };
    },
  },
  {
    name: "contrastive temperature of 0.001",
    causes: ["temperature"],
    build(broken) {
      const [x] = clouds(32, 6, 8);
      const model = new nn.Sequential(new nn.Linear(6, 24), new nn.ReLU(), new nn.Linear(24, 8));
      const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
      const labels = tensor(
        Array.from({ length: 32 }, (_, i) => i),
        { dtype: "int64" },
      );
      return {
        model,
        optimizer,
        loss() {
          const [a, b] = [0, 1].map(() => F.normalize(model.forward(x.add(randn(x.shape).mul(0.3))), { dim: 1 }));
          return F.crossEntropy(a.matmul(b.t()).div(broken ? 0.0005 : 0.2), labels);
        },
      };
    },
  },
  {
    name: "optimizer of a target network in deep Q-learning",
    causes: ["optimizer-of-other-model", "not-in-optimizer"],
    build(broken) {
      const make = (): nn.Sequential => new nn.Sequential(new nn.Linear(3, 24), new nn.ReLU(), new nn.Linear(24, 2));
      const online = make();
      const target = make();
      const optimizer = new optim.Adam((broken ? target : online).parameters(), { lr: 1e-3 });
      return {
        model: online,
        optimizer,
        step() {
          const [s, next] = [randn([32, 3]), randn([32, 3])];
          const action = rand([32, 1]).gt(0.5).to("int64");
          const best = noGrad(() => target.forward(next).amax(1).mul(0.9).add(s.select(1, 1)));
          online.zeroGrad();
          const loss = F.smoothL1Loss(online.forward(s).gather(1, action).squeeze(1), best);
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "two optimizers of which one never steps",
    causes: ["optimizer-never-steps"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const body = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU());
      const head = new nn.Linear(16, 3);
      const [a, b] = [new optim.SGD(body.parameters(), { lr: 0.05 }), new optim.Adam(head.parameters(), { lr: 0.01 })];
      return {
        model: { body, head },
        optimizer: [a, b],
        step() {
          a.zeroGrad();
          b.zeroGrad();
          const loss = F.crossEntropy(head.forward(body.forward(x)), y);
          loss.backward();
          if (!broken) a.step();
          b.step();
          return loss;
        },
      };
    },
  },
  {
    name: "gradients of the last task left in place, in multi-task training",
    causes: ["gradients-accumulate"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const shared = new nn.Linear(4, 16);
      const [one, two] = [new nn.Linear(16, 3), new nn.Linear(16, 1)];
      const optimizer = new optim.SGD(
        [shared, one, two].flatMap((m) => m.parameters()),
        { lr: 0.05 },
      );
      return {
        model: { shared, one, two },
        optimizer,
        step() {
          if (!broken) optimizer.zeroGrad();
          F.crossEntropy(one.forward(shared.forward(x).relu()), y).backward();
          F.mseLoss(two.forward(shared.forward(x).relu()), x.select(1, 0).unsqueeze(1)).backward();
          optimizer.step();
        },
      };
    },
  },
  {
    name: "gradients clipped before backward and zeroed after it",
    causes: ["cleared-before-update"],
    build(broken) {
      const [x, y] = curve(64, 2);
      const model = new nn.Sequential(new nn.Linear(2, 16), new nn.Tanh(), new nn.Linear(16, 1));
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
      return {
        model,
        optimizer,
        step() {
          if (!broken) model.zeroGrad();
          const loss = F.mseLoss(model.forward(x), y);
          loss.backward();
          if (broken) model.zeroGrad();
          nn.utils.clipGradNorm_(model.parameters(), 1);
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "mini-batches that hold one class each",
    causes: ["batches-of-one-class"],
    build(broken) {
      const [x, y] = clouds(60, 4, 3);
      const order = y.argsort();
      const [xs, ys] = broken ? [x.indexSelect(0, order), y.indexSelect(0, order)] : [x, y];
      const batches = Array.from(
        { length: 3 },
        (_, i) => [xs.narrow(0, 20 * i, 20), ys.narrow(0, 20 * i, 20)] as const,
      );
      const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, data: batches, loss: (p: Tensor, t: Tensor) => F.crossEntropy(p, t) };
    },
  },
];

/** Held-out trainings without faults, with what a careless rule would take for one. Written without regard to the predicates. */
import {
  autograd,
  cat,
  F,
  Generator,
  nn,
  noGrad,
  ones,
  optim,
  rand,
  randn,
  stack,
  type Tensor,
  tensor,
  where,
  zeros,
} from "tapelab";
import { bars, clouds, curve, type SoundProgram, sequences, tokens } from "../program.ts";

const mlp = (sizes: readonly number[], act: () => nn.Module = () => new nn.ReLU()): nn.Sequential => {
  const layers: nn.Module[] = [];
  for (let i = 1; i < sizes.length; i++) {
    layers.push(new nn.Linear(sizes[i - 1], sizes[i]));
    if (i < sizes.length - 1) layers.push(act());
  }
  return new nn.Sequential(...(layers as nn.ReLU[]));
};

class Lora extends nn.Module {
  base = new nn.Linear(4, 16);
  a = new nn.Parameter(randn([2, 4]).mul(0.3));
  b = new nn.Parameter(zeros([16, 2]));
  head = new nn.Linear(16, 3);
  constructor() {
    super();
    this.base.requiresGrad_(false);
  }
  override forward(x: Tensor): Tensor {
    return this.head.forward(this.base.forward(x).add(x.matmul(this.a.t()).matmul(this.b.t())).relu());
  }
}

class Shared extends nn.Module {
  inner = new nn.Linear(4, 16);
  layer = new nn.Linear(16, 16);
  out = new nn.Linear(16, 3);
  override forward(x: Tensor): Tensor {
    let h = this.inner.forward(x).tanh();
    for (let i = 0; i < 3; i++) h = h.add(this.layer.forward(h).tanh());
    return this.out.forward(h);
  }
}

class Tied extends nn.Module {
  embed = new nn.Embedding(9, 16);
  body = new nn.LSTM(16, 16, { batchFirst: true });
  override forward(ids: Tensor): Tensor {
    const [h] = this.body.forward(this.embed.forward(ids));
    return h.matmul(this.embed.weight.t());
  }
}

class Residual extends nn.Module {
  inner = new nn.Conv2d(1, 8, 3, { padding: 1 });
  norm1 = new nn.BatchNorm2d(8);
  conv1 = new nn.Conv2d(8, 8, 3, { padding: 1, bias: false });
  norm2 = new nn.BatchNorm2d(8);
  fc = new nn.Linear(8, 2);
  constructor() {
    super();
    // the branch begins as the identity
    noGrad(() => this.norm2.weight?.zero_());
  }
  override forward(x: Tensor): Tensor {
    const h = this.norm1.forward(this.inner.forward(x)).relu();
    const y = h.add(this.norm2.forward(this.conv1.forward(h))).relu();
    return this.fc.forward(y.mean([2, 3]));
  }
}

export const soundUnseen: readonly SoundProgram[] = [
  {
    name: "low-rank adaptation of a frozen layer",
    build() {
      const [x, y] = clouds(60, 4, 3);
      const model = new Lora();
      const optimizer = new optim.AdamW(
        model.parameters().filter((p) => p.requiresGrad),
        { lr: 0.01 },
      );
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "one layer used in a loop on purpose",
    build() {
      const [x, y] = clouds(60, 4, 3);
      const model = new Shared();
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "language model with tied embeddings",
    build() {
      const [x, y] = tokens(12, 8, 9);
      const model = new Tied();
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x).flatten(0, 1), y.flatten()) };
    },
  },
  {
    name: "residual network whose branches begin at zero",
    build() {
      const [x, y] = bars(32);
      const model = new Residual();
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9, nesterov: true });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "siamese network with a triplet loss",
    build() {
      const [x] = clouds(60, 4, 3);
      const model = mlp([4, 16, 8]);
      const optimizer = new optim.Adam(model.parameters(), { lr: 3e-3 });
      const [anchor, positive, negative] = [0, 3, 1].map((shift) => x.roll(shift, 0));
      return {
        model,
        optimizer,
        loss: () => F.tripletMarginLoss(model.forward(anchor), model.forward(positive), model.forward(negative)),
      };
    },
  },
  {
    name: "Wasserstein critic with clipped weights, and its generator every third step",
    build() {
      const [g, d] = [mlp([4, 16, 2]), mlp([2, 24, 1], () => new nn.LeakyReLU(0.2))];
      const [og, od] = [new optim.Adam(g.parameters(), { lr: 1e-3 }), new optim.Adam(d.parameters(), { lr: 1e-3 })];
      return {
        model: { g, d },
        optimizer: [od, og],
        step(_batch, i) {
          od.zeroGrad();
          const fake = g.forward(randn([32, 4])).detach();
          const real = randn([32, 2]).mul(0.5).add(1);
          d.forward(fake).mean().sub(d.forward(real).mean()).backward();
          od.step();
          noGrad(() => {
            for (const p of d.parameters()) p.clamp_(-0.5, 0.5);
          });
          if (i % 3 === 2) {
            og.zeroGrad();
            d.forward(g.forward(randn([32, 4])))
              .mean()
              .neg()
              .backward();
            og.step();
          }
        },
      };
    },
  },
  {
    name: "critic with a gradient penalty",
    build() {
      const d = mlp([2, 24, 1], () => new nn.Tanh());
      const optimizer = new optim.Adam(d.parameters(), { lr: 1e-3 });
      return {
        model: d,
        optimizer,
        step() {
          const [real, fake] = [randn([32, 2]).add(1), randn([32, 2])];
          const mixed = real.add(fake).mul(0.5).requiresGrad_();
          const [slope] = autograd.grad(d.forward(mixed).sum(), [mixed], { createGraph: true });
          const penalty = slope.square().sum(1).add(1e-8).sqrt().sub(1).square().mean();
          const loss = d.forward(fake).mean().sub(d.forward(real).mean()).add(penalty.mul(10));
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "discrete codes with straight-through gradients and a commitment loss",
    build() {
      const [x] = clouds(60, 6, 4);
      const [encoder, decoder] = [mlp([6, 16, 4]), mlp([4, 16, 6])];
      const codes = new nn.Embedding(8, 4);
      const all = [...encoder.parameters(), ...decoder.parameters(), ...codes.parameters()];
      const optimizer = new optim.Adam(all, { lr: 3e-3 });
      return {
        model: { encoder, decoder, codes },
        optimizer,
        loss() {
          const z = encoder.forward(x);
          const distances = z.unsqueeze(1).sub(codes.weight.unsqueeze(0)).square().sum(2);
          const chosen = codes.forward(distances.argmin(1));
          const through = z.add(chosen.sub(z).detach());
          return F.mseLoss(decoder.forward(through), x)
            .add(F.mseLoss(chosen, z.detach()))
            .add(F.mseLoss(z, chosen.detach()).mul(0.25));
        },
      };
    },
  },
  {
    name: "self-supervised pair with a stopped gradient and a moving teacher",
    build() {
      const [x] = clouds(40, 6, 4);
      const [online, target, predictor] = [mlp([6, 16, 8]), mlp([6, 16, 8]), mlp([8, 16, 8])];
      target.loadStateDict(online.stateDict());
      const optimizer = new optim.Adam([...online.parameters(), ...predictor.parameters()], { lr: 2e-3 });
      return {
        model: { online, predictor },
        optimizer,
        step() {
          const views = [0, 1].map(() => x.add(randn(x.shape).mul(0.2)));
          const p = F.normalize(predictor.forward(online.forward(views[0])), { dim: 1 });
          const t = noGrad(() => F.normalize(target.forward(views[1]), { dim: 1 }));
          const loss = p.mul(t).sum(1).mean().mul(-2).add(2);
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          noGrad(() => target.parameters().forEach((w, i) => w.lerp_(online.parameters()[i], 0.05)));
          return loss;
        },
      };
    },
  },
  {
    name: "several labels at once",
    build() {
      const [x] = clouds(60, 4, 3);
      const y = stack([x.select(1, 0).gt(0), x.select(1, 1).gt(0.5), x.select(1, 2).lt(0)], 1).to("float32");
      const model = mlp([4, 24, 3]);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.binaryCrossEntropyWithLogits(model.forward(x), y) };
    },
  },
  {
    name: "LSTM in time-major layout",
    build() {
      const [x, y] = sequences(24, 9);
      const lstm = new nn.LSTM(1, 12);
      const out = new nn.Linear(12, 2);
      const optimizer = new optim.Adam([...lstm.parameters(), ...out.parameters()], { lr: 0.01 });
      const major = x.transpose(0, 1).contiguous();
      return {
        model: { lstm, out },
        optimizer,
        loss() {
          const [h] = lstm.forward(major);
          return F.crossEntropy(out.forward(h.select(0, -1)), y);
        },
      };
    },
  },
  {
    name: "linear regression",
    build() {
      const [x, y] = curve(64, 3);
      const model = new nn.Linear(3, 1);
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x), y) };
    },
  },
  {
    name: "logistic regression by hand",
    build() {
      const [x, y] = clouds(60, 3, 2);
      const w = zeros([3], { requiresGrad: true });
      const b = tensor(0, { requiresGrad: true });
      const t = y.to("float32");
      return {
        model: { w, b },
        step() {
          const p = x.matmul(w).add(b).sigmoid();
          const loss = t
            .mul(p.log())
            .add(t.neg().add(1).mul(p.neg().add(1).log()))
            .mean()
            .neg();
          loss.backward();
          noGrad(() => {
            w.sub_((w.grad as Tensor).mul(0.2));
            b.sub_((b.grad as Tensor).mul(0.2));
          });
          w.grad = null;
          b.grad = null;
          return loss;
        },
      };
    },
  },
  {
    name: "matrix factorization with biases",
    build() {
      const g = new Generator(3);
      const pairs = Array.from({ length: 80 }, () => [g.integer(0, 12), g.integer(0, 15)]);
      const u = tensor(
        pairs.map(([a]) => a),
        { dtype: "int64" },
      );
      const v = tensor(
        pairs.map(([, b]) => b),
        { dtype: "int64" },
      );
      const rating = tensor(pairs.map(([a, b]) => 3 + Math.sin(a) + Math.cos(b)));
      class Factors extends nn.Module {
        users = new nn.Embedding(20, 4);
        items = new nn.Embedding(20, 4);
        bias = new nn.Embedding(20, 1);
        override forward(a: Tensor, b: Tensor): Tensor {
          return this.users.forward(a).mul(this.items.forward(b)).sum(1).add(this.bias.forward(b).squeeze(1)).add(3);
        }
      }
      const model = new Factors();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.02, weightDecay: 1e-5 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(u, v), rating) };
    },
  },
  {
    name: "fine-tuning with a rate of 2e-5",
    build() {
      const [x, y] = clouds(60, 4, 3);
      const model = mlp([4, 32, 3]);
      const warm = new optim.Adam(model.parameters(), { lr: 0.02 });
      for (let i = 0; i < 15; i++) {
        warm.zeroGrad();
        F.crossEntropy(model.forward(x), y).backward();
        warm.step();
      }
      model.zeroGrad();
      const optimizer = new optim.AdamW(model.parameters(), { lr: 2e-5 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "rate that follows a cosine within the observed steps",
    build() {
      const [x, y] = clouds(60, 4, 3);
      const model = mlp([4, 16, 3]);
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      let n = 0;
      return {
        model,
        optimizer,
        step() {
          optimizer.lr = 0.05 * (1 + Math.cos((Math.PI * n++) / 200));
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
    name: "mixup and label smoothing",
    build() {
      const [x, y] = clouds(60, 4, 3);
      const hot = F.oneHot(y, 3).to("float32");
      const model = mlp([4, 24, 3]);
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return {
        model,
        optimizer,
        loss() {
          const lambda = 0.7;
          const order = rand([60]).argsort();
          const mixed = x.mul(lambda).add(x.indexSelect(0, order).mul(1 - lambda));
          const target = hot.mul(lambda).add(hot.indexSelect(0, order).mul(1 - lambda));
          return F.crossEntropy(model.forward(mixed), target, { labelSmoothing: 0.1 });
        },
      };
    },
  },
  {
    name: "focal loss on rare positives, with a classifier that finds them",
    build() {
      const g = new Generator(8);
      const labels = Array.from({ length: 80 }, (_, i) => (i % 8 === 0 ? 1 : 0));
      const x = tensor(labels.map((l) => [g.normal() + 3 * l, g.normal() - 3 * l]));
      const y = tensor(labels, { dtype: "float32" });
      const model = mlp([2, 16, 1]);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.05 });
      return {
        model,
        optimizer,
        loss() {
          const z = model.forward(x).squeeze(1);
          const ce = F.binaryCrossEntropyWithLogits(z, y, { reduction: "none" });
          const p = z.detach().sigmoid();
          const missed = where(y.gt(0.5), p.neg().add(1), p);
          return missed.square().mul(ce).mean();
        },
      };
    },
  },
  {
    name: "image and text towers with a learned temperature",
    build() {
      const [images] = clouds(24, 6, 6);
      const texts = images.matmul(randn([6, 5]));
      const [left, right] = [mlp([6, 16, 8]), mlp([5, 16, 8])];
      const scale = tensor(Math.log(5), { requiresGrad: true });
      const optimizer = new optim.Adam([...left.parameters(), ...right.parameters(), scale], { lr: 3e-3 });
      const labels = tensor(
        Array.from({ length: 24 }, (_, i) => i),
        { dtype: "int64" },
      );
      return {
        model: { left, right, scale },
        optimizer,
        loss() {
          const [a, b] = [left.forward(images), right.forward(texts)].map((t) => F.normalize(t, { dim: 1 }));
          const logits = a.matmul(b.t()).mul(scale.exp());
          return F.crossEntropy(logits, labels).add(F.crossEntropy(logits.t(), labels)).div(2);
        },
      };
    },
  },
  {
    name: "denoising of images at random noise levels",
    build() {
      const [x] = bars(24);
      const flat = x.flatten(1);
      const model = mlp([65, 64, 64], () => new nn.SiLU());
      const optimizer = new optim.AdamW(model.parameters(), { lr: 2e-3 });
      return {
        model,
        optimizer,
        loss() {
          const t = rand([24, 1]);
          const noise = randn(flat.shape);
          const noisy = flat.mul(t.neg().add(1).sqrt()).add(noise.mul(t.sqrt()));
          return F.mseLoss(model.forward(cat([noisy, t], 1)), noise);
        },
      };
    },
  },
  {
    name: "equation solved by a network whose loss has derivatives of its output",
    build() {
      const model = mlp([1, 24, 24, 1], () => new nn.Tanh());
      const optimizer = new optim.Adam(model.parameters(), { lr: 3e-3 });
      const origin = zeros([1, 1]);
      return {
        model,
        optimizer,
        step() {
          const t = rand([32, 1]).mul(2).requiresGrad_();
          const u = model.forward(t);
          const [du] = autograd.grad(u.sum(), [t], { createGraph: true });
          const loss = du.add(u).square().mean().add(model.forward(origin).sub(1).square().mean());
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "two backward passes for each update, at the weights and near them",
    build() {
      const [x, y] = clouds(60, 4, 3);
      const model = mlp([4, 16, 3]);
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x), y);
          loss.backward();
          const saved = model.parameters().map((p) => p.detach().clone());
          noGrad(() => model.parameters().forEach((p) => p.add_((p.grad as Tensor).mul(0.05))));
          optimizer.zeroGrad();
          F.crossEntropy(model.forward(x), y).backward();
          noGrad(() => model.parameters().forEach((p, i) => p.copy_(saved[i])));
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "attention with padded keys",
    build() {
      const [x, y] = sequences(20, 6);
      const inner = new nn.Linear(1, 8);
      const attention = new nn.MultiheadAttention(8, 2, { batchFirst: true });
      const out = new nn.Linear(8, 2);
      const padded = tensor(
        Array.from({ length: 20 }, (_, i) => Array.from({ length: 6 }, (_t, t) => t > 3 + (i % 3))),
      );
      const optimizer = new optim.Adam(
        [inner, attention, out].flatMap((m) => m.parameters()),
        { lr: 5e-3 },
      );
      return {
        model: { inner, attention, out },
        optimizer,
        loss() {
          const h = inner.forward(x);
          const [a] = attention.forward(h, h, h, { keyPaddingMask: padded });
          return F.crossEntropy(out.forward(a.mean(1)), y);
        },
      };
    },
  },
  {
    name: "mixture of normal distributions as the output",
    build() {
      const [x, y] = curve(64, 1);
      const model = mlp([1, 24, 9], () => new nn.Tanh());
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return {
        model,
        optimizer,
        loss() {
          const [weight, mean, logScale] = model.forward(x).chunk(3, 1);
          const z = y.sub(mean).div(logScale.exp());
          const logp = z.square().mul(-0.5).sub(logScale).sub(0.919);
          return weight.logSoftmax(1).add(logp).logsumexp(1).mean().neg();
        },
      };
    },
  },
  {
    name: "gumbel softmax over a choice of experts",
    build() {
      const [x, y] = clouds(60, 4, 3);
      const gate = new nn.Linear(4, 3);
      const experts = Array.from({ length: 3 }, () => new nn.Linear(4, 3));
      const all = [gate, ...experts].flatMap((m) => m.parameters());
      const optimizer = new optim.Adam(all, { lr: 0.01 });
      return {
        model: [gate, ...experts],
        optimizer,
        loss() {
          const choice = F.gumbelSoftmax(gate.forward(x), { tau: 1 });
          const answers = stack(
            experts.map((e) => e.forward(x)),
            2,
          );
          return F.crossEntropy(answers.mul(choice.unsqueeze(1)).sum(2), y);
        },
      };
    },
  },
  {
    name: "validation in every step, in evaluation mode, with a best loss that is kept",
    build() {
      const [x, y] = clouds(60, 4, 3);
      const model = new nn.Sequential(
        new nn.Linear(4, 16),
        new nn.BatchNorm1d(16),
        new nn.ReLU(),
        new nn.Dropout(0.1),
        new nn.Linear(16, 3),
      );
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      let best = Infinity;
      return {
        model,
        optimizer,
        step() {
          model.train();
          const loss = F.crossEntropy(model.forward(x.narrow(0, 0, 45)), y.narrow(0, 0, 45));
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          model.eval();
          best = Math.min(
            best,
            noGrad(() => F.crossEntropy(model.forward(x.narrow(0, 45, 15)), y.narrow(0, 45, 15)).item()),
          );
          return loss;
        },
      };
    },
  },
  {
    name: "deterministic policy and its critic",
    build() {
      const [actor, critic] = [mlp([3, 24, 1]), mlp([4, 24, 1])];
      const [oa, oc] = [
        new optim.Adam(actor.parameters(), { lr: 1e-3 }),
        new optim.Adam(critic.parameters(), { lr: 2e-3 }),
      ];
      return {
        model: { actor, critic },
        optimizer: [oa, oc],
        step() {
          const s = randn([32, 3]);
          const a = actor
            .forward(s)
            .tanh()
            .detach()
            .add(randn([32, 1]).mul(0.1));
          const reward = a
            .sub(s.narrow(1, 0, 1).tanh())
            .square()
            .neg();
          oc.zeroGrad();
          F.mseLoss(critic.forward(cat([s, a], 1)), reward).backward();
          oc.step();
          oa.zeroGrad();
          critic
            .forward(cat([s, actor.forward(s).tanh()], 1))
            .mean()
            .neg()
            .backward();
          oa.step();
        },
      };
    },
  },
  {
    name: "autoencoder of pixels with a sigmoid at the end",
    build() {
      const [x] = bars(24);
      const pixels = x.flatten(1).clamp(0, 1);
      const model = new nn.Sequential(new nn.Linear(64, 24), new nn.ReLU(), new nn.Linear(24, 64), new nn.Sigmoid());
      const optimizer = new optim.Adam(model.parameters(), { lr: 3e-3 });
      return { model, optimizer, loss: () => F.binaryCrossEntropy(model.forward(pixels), pixels) };
    },
  },
  {
    name: "batches of a loader, one class more frequent",
    build() {
      const [x, y] = clouds(64, 4, 4);
      const model = mlp([4, 24, 4]);
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      const batches = Array.from({ length: 8 }, (_, i) => [x.narrow(0, 8 * i, 8), y.narrow(0, 8 * i, 8)] as const);
      return { model, optimizer, data: batches, loss: new nn.CrossEntropyLoss({ weight: ones([4]) }) };
    },
  },
];

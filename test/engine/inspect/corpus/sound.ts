/** Trainings without faults, with what looks like one: frozen parts, detached tensors, masks, unused rows, warm-up. */
import { cat, F, Generator, nn, noGrad, ones, optim, rand, randn, type Tensor, tensor, where, zeros } from "tapelab";
import { bars, clouds, curve, type SoundProgram, sequences, tokens } from "./program.ts";

class Transformer extends nn.Module {
  tokens = new nn.Embedding(40, 16);
  positions = new nn.Parameter(randn([7, 16]).mul(0.02));
  norm1 = new nn.LayerNorm(16);
  qkv = new nn.Linear(16, 48);
  project = new nn.Linear(16, 16);
  norm2 = new nn.LayerNorm(16);
  up = new nn.Linear(16, 64);
  down = new nn.Linear(64, 16);
  head = new nn.Linear(16, 40);
  override forward(ids: Tensor): Tensor {
    const [n, t] = ids.shape;
    let x = this.tokens.forward(ids).add(this.positions);
    const [q, k, v] = this.qkv.forward(this.norm1.forward(x)).reshape([n, t, 6, 8]).permute(0, 2, 1, 3).chunk(3, 1);
    const mask = ones([t, t]).tril().eq(0);
    const weights = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(8)).maskedFill(mask, -Infinity).softmax(-1);
    const mixed = weights.matmul(v).transpose(1, 2).reshape([n, t, 16]);
    x = x.add(this.project.forward(mixed));
    x = x.add(this.down.forward(this.up.forward(this.norm2.forward(x)).gelu()));
    return this.head.forward(x);
  }
}

class Vae extends nn.Module {
  encoder = new nn.Linear(64, 32);
  mean = new nn.Linear(32, 4);
  logVariance = new nn.Linear(32, 4);
  decoder = new nn.Sequential(new nn.Linear(4, 32), new nn.ReLU(), new nn.Linear(32, 64));
  override forward(x: Tensor): [Tensor, Tensor, Tensor] {
    const h = this.encoder.forward(x).relu();
    const [mean, logVariance] = [this.mean.forward(h), this.logVariance.forward(h)];
    const z = mean.add(logVariance.mul(0.5).exp().mul(randn(mean.shape)));
    return [this.decoder.forward(z), mean, logVariance];
  }
}

class Policy extends nn.Module {
  body = new nn.Linear(3, 24);
  actor = new nn.Linear(24, 2);
  critic = new nn.Linear(24, 1);
  override forward(s: Tensor): [Tensor, Tensor] {
    const h = this.body.forward(s).tanh();
    return [this.actor.forward(h), this.critic.forward(h).squeeze(1)];
  }
}

export const sound: readonly SoundProgram[] = [
  {
    name: "small transformer with a causal mask and unused tokens",
    build() {
      const [x, y] = tokens(12, 7, 9);
      const model = new Transformer();
      const optimizer = new optim.AdamW(model.parameters(), { lr: 3e-3 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x).reshape([-1, 40]), y.reshape([-1])) };
    },
  },
  {
    name: "convolutional network with batch norm and dropout",
    build() {
      const [x, y] = bars(40);
      const model = new nn.Sequential(
        new nn.Conv2d(1, 6, 3, { padding: 1 }),
        new nn.BatchNorm2d(6),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Flatten(),
        new nn.Dropout(0.3),
        new nn.Linear(96, 2),
      );
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.03, momentum: 0.9, weightDecay: 5e-4 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "generator and discriminator",
    build() {
      const g = new nn.Sequential(new nn.Linear(4, 16), new nn.LeakyReLU(0.2), new nn.Linear(16, 2));
      const d = new nn.Sequential(new nn.Linear(2, 16), new nn.LeakyReLU(0.2), new nn.Linear(16, 1));
      const og = new optim.Adam(g.parameters(), { lr: 2e-3, betas: [0.5, 0.999] });
      const od = new optim.Adam(d.parameters(), { lr: 2e-3, betas: [0.5, 0.999] });
      const [real] = clouds(32, 2, 2);
      return {
        model: { g, d },
        optimizer: [og, od],
        step() {
          od.zeroGrad();
          const fake = g.forward(randn([32, 4]));
          const lossD = F.binaryCrossEntropyWithLogits(d.forward(real), ones([32, 1])).add(
            F.binaryCrossEntropyWithLogits(d.forward(fake.detach()), zeros([32, 1])),
          );
          lossD.backward();
          od.step();
          og.zeroGrad();
          const lossG = F.binaryCrossEntropyWithLogits(d.forward(fake), ones([32, 1]));
          lossG.backward();
          og.step();
          return lossD.item();
        },
      };
    },
  },
  {
    name: "variational autoencoder",
    build() {
      const [images] = bars(32);
      const x = images.flatten(1).clamp(0, 1);
      const model = new Vae();
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return {
        model,
        optimizer,
        loss() {
          const [logits, mean, logVariance] = model.forward(x);
          const reconstruction = F.binaryCrossEntropyWithLogits(logits, x, { reduction: "sum" }).div(32);
          const kl = mean.square().add(logVariance.exp()).sub(logVariance).sub(1).sum().mul(0.5).div(32);
          return reconstruction.add(kl);
        },
      };
    },
  },
  {
    name: "policy gradient with a baseline and an entropy bonus",
    build() {
      const model = new Policy();
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      const g = new Generator(4);
      return {
        model,
        optimizer,
        step() {
          const states = randn([48, 3]);
          const [logits, values] = model.forward(states);
          const logp = logits.logSoftmax(1);
          const p = logp.detach().exp().toArray<number[][]>();
          const actions = tensor(
            p.map((row) => (g.uniform() < row[0] ? 0 : 1)),
            { dtype: "int64" },
          );
          const right = states.select(1, 0).gt(0).to("int64");
          const rewards = where(actions.eq(right), 1, -1).to("float32");
          const advantage = rewards.sub(values).detach();
          const chosen = logp.gather(1, actions.unsqueeze(1)).squeeze(1);
          const entropy = logp.exp().mul(logp).sum(1).neg().mean();
          const loss = chosen
            .mul(advantage)
            .mean()
            .neg()
            .add(F.mseLoss(values, rewards).mul(0.5))
            .sub(entropy.mul(0.01));
          optimizer.zeroGrad();
          loss.backward();
          nn.utils.clipGradNorm_(model.parameters(), 0.5);
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "fine-tuning of a head on a frozen backbone in evaluation mode",
    build() {
      const [x, y] = bars(40);
      const backbone = new nn.Sequential(
        new nn.Conv2d(1, 6, 3),
        new nn.BatchNorm2d(6),
        new nn.ReLU(),
        new nn.Flatten(),
      );
      backbone.requiresGrad_(false).eval();
      const head = new nn.Linear(6 * 36, 2);
      const model = new nn.Sequential(backbone, head);
      backbone.eval();
      const optimizer = new optim.Adam(head.parameters(), { lr: 5e-3 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "mean teacher",
    build() {
      const [x, y] = clouds(60, 4, 3);
      const make = (): nn.Sequential => new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const student = make();
      const teacher = make();
      teacher.loadStateDict(student.stateDict());
      teacher.requiresGrad_(false);
      const optimizer = new optim.SGD(student.parameters(), { lr: 0.1 });
      return {
        model: { student, teacher },
        optimizer,
        step() {
          const target = noGrad(() => teacher.forward(x).softmax(1));
          const logits = student.forward(x.add(randn(x.shape).mul(0.05)));
          const loss = F.crossEntropy(logits, y).add(F.mseLoss(logits.softmax(1), target));
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          noGrad(() => {
            const [to, from] = [teacher.parameters(), student.parameters()];
            to.forEach((p, i) => p.mul_(0.99).add_(from[i].mul(0.01)));
          });
          return loss;
        },
      };
    },
  },
  {
    name: "learning-rate warm-up from nearly 0",
    build() {
      const [x, y] = clouds(60, 4, 3);
      const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const optimizer = new optim.AdamW(model.parameters(), { lr: 0 });
      let n = 0;
      return {
        model,
        optimizer,
        step() {
          optimizer.lr = 1e-3 * Math.min(1, ++n / 1000);
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
    name: "model at its minimum",
    build() {
      const [x] = curve(64, 3);
      const w = tensor([[1], [-2], [0.5]]);
      const y = x.matmul(w);
      const model = new nn.Linear(3, 1);
      noGrad(() => {
        model.weight.copy_(w.transpose(0, 1));
        model.bias?.fill_(0);
      });
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
      return { model, optimizer, loss: () => F.mseLoss(model.forward(x), y) };
    },
  },
  {
    name: "gradient accumulation over four batches",
    build() {
      const [x, y] = clouds(60, 4, 3);
      const model = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 3));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          let total = 0;
          for (let k = 0; k < 4; k++) {
            const loss = F.crossEntropy(model.forward(x.narrow(0, 15 * k, 15)), y.narrow(0, 15 * k, 15)).div(4);
            loss.backward();
            total += loss.item();
          }
          optimizer.step();
          return total;
        },
      };
    },
  },
  {
    name: "contrastive learning with a temperature",
    build() {
      const [x] = clouds(32, 6, 4);
      const model = new nn.Sequential(new nn.Linear(6, 24), new nn.ReLU(), new nn.Linear(24, 8));
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return {
        model,
        optimizer,
        loss() {
          const views = [0, 1].map(() => F.normalize(model.forward(x.add(randn(x.shape).mul(0.2))), { dim: 1 }));
          const similarity = views[0].matmul(views[1].transpose(0, 1)).div(0.2);
          const labels = tensor(
            Array.from({ length: 32 }, (_, i) => i),
            { dtype: "int64" },
          );
          return F.crossEntropy(similarity, labels);
        },
      };
    },
  },
  {
    name: "truncated backpropagation with a detached state",
    build() {
      const [x, y] = sequences(16, 12);
      const lstm = new nn.LSTM(1, 12, { batchFirst: true });
      const out = new nn.Linear(12, 2);
      const optimizer = new optim.Adam([...lstm.parameters(), ...out.parameters()], { lr: 0.01 });
      let state: readonly [Tensor, Tensor] | undefined;
      return {
        model: { lstm, out },
        optimizer,
        step(_batch, i) {
          const part = x.narrow(1, (i % 3) * 4, 4);
          const [h, next] = state === undefined ? lstm.forward(part) : lstm.forward(part, state);
          const loss = F.crossEntropy(out.forward(h.select(1, -1)), y);
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          state = [next[0].detach(), next[1].detach()];
          return loss;
        },
      };
    },
  },
  {
    name: "deep Q-learning with a target network",
    build() {
      const make = (): nn.Sequential => new nn.Sequential(new nn.Linear(3, 24), new nn.ReLU(), new nn.Linear(24, 2));
      const online = make();
      const target = make();
      target.loadStateDict(online.stateDict());
      const optimizer = new optim.Adam(online.parameters(), { lr: 1e-3 });
      return {
        model: online,
        optimizer,
        step() {
          const [s, next] = [randn([32, 3]), randn([32, 3])];
          const action = rand([32, 1]).gt(0.5).to("int64");
          const reward = s.select(1, 0).mul(0.5);
          const q = online.forward(s).gather(1, action).squeeze(1);
          const best = noGrad(() => target.forward(next).amax(1).mul(0.9).add(reward));
          const loss = F.smoothL1Loss(q, best);
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "padded batch with ignoreIndex and a padding row",
    build() {
      const [x, y] = tokens(12, 8, 9);
      const keep = tensor(Array.from({ length: 12 }, (_, i) => Array.from({ length: 8 }, (_t, t) => t < 4 + (i % 5))));
      const ids = where(keep, x.add(1), 0);
      const labels = where(keep, y, -100);
      const embed = new nn.Embedding(10, 12, { paddingIdx: 0 });
      const lstm = new nn.LSTM(12, 16, { batchFirst: true });
      const out = new nn.Linear(16, 9);
      const all = [...embed.parameters(), ...lstm.parameters(), ...out.parameters()];
      const optimizer = new optim.Adam(all, { lr: 0.01 });
      return {
        model: [embed, lstm, out],
        optimizer,
        loss() {
          const [h] = lstm.forward(embed.forward(ids));
          return F.crossEntropy(out.forward(h).transpose(1, 2), labels, { ignoreIndex: -100 });
        },
      };
    },
  },
  {
    name: "regression by hand with noGrad updates and zeroed gradients",
    build() {
      const [x, y] = curve(64, 3);
      const w1 = randn([3, 16]).mul(0.5).requiresGrad_();
      const w2 = randn([16, 1]).mul(0.25).requiresGrad_();
      return {
        model: [w1, w2],
        step() {
          const loss = x.matmul(w1).relu().matmul(w2).sub(y).square().mean();
          loss.backward();
          noGrad(() => {
            for (const w of [w1, w2]) {
              w.sub_((w.grad as Tensor).mul(0.05));
              w.grad?.zero_();
            }
          });
          return loss;
        },
      };
    },
  },
  {
    name: "U-shaped network with skips that predicts a mask",
    build() {
      const [x] = bars(16);
      const mask = x.gt(0.8).to("float32");
      const down = new nn.Conv2d(1, 8, 3, { padding: 1 });
      const middle = new nn.Conv2d(8, 8, 3, { padding: 1 });
      const up = new nn.ConvTranspose2d(8, 8, 2, { stride: 2 });
      const out = new nn.Conv2d(16, 1, 1);
      const optimizer = new optim.Adam(
        [down, middle, up, out].flatMap((m) => m.parameters()),
        { lr: 0.01 },
      );
      return {
        model: { down, middle, up, out },
        optimizer,
        loss() {
          const a = down.forward(x).relu();
          const b = middle.forward(F.maxPool2d(a, 2)).relu();
          const logits = out.forward(cat([a, up.forward(b).relu()], 1));
          return F.binaryCrossEntropyWithLogits(logits, mask, { posWeight: tensor([4]) });
        },
      };
    },
  },
  {
    // steps of Adam have the size of the learning rate, whatever the scale of the gradients is
    name: "Adam on gradients that are clipped to a norm of 0.001",
    build() {
      const [x, y] = curve(64, 2);
      const model = new nn.Sequential(new nn.Linear(2, 16), new nn.Tanh(), new nn.Linear(16, 1));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        step() {
          optimizer.zeroGrad();
          const loss = F.mseLoss(model.forward(x), y);
          loss.backward();
          nn.utils.clipGradNorm_(model.parameters(), 0.001);
          optimizer.step();
          return loss;
        },
      };
    },
  },
];

/** Sound programs beside those after public reports: what a careless rule would take for a fault of sequences, examples and losses by hand. */
import {
  arange,
  autograd,
  eye,
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

/** A mask of attention that hides later steps. */
const causal = (n: number): Tensor =>
  tensor(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_v, j) => (j > i ? -Infinity : 0))));

export const soundReported: readonly SoundProgram[] = [
  {
    name: "masked language model that sees both sides",
    build() {
      const [ids] = tokens(16, 10, 9);
      const g = new Generator(5);
      const hidden = tensor(
        Array.from({ length: 16 }, () => Array.from({ length: 10 }, () => (g.uniform() < 0.25 ? 1 : 0))),
      ).eq(1);
      const given = where(hidden, 9, ids).to("int64");
      const wanted = where(hidden, ids, -100).to("int64");
      const embed = new nn.Embedding(10, 16);
      const body = new nn.TransformerEncoderLayer(16, 2, { dimFeedforward: 32, batchFirst: true });
      const head = new nn.Linear(16, 9);
      const model = new nn.Sequential(embed, body, head);
      const optimizer = new optim.AdamW(model.parameters(), { lr: 2e-3 });
      return {
        model,
        optimizer,
        steps: 12,
        loss: () => F.crossEntropy(model.forward(given).flatten(0, 1), wanted.flatten(), { ignoreIndex: -100 }),
      };
    },
  },
  {
    name: "causal language model of two encoder layers, with dropout and a cycle of rates",
    build() {
      const [x, y] = tokens(12, 8, 9);
      class Lm extends nn.Module {
        embed = new nn.Embedding(9, 16);
        position = new nn.Embedding(8, 16);
        layers = [0, 1].map(
          () => new nn.TransformerEncoderLayer(16, 2, { dimFeedforward: 32, batchFirst: true, normFirst: true }),
        );
        head = new nn.Linear(16, 9);
        override forward(ids: Tensor): Tensor {
          let h = this.embed.forward(ids).add(this.position.forward(arange(8)));
          for (const l of this.layers) h = l.forward(h, { srcMask: causal(8) });
          return this.head.forward(h);
        }
      }
      const model = new Lm();
      const optimizer = new optim.AdamW(model.parameters(), { lr: 1e-3 });
      const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, 5e-3, { totalSteps: 60 });
      return {
        model,
        optimizer,
        steps: 12,
        step() {
          optimizer.zeroGrad();
          const loss = F.crossEntropy(model.forward(x).transpose(1, 2), y);
          loss.backward();
          nn.utils.clipGradNorm_(model.parameters(), 1);
          optimizer.step();
          scheduler.step();
          return loss;
        },
      };
    },
  },
  {
    name: "autoencoder of token sequences through one state",
    build() {
      const [ids] = tokens(12, 6, 9);
      class Auto extends nn.Module {
        embed = new nn.Embedding(9, 12);
        encoder = new nn.GRU(12, 16, { batchFirst: true });
        decoder = new nn.GRU(16, 16, { batchFirst: true });
        head = new nn.Linear(16, 9);
        override forward(x: Tensor): Tensor {
          const [, h] = this.encoder.forward(this.embed.forward(x));
          const code = h.select(0, 0).unsqueeze(1).expand(12, 6, 16);
          return this.head.forward(this.decoder.forward(code.contiguous())[0]);
        }
      }
      const model = new Auto();
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return {
        model,
        optimizer,
        steps: 12,
        loss: () => F.crossEntropy(model.forward(ids).flatten(0, 1), ids.flatten()),
      };
    },
  },
  {
    name: "graph network whose nodes exchange messages",
    build() {
      const [x, y] = clouds(40, 5, 3);
      const near = y.unsqueeze(1).eq(y.unsqueeze(0)).to("float32");
      const a = near.div(near.sum(1, true));
      class Graph extends nn.Module {
        first = new nn.Linear(5, 16);
        second = new nn.Linear(16, 3);
        override forward(v: Tensor, adjacency: Tensor): Tensor {
          return adjacency.matmul(this.second.forward(adjacency.matmul(this.first.forward(v)).relu()));
        }
      }
      const model = new Graph();
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x, a), y) };
    },
  },
  {
    name: "standardization by the mean and deviation of the batch, by hand",
    build() {
      const [x, y] = curve(40, 4);
      class Net extends nn.Module {
        first = new nn.Linear(4, 16);
        second = new nn.Linear(16, 1);
        override forward(v: Tensor): Tensor {
          const h = this.first.forward(v);
          return this.second.forward(h.sub(h.mean(0)).div(h.std(0).add(1e-5)).relu());
        }
      }
      const model = new Net();
      const optimizer = new optim.RMSprop(model.parameters(), { lr: 2e-3 });
      return { model, optimizer, loss: () => model.forward(x).sub(y).square().mean() };
    },
  },
  {
    name: "recurrent network over one long sequence, in windows",
    build() {
      const wave = tensor(Array.from({ length: 41 }, (_, t) => [Math.sin(0.4 * t), Math.cos(0.23 * t)]));
      const windows = stack(Array.from({ length: 30 }, (_, i) => wave.narrow(0, i, 10)));
      const next = stack(Array.from({ length: 30 }, (_, i) => wave.select(0, i + 10)));
      class Net extends nn.Module {
        rnn = new nn.RNN(2, 16, { batchFirst: true, nonlinearity: "tanh" });
        head = new nn.Linear(16, 2);
        override forward(x: Tensor): Tensor {
          return this.head.forward(this.rnn.forward(x)[1].squeeze(0));
        }
      }
      const model = new Net();
      const optimizer = new optim.Adam(model.parameters(), { lr: 5e-3 });
      return { model, optimizer, steps: 12, data: [windows, next], loss: new nn.HuberLoss() };
    },
  },
  {
    name: "GRU in time-major layout with as many steps as examples are not",
    build() {
      const [x, y] = sequences(24, 7);
      const gru = new nn.GRU(1, 14);
      const fc = new nn.Linear(14, 2);
      const optimizer = new optim.NAdam([...gru.parameters(), ...fc.parameters()], { lr: 5e-3 });
      return {
        model: { gru, fc },
        optimizer,
        steps: 12,
        loss: () => F.crossEntropy(fc.forward(gru.forward(x.transpose(0, 1))[0].select(0, -1)), y),
      };
    },
  },
  {
    name: "policy gradient with negative rewards and an entropy bonus, by hand",
    build() {
      const g = new Generator(7);
      const policy = new nn.Sequential(new nn.Linear(3, 20), new nn.Tanh(), new nn.Linear(20, 2));
      const optimizer = new optim.Adam(policy.parameters(), { lr: 5e-3 });
      return {
        model: policy,
        optimizer,
        step() {
          const states = randn([48, 3]);
          const logp = policy.forward(states).logSoftmax(1);
          const p = logp.detach().exp().toArray<number[][]>();
          const actions = tensor(
            p.map((row) => (g.uniform() < row[0] ? 0 : 1)),
            { dtype: "int64" },
          );
          const costs = states
            .select(1, 0)
            .gt(0)
            .to("int64")
            .ne(actions)
            .to("float32")
            .add(rand([48]).mul(0.2));
          const chosen = logp.gather(1, actions.unsqueeze(1)).squeeze(1);
          const entropy = logp.exp().mul(logp).sum(1).mean().neg();
          const loss = chosen.mul(costs).mean().sub(entropy.mul(0.01));
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "linear autoencoder, as a principal component analysis",
    build() {
      const x = randn([60, 2])
        .matmul(randn([2, 8]))
        .add(randn([60, 8]).mul(0.1));
      const [down, up] = [new nn.Linear(8, 2, { bias: false }), new nn.Linear(2, 8, { bias: false })];
      const optimizer = new optim.Adam([...down.parameters(), ...up.parameters()], { lr: 0.01 });
      return { model: { down, up }, optimizer, loss: () => F.mseLoss(up.forward(down.forward(x)), x) };
    },
  },
  {
    name: "teacher whose answers are detached and whose parameters nobody freezes",
    build() {
      const [x] = clouds(40, 6, 3);
      const make = (): nn.Sequential => new nn.Sequential(new nn.Linear(6, 16), new nn.ReLU(), new nn.Linear(16, 4));
      const [student, teacher] = [make(), make()];
      const optimizer = new optim.Adam(student.parameters(), { lr: 3e-3 });
      return {
        model: { student, teacher },
        optimizer,
        loss: () => F.mseLoss(student.forward(x), teacher.forward(x).detach()),
      };
    },
  },
  {
    name: "ordinary differential equation whose residual is a distance of two outputs",
    build() {
      const net = new nn.Sequential(new nn.Linear(1, 24), new nn.Tanh(), new nn.Linear(24, 1));
      const t = rand([40, 1]).mul(2);
      const optimizer = new optim.Adam(net.parameters(), { lr: 5e-3 });
      return {
        model: net,
        optimizer,
        loss() {
          const at = t.clone().requiresGrad_(true);
          const u = net.forward(at);
          const [du] = autograd.grad(u.sum(), [at], { createGraph: true });
          const start = net.forward(zeros([1, 1]));
          return F.mseLoss(du, u.neg()).add(start.sub(1).square().mean());
        },
      };
    },
  },
  {
    name: "curve fitted with L-BFGS",
    build() {
      const [x, y] = curve(40, 3);
      const model = new nn.Sequential(new nn.Linear(3, 12), new nn.Tanh(), new nn.Linear(12, 1));
      const optimizer = new optim.LBFGS(model.parameters(), { lr: 0.5, maxIter: 4 });
      return {
        model,
        optimizer,
        steps: 8,
        step: () =>
          optimizer.step(() => {
            optimizer.zeroGrad();
            const loss = F.mseLoss(model.forward(x), y);
            loss.backward();
            return loss;
          }),
      };
    },
  },
  {
    name: "quantile regression by hand of three quantiles of one target",
    build() {
      const [x, y] = curve(50, 3);
      const q = tensor([0.1, 0.5, 0.9]);
      const model = new nn.Sequential(new nn.Linear(3, 24), new nn.SiLU(), new nn.Linear(24, 3));
      const optimizer = new optim.AdamW(model.parameters(), { lr: 5e-3 });
      return {
        model,
        optimizer,
        loss() {
          const d = y.sub(model.forward(x));
          return d
            .mul(q)
            .maximum(d.mul(q.sub(1)))
            .mean();
        },
      };
    },
  },
  {
    name: "set network that sums its elements, with a residual convolution and group norm beside it",
    build() {
      const [x, y] = bars(24, 8);
      class Net extends nn.Module {
        conv = new nn.Conv2d(1, 8, 3, { padding: 1 });
        norm = new nn.GroupNorm(2, 8);
        mix = new nn.Conv2d(8, 8, 3, { padding: 1 });
        out = new nn.Linear(8, 2);
        override forward(v: Tensor): Tensor {
          const h = this.norm.forward(this.conv.forward(v)).relu();
          return this.out.forward(h.add(this.mix.forward(h)).relu().amax([2, 3]));
        }
      }
      const model = new Net();
      const optimizer = new optim.SGD(model.parameters(), { lr: 0.05, momentum: 0.9, nesterov: true });
      return { model, optimizer, steps: 12, data: [x, y], loss: new nn.CrossEntropyLoss() };
    },
  },
  {
    name: "recurrent layer that starts from an identity and a constant",
    build() {
      const [x, y] = sequences(24, 8);
      const rnn = new nn.RNN(1, 10, { batchFirst: true, nonlinearity: "relu" });
      noGrad(() => {
        for (const [name, p] of rnn.namedParameters()) if (name.startsWith("weightHh")) p.copy_(eye(10).mul(0.9));
      });
      const fc = new nn.Linear(10, 2);
      const optimizer = new optim.Adam([...rnn.parameters(), ...fc.parameters()], { lr: 5e-3 });
      return {
        model: { rnn, fc },
        optimizer,
        steps: 12,
        loss: () => F.crossEntropy(fc.forward(rnn.forward(x)[0].select(1, -1)), y),
      };
    },
  },
  {
    name: "hinge loss by hand over labels of -1 and 1, with a penalty",
    build() {
      const [x, labels] = clouds(50, 4, 2);
      const y = labels.to("float32").mul(2).sub(1);
      const w = randn([4]).mul(0.3).requiresGrad_(true);
      const b = zeros([1], { requiresGrad: true });
      const optimizer = new optim.SGD([w, b], { lr: 0.1 });
      return {
        model: { w, b },
        optimizer,
        loss: () => ones([50]).sub(x.matmul(w).add(b).mul(y)).relu().mean().add(w.square().sum().mul(1e-3)),
      };
    },
  },
];

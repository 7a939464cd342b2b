/** Held-out programs: recurrent networks, transformers, embeddings, language models. Written without regard to the predicates. */
import { arange, F, nn, ones, optim, randn, stack, type Tensor, tensor, zeros } from "tapelab";
import { type Program, sequences, tokens } from "../program.ts";

class Encoder extends nn.Module {
  embed = new nn.Embedding(12, 16);
  lstm = new nn.LSTM(16, 20, { batchFirst: true });
  out = new nn.Linear(20, 2);
  readonly pick: (h: Tensor) => Tensor;
  constructor(pick: (h: Tensor) => Tensor) {
    super();
    this.pick = pick;
  }
  override forward(x: Tensor): Tensor {
    const [h] = this.lstm.forward(this.embed.forward(x));
    return this.out.forward(this.pick(h));
  }
}

class Block extends nn.Module {
  norm = new nn.LayerNorm(16);
  q = new nn.Linear(16, 16);
  k = new nn.Linear(16, 16);
  v = new nn.Linear(16, 16);
  mlp = new nn.Sequential(new nn.Linear(16, 32), new nn.GELU(), new nn.Linear(32, 16));
  readonly attend: (q: Tensor, k: Tensor, v: Tensor) => Tensor;
  constructor(attend: (q: Tensor, k: Tensor, v: Tensor) => Tensor) {
    super();
    this.attend = attend;
  }
  override forward(x: Tensor): Tensor {
    const h = this.norm.forward(x);
    const a = x.add(this.attend(this.q.forward(h), this.k.forward(h), this.v.forward(h)));
    return a.add(this.mlp.forward(a));
  }
}

class Gpt extends nn.Module {
  embed = new nn.Embedding(9, 16);
  position = new nn.Parameter(randn([8, 16]).mul(0.1));
  blocks: Block[];
  head = new nn.Linear(16, 9);
  constructor(attend: Block["attend"]) {
    super();
    this.blocks = [new Block(attend), new Block(attend)];
  }
  override forward(ids: Tensor): Tensor {
    let x = this.embed.forward(ids).add(this.position);
    for (const block of this.blocks) x = block.forward(x);
    return this.head.forward(x);
  }
}

const causal = (q: Tensor, k: Tensor, v: Tensor): Tensor => {
  const t = q.shape[1];
  const scores = q.matmul(k.transpose(-1, -2)).mul(0.25);
  return scores
    .maskedFill(ones([t, t]).tril().eq(0), -Infinity)
    .softmax(-1)
    .matmul(v);
};

/** Sequences of tokens whose class is whether the first token is even. */
function firstToken(n: number, steps: number): [x: Tensor, y: Tensor] {
  const [x] = tokens(n, steps, 12);
  return [x, x.select(1, 0).remainder(2)];
}

export const texts: readonly Program[] = [
  {
    name: "sentiment LSTM trained on sequences of length major first",
    causes: ["recurrent-over-batch"],
    build(broken) {
      const [x, y] = sequences(36, 9);
      const lstm = new nn.LSTM(1, 16, { numLayers: 2, batchFirst: !broken });
      class Net extends nn.Module {
        lstm = lstm;
        fc = new nn.Linear(16, 2);
        override forward(s: Tensor): Tensor {
          const [out] = this.lstm.forward(s);
          return this.fc.forward(out.narrow(1, 8, 1).squeeze(1));
        }
      }
      const model = new Net();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, steps: 12, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "character model that carries its hidden state over batches",
    causes: ["state-carried-over"],
    build(broken) {
      const [x, y] = tokens(10, 24, 9);
      class Chars extends nn.Module {
        embed = new nn.Embedding(9, 12);
        lstm = new nn.LSTM(12, 24, { batchFirst: true });
        head = new nn.Linear(24, 9);
        override forward(ids: Tensor, state: readonly [Tensor, Tensor]): [Tensor, readonly [Tensor, Tensor]] {
          const [h, next] = this.lstm.forward(this.embed.forward(ids), state);
          return [this.head.forward(h), next];
        }
      }
      const model = new Chars();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.005 });
      let hidden: readonly [Tensor, Tensor] = [zeros([1, 10, 24]), zeros([1, 10, 24])];
      return {
        model,
        optimizer,
        steps: 6,
        step(_b, i) {
          const from = (i % 3) * 8;
          if (!broken) hidden = [hidden[0].detach(), hidden[1].detach()];
          const [logits, next] = model.forward(x.narrow(1, from, 8), hidden);
          hidden = next;
          const loss = F.crossEntropy(logits.transpose(1, 2), y.narrow(1, from, 8));
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss.item();
        },
      };
    },
  },
  {
    name: "small GPT whose attention normalizes over the wrong dimension",
    causes: ["attention-over-queries"],
    build(broken) {
      const [x, y] = tokens(12, 8, 9);
      const wrong = (q: Tensor, k: Tensor, v: Tensor): Tensor => {
        const scores = q.matmul(k.transpose(-1, -2)).mul(0.25);
        return scores
          .maskedFill(ones([8, 8]).tril().eq(0), -1e9)
          .softmax(-2)
          .matmul(v);
      };
      const model = new Gpt(broken ? wrong : causal);
      const optimizer = new optim.AdamW(model.parameters(), { lr: 3e-3 });
      return {
        model,
        optimizer,
        steps: 10,
        loss: () => F.crossEntropy(model.forward(x).reshape([-1, 9]), y.reshape([-1])),
      };
    },
  },
  {
    name: "mask that leaves a row without any key",
    causes: ["masked-row"],
    build(broken) {
      const [x, y] = tokens(12, 8, 9);
      const strict = (q: Tensor, k: Tensor, v: Tensor): Tensor => {
        const scores = q.matmul(k.transpose(-1, -2)).mul(0.25);
        const mask = ones([8, 8]).tril(-1).eq(0);
        return scores.maskedFill(mask, -Infinity).softmax(-1).matmul(v);
      };
      const model = new Gpt(broken ? strict : causal);
      const optimizer = new optim.AdamW(model.parameters(), { lr: 3e-3 });
      return {
        model,
        optimizer,
        steps: 6,
        loss: () => F.crossEntropy(model.forward(x).reshape([-1, 9]), y.reshape([-1])),
      };
    },
  },
  {
    name: "view in place of permute before a loss over time",
    causes: ["reshape-mixes-examples"],
    build(broken) {
      const [x] = tokens(10, 8, 9);
      const y = x.mul(2).remainder(9);
      class Tagger extends nn.Module {
        embed = new nn.Embedding(9, 12);
        conv = new nn.Conv1d(12, 24, 3, { padding: 1 });
        head = new nn.Linear(24, 9);
        override forward(ids: Tensor): Tensor {
          const e = this.embed.forward(ids).permute(1, 0, 2);
          // the convolution wants [batch, channels, time]
          const input = broken ? e.reshape([10, 12, 8]) : e.permute(1, 2, 0);
          return this.head.forward(this.conv.forward(input).relu().transpose(1, 2));
        }
      }
      const model = new Tagger();
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return { model, optimizer, loss: () => F.crossEntropy(model.forward(x).flatten(0, 1), y.flatten()) };
    },
  },
  {
    name: "softmax over the batch in attention pooling",
    causes: ["softmax-over-batch", "attention-over-queries"],
    build(broken) {
      const [x, y] = firstToken(32, 6);
      const score = new nn.Linear(20, 1);
      const model = new Encoder((h) => {
        const weights = score.forward(h).softmax(broken ? 0 : 1);
        return h.mul(weights).sum(1);
      });
      const optimizer = new optim.Adam([...model.parameters(), ...score.parameters()], { lr: 0.01 });
      return { model: { model, score }, optimizer, steps: 12, loss: () => F.crossEntropy(model.forward(x), y) };
    },
  },
  {
    name: "predicted tokens fed to the loss by argmax",
    causes: ["no-derivative"],
    build(broken) {
      const [x, y] = tokens(12, 8, 9);
      const model = new Gpt(causal);
      const optimizer = new optim.Adam(model.parameters(), { lr: 3e-3 });
      return {
        model,
        optimizer,
        steps: 6,
        step() {
          const logits = model.forward(x);
          const loss = broken
            ? F.mseLoss(logits.argmax(-1).to("float32"), y.to("float32"))
            : F.crossEntropy(logits.transpose(1, 2), y);
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
  {
    name: "embedding table copied through an array in forward",
    causes: ["round-trip", "through-array", "through-arrays", "copied"],
    build(broken) {
      const [x, y] = firstToken(32, 6);
      const table = randn([12, 8]).mul(0.5).requiresGrad_();
      const head = new nn.Linear(8, 2);
      const optimizer = new optim.Adam([table, ...head.parameters()], { lr: 0.02 });
      return {
        model: { table, head },
        optimizer,
        loss() {
          const weights = broken ? tensor(table.toArray<number[][]>()) : table;
          return F.crossEntropy(head.forward(F.embedding(x, weights).narrow(1, 0, 1).squeeze(1)), y);
        },
      };
    },
  },
  {
    name: "recurrent network by hand with large recurrent weights",
    causes: [
      "exploding",
      "gradient-grows",
      "exploding-gradient",
      "growing",
      "learning-rate-too-large",
      "overflow",
      "huge-gradient",
    ],
    build(broken) {
      const [x, y] = sequences(24, 30);
      const inner = randn([1, 16]).mul(0.5).requiresGrad_();
      const recurrent = randn([16, 16])
        .mul(broken ? 1.2 : 0.15)
        .requiresGrad_();
      const out = new nn.Linear(16, 2);
      const optimizer = new optim.SGD([inner, recurrent, ...out.parameters()], { lr: 0.02 });
      return {
        model: { inner, recurrent, out },
        optimizer,
        steps: 8,
        loss() {
          let h = zeros([24, 16]);
          for (let t = 0; t < 30; t++) h = x.select(1, t).matmul(inner).add(h.matmul(recurrent)).relu();
          return F.crossEntropy(out.forward(h), y);
        },
      };
    },
  },
  {
    name: "logits kept for a report in a list across steps",
    causes: ["graph-kept"],
    build(broken) {
      const [x, y] = firstToken(32, 6);
      const model = new Encoder((h) => h.select(1, -1));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      let average = zeros([32, 2]);
      return {
        model,
        optimizer,
        steps: 8,
        step() {
          const logits = model.forward(x);
          const loss = F.crossEntropy(logits, y);
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          average = average.mul(0.9).add((broken ? logits : logits.detach()).mul(0.1));
          return loss;
        },
      };
    },
  },
  {
    name: "label smoothing by hand on the output of softmax given to cross-entropy",
    causes: ["softmax-twice"],
    build(broken) {
      const [x, y] = firstToken(32, 6);
      const model = new Encoder((h) => h.mean(1));
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      return {
        model,
        optimizer,
        steps: 10,
        step() {
          const z = model.forward(x);
          const smooth = F.oneHot(y, 2).to("float32").mul(0.9).add(0.05);
          const loss = F.crossEntropy(broken ? z.softmax(-1) : z, smooth);
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
        },
      };
    },
  },
  {
    name: "sinusoidal positions with a division by zero",
    causes: ["not-finite-data", "zero-divisor"],
    build(broken) {
      const [x, y] = tokens(12, 8, 9);
      const embed = new nn.Embedding(9, 16);
      const head = new nn.Linear(16, 9);
      const rates = arange(0, 16).to("float32");
      const angle = arange(0, 8)
        .to("float32")
        .unsqueeze(1)
        .div(broken ? rates : rates.add(1));
      const positions = stack([angle.sin(), angle.cos()], 0).mean(0);
      const optimizer = new optim.Adam([...embed.parameters(), ...head.parameters()], { lr: 0.01 });
      return {
        model: { embed, head },
        optimizer,
        steps: 6,
        step() {
          const logits = head.forward(embed.forward(x).add(positions).tanh());
          const loss = F.crossEntropy(logits.reshape([-1, 9]), y.reshape([-1]));
          optimizer.zeroGrad();
          loss.backward();
          optimizer.step();
          return loss;
        },
      };
    },
  },
];

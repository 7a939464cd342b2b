/** A GPT: the model of make_models.py, line by line. */

import { arange, cat, multinomial, nn, noGrad, ones, type Tensor, topk } from "tapelab";

const F = nn.functional;

class CausalSelfAttention extends nn.Module {
  declare mask: nn.Buffer;
  readonly heads: number;
  qkv: nn.Linear;
  proj: nn.Linear;
  drop: nn.Dropout;
  constructor(width: number, heads: number, blockSize: number, dropout: number) {
    super();
    this.heads = heads;
    this.qkv = new nn.Linear(width, 3 * width, { dtype: "float64" });
    this.proj = new nn.Linear(width, width, { dtype: "float64" });
    this.drop = new nn.Dropout(dropout);
    this.registerBuffer(
      "mask",
      ones([blockSize, blockSize], { dtype: "float64" }).tril().view(1, 1, blockSize, blockSize),
    );
  }
  override forward(x: Tensor): Tensor {
    const [B, T, C] = x.size();
    const [q, k, v] = this.qkv
      .forward(x)
      .split(C, 2)
      .map((t) => t.view(B, T, this.heads, C / this.heads).transpose(1, 2));
    let att = q.matmul(k.transpose(-2, -1)).mul(1 / Math.sqrt(k.size(-1)));
    att = att.maskedFill(this.mask.at(`:, :, :${T}, :${T}`).eq(0), -Infinity);
    att = this.drop.forward(F.softmax(att, -1));
    const y = att.matmul(v).transpose(1, 2).contiguous().view(B, T, C);
    return this.proj.forward(y);
  }
}

class Block extends nn.Module {
  ln_1: nn.LayerNorm;
  attn: CausalSelfAttention;
  ln_2: nn.LayerNorm;
  mlp: nn.ModuleDict<nn.Linear | nn.GELU>;
  constructor(width: number, heads: number, blockSize: number, dropout: number) {
    super();
    this.ln_1 = new nn.LayerNorm(width, { dtype: "float64" });
    this.attn = new CausalSelfAttention(width, heads, blockSize, dropout);
    this.ln_2 = new nn.LayerNorm(width, { dtype: "float64" });
    this.mlp = new nn.ModuleDict({
      fc: new nn.Linear(width, 4 * width, { dtype: "float64" }),
      act: new nn.GELU(),
      proj: new nn.Linear(4 * width, width, { dtype: "float64" }),
    });
  }
  override forward(x: Tensor): Tensor {
    x = x.add(this.attn.forward(this.ln_1.forward(x)));
    const h = this.mlp.get("act").forward(this.mlp.get("fc").forward(this.ln_2.forward(x)));
    return x.add(this.mlp.get("proj").forward(h));
  }
}

export class GPT extends nn.Module {
  readonly blockSize: number;
  wte: nn.Embedding;
  wpe: nn.Embedding;
  blocks: nn.ModuleList<Block>;
  ln_f: nn.LayerNorm;
  head: nn.Linear;
  constructor(vocab: number, blockSize: number, width: number, heads: number, layers: number, dropout = 0) {
    super();
    this.blockSize = blockSize;
    this.wte = new nn.Embedding(vocab, width, { dtype: "float64" });
    this.wpe = new nn.Embedding(blockSize, width, { dtype: "float64" });
    this.blocks = new nn.ModuleList(Array.from({ length: layers }, () => new Block(width, heads, blockSize, dropout)));
    this.ln_f = new nn.LayerNorm(width, { dtype: "float64" });
    this.head = new nn.Linear(width, vocab, { bias: false, dtype: "float64" });
    this.wte.weight = this.head.weight;
    this.apply((module) => {
      if (module instanceof nn.Linear || module instanceof nn.Embedding) nn.init.normal_(module.weight, 0, 0.2);
    });
  }
  override forward(idx: Tensor, targets: Tensor | null = null): [logits: Tensor, loss: Tensor | null] {
    const [, T] = idx.shape;
    const pos = arange(0, T, { dtype: "int64" });
    let x = this.wte.forward(idx).add(this.wpe.forward(pos));
    for (const block of this.blocks) x = block.forward(x);
    const logits = this.head.forward(this.ln_f.forward(x));
    if (targets === null) return [logits, null];
    const loss = F.crossEntropy(logits.view(-1, logits.size(-1)), targets.view(-1), { ignoreIndex: -1 });
    return [logits, loss];
  }
  generate(idx: Tensor, steps: number, temperature = 1, topK: number | null = null): Tensor {
    return noGrad(() => {
      for (let i = 0; i < steps; i++) {
        const cond = idx.size(1) <= this.blockSize ? idx : idx.at(`:, -${this.blockSize}:`);
        let [logits] = this.forward(cond);
        logits = logits.at(":, -1, :").div(temperature);
        if (topK !== null) {
          const v = topk(logits, Math.min(topK, logits.size(-1))).values;
          logits.set([logits.lt(v.at(":", [-1]))], -Infinity);
        }
        const probs = F.softmax(logits, -1);
        idx = cat([idx, multinomial(probs, 1)], 1);
      }
      return idx;
    });
  }
}

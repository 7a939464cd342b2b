/** Why functions of PyTorch have no counterpart, by patterns of their names. */

/** A reason, for the names that a pattern matches: with their namespace, as in `torch.save` and `Tensor.cuda`. */
export interface Reason {
  readonly pattern: RegExp;
  readonly reason: string;
}

/** Builds the pattern of functions, of methods, and of helpers in `nn.functional`. */
const named = (...names: readonly string[]): RegExp =>
  new RegExp(`^(?:torch|Tensor|nn\\.functional)\\.(?:${names.join("|")})$`);

/** Why entries of the operator database do not apply, by patterns of their names and variants. */
export const excuses: readonly Reason[] = [
  {
    pattern: /jiterator|triton|_flash_attention_forward|_efficient_attention_forward/,
    reason: "only for other devices",
  },
  { pattern: /_scaled_mm/, reason: "quantized tensors (float8)" },
  { pattern: /^chalf$/, reason: "complex32, a dtype of which PyTorch has hardly any ops" },
];

/** The first pattern that matches decides. */
export const reasons: readonly Reason[] = [
  {
    pattern: named(
      ".*quantize.*",
      ".*quantized.*",
      "fake_quant.*",
      "fused_moving_avg.*",
      "fbgemm_.*",
      "q_.*",
      "qscheme",
      "int_repr",
      "choose_qparams.*",
      "scaled_mm",
      "scaled_grouped_mm",
      "grouped_mm",
    ),
    reason: "quantized tensors",
  },
  {
    pattern: named(
      ".*sparse.*",
      "(?:crow|ccol|row|col)_indices(?:_copy)?",
      "(?:_)?(?:indices|values)(?:_copy)?",
      "(?:dsmm|hsmm|hspmm|saddmm|smm|spmm|sspaddmm)",
      "is_coalesced",
      "coalesce",
      "dense_dim",
      "to_dense",
      "to_padded_tensor",
      "is_nested",
      "sparse_.*",
    ),
    reason: "sparse and nested layouts",
  },
  {
    pattern: named(
      "cudnn_.*",
      "miopen_.*",
      "mkldnn_.*",
      "batch_norm_(?:backward|elemt|gather|stats|update).*",
      "is_(?:cuda|cpu|ipu|maia|meta|mkldnn|mps|mtia|vulkan.*|xla|xpu|pinned|shared)",
      "(?:cuda|cpu|ipu|xpu|mtia|to_mkldnn|pin_memory|record_stream|share_memory_|get_device.*|device)",
      "profiler_.*",
      "(?:get|set)_default_device",
      "(?:gru|rnn_tanh|rnn_relu)(?:_cell)?",
      "(?:conv_tbc|convolution|native_channel_shuffle|cholesky_inverse_)",
    ),
    reason: "other devices, or the kernels of modules",
  },
  {
    pattern: named(
      "compile",
      "fork",
      "wait",
      "parse_.*",
      "import_ir_.*",
      "merge_type_from.*",
      "unify_type_list",
      "cond",
      "while_loop",
      "sym_.*",
      "__torch_.*",
      "has_torch_function.*",
      "handle_torch_function",
      "boolean_dispatch",
      "assert_int_or_pair",
      "get_file_path",
      "prepare_multiprocessing.*",
      "compiled_with.*",
      "classproperty",
      "typename",
      "is_storage",
      "as_subclass",
      "module_load",
      "reinforce",
      "slice_inverse",
      "is_distributed",
      "thread_safe_generator",
    ),
    reason: "compiler, scripting, symbolic shapes, overrides and other internals of PyTorch",
  },
  {
    pattern: named(
      ".*autocast.*",
      ".*deterministic.*",
      "(?:get|set)_(?:float32_matmul_precision|num_interop_threads|flush_denormal|warn_always|default_tensor_type)",
      "(?:set_flush_denormal|init_num_threads|is_warn_always_enabled|is_anomaly_check_nan_enabled|set_printoptions)",
      "(?:get|set)_default_dtype",
    ),
    reason: "settings of PyTorch's backends",
  },
  {
    pattern: named(
      "(?:save|load|from_file|frombuffer|from_dlpack|to_dlpack|from_numpy|numpy|__array.*|__dlpack.*|apply_|map_|map2_|new|volatile|const_data_ptr|data_ptr|set_|storage_type|name|is_set_to|storage|untyped_storage)",
      "__(?:bool|complex|float|int|long|index|nonzero|contains|delitem|dir|format|hash|len|new|reduce_ex|repr|reversed|setstate)__",
    ),
    reason: "memory, files and protocols of Python, NumPy and C; JavaScript has its own",
  },
  {
    pattern: named(
      "(?:symeig|eig|lstsq|matrix_rank|solve|norm_except_dim|native_norm|nuclear_norm|frobenius_norm|upsample.*|resize|resize_as)",
    ),
    reason: "removed from PyTorch, or deprecated for another function of it",
  },
  { pattern: named("chalf"), reason: "complex32, a dtype of which PyTorch has hardly any ops" },
  {
    pattern: named("(?:is_conj|is_neg)"),
    reason: "lazy conjugation, which tensors here do not have",
  },
];

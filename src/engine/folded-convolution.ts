/** A convolution of stride 1 with an odd square kernel, as tfjs keeps it: rows, columns, channels in, channels out. */
export interface Kernel {
  size: number;
  from: number;
  to: number;
  weights: Float32Array;
}

/** A sum of convolutions of several named inputs, and a constant for each channel. */
export interface Folded {
  kernels: ReadonlyMap<string, Kernel>;
  bias: Float32Array;
}

/** An input as it is: what a fold begins with. */
export function inputOf(name: string, channels: number): Folded {
  const weights = new Float32Array(channels * channels);
  for (let c = 0; c < channels; c++) weights[c * channels + c] = 1;
  return {
    kernels: new Map([[name, { size: 1, from: channels, to: channels, weights }]]),
    bias: new Float32Array(channels),
  };
}

/**
 * The convolution of what a fold gives, as one fold of the same inputs: a convolution of a convolution is one with a
 * larger kernel. It holds where no kernel reaches beyond the edge of the picture.
 */
export function convolved(folded: Folded, kernel: Kernel, bias: Float32Array): Folded {
  const kernels = [...folded.kernels].map(([name, first]) => [name, composed(first, kernel)] as const);
  const constant = Float32Array.from(bias);
  for (let i = 0; i < kernel.weights.length; i++) {
    constant[i % kernel.to]! += kernel.weights[i]! * folded.bias[Math.floor(i / kernel.to) % kernel.from]!;
  }
  return { kernels: new Map(kernels), bias: constant };
}

export function added(a: Folded, b: Folded): Folded {
  const kernels = new Map(a.kernels);
  for (const [name, kernel] of b.kernels) {
    const other = kernels.get(name);
    kernels.set(name, other ? sum(other, kernel) : kernel);
  }
  return { kernels, bias: a.bias.map((value, c) => value + b.bias[c]!) };
}

/** The channels of `a`, then those of `b`. */
export function concatenated(a: Folded, b: Folded): Folded {
  const [first, second] = [a.bias.length, b.bias.length];
  return added(moved(a, 0, first + second), moved(b, first, first + second));
}

function moved({ kernels, bias }: Folded, at: number, to: number): Folded {
  const wider = (values: Float32Array, channels: number) => {
    const result = new Float32Array((values.length / channels) * to);
    for (let i = 0; i < values.length; i++) result[Math.floor(i / channels) * to + at + (i % channels)] = values[i]!;
    return result;
  };
  const widened = [...kernels].map(
    ([name, kernel]) => [name, { ...kernel, to, weights: wider(kernel.weights, kernel.to) }] as const,
  );
  return { kernels: new Map(widened), bias: wider(bias, bias.length) };
}

/** `second` of what `first` gives. */
function composed(first: Kernel, second: Kernel): Kernel {
  const size = first.size + second.size - 1;
  const result = {
    size,
    from: first.from,
    to: second.to,
    weights: new Float32Array(size * size * first.from * second.to),
  };
  for (let at = 0; at < second.size ** 2; at++) {
    for (let under = 0; under < first.size ** 2; under++) {
      const y = Math.floor(at / second.size) + Math.floor(under / first.size);
      const x = (at % second.size) + (under % first.size);
      multiplyInto(result, (y * size + x) * first.from * second.to, first, under, second, at);
    }
  }
  return result;
}

/** Adds the product of the two matrices of channels at one place of each kernel. */
function multiplyInto(result: Kernel, start: number, first: Kernel, under: number, second: Kernel, at: number): void {
  for (let from = 0; from < first.from; from++) {
    const row = start + from * second.to;
    for (let between = 0; between < first.to; between++) {
      const factor = first.weights[(under * first.from + from) * first.to + between]!;
      if (factor === 0) continue;
      const other = (at * second.from + between) * second.to;
      for (let to = 0; to < second.to; to++) result.weights[row + to]! += factor * second.weights[other + to]!;
    }
  }
}

function sum(a: Kernel, b: Kernel): Kernel {
  const [large, small] = a.size >= b.size ? [a, b] : [b, a];
  const weights = Float32Array.from(large.weights);
  const margin = (large.size - small.size) / 2;
  const place = small.from * small.to;
  for (let y = 0; y < small.size; y++) {
    const row = ((y + margin) * large.size + margin) * place;
    for (let i = 0; i < small.size * place; i++) weights[row + i]! += small.weights[y * small.size * place + i]!;
  }
  return { ...large, weights };
}

/**
 * Writes ONNX models that are small enough to be made by a test: protobuf by hand (onnx.proto, IR version 8, opset 13),
 * with the few fields that a graph of convolutions needs.
 */

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

const integer = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)]);
const block = (field: number, content: Buffer | string) => {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
};

const FLOAT = 1;
const INTS = 7;

function weights(name: string, dims: readonly number[], values: readonly number[]): Buffer {
  const raw = Buffer.from(Float32Array.from(values).buffer);
  return Buffer.concat([...dims.map(size => integer(1, size)), integer(2, FLOAT), block(8, name), block(9, raw)]);
}

function picture(name: string, dims: readonly number[]): Buffer {
  const shape = Buffer.concat(dims.map(size => block(1, integer(1, size))));
  return Buffer.concat([block(1, name), block(2, block(1, Buffer.concat([integer(1, FLOAT), block(2, shape)])))]);
}

function node(operator: string, inputs: readonly string[], output: string, pads?: readonly number[]): Buffer {
  const attribute = pads && Buffer.concat([block(1, 'pads'), ...pads.map(size => integer(8, size)), integer(20, INTS)]);
  return Buffer.concat([
    ...inputs.map(name => block(1, name)),
    block(2, output),
    block(4, operator),
    ...(attribute ? [block(5, attribute)] : []),
  ]);
}

export interface TinyModel {
  side: number;
  /** Three weights, of red, green and blue, and a bias. */
  colours: readonly [number, number, number];
  bias: number;
  input?: string;
  output?: string;
  /** Channels of the output. */
  channels?: number;
}

/** Sigmoid of a convolution of 3 x 3 whose nine weights are alike: each pixel by the colour around it. NCHW. */
export function tinyOnnx({ side, colours, bias, input = 'input', output = 'output', channels = 1 }: TinyModel): Buffer {
  const kernel = Array.from({ length: channels }, () =>
    colours.flatMap(weight => Array.from({ length: 9 }, () => weight / 9)),
  ).flat();
  const graph = Buffer.concat([
    block(1, node('Conv', [input, 'kernel', 'bias'], 'sum', [1, 1, 1, 1])),
    block(1, node('Sigmoid', ['sum'], output)),
    block(2, 'tiny'),
    block(5, weights('kernel', [channels, 3, 3, 3], kernel)),
    block(
      5,
      weights(
        'bias',
        [channels],
        Array.from({ length: channels }, () => bias),
      ),
    ),
    block(11, picture(input, [1, 3, side, side])),
    block(12, picture(output, [1, channels, side, side])),
  ]);
  return Buffer.concat([integer(1, 8), block(7, graph), block(8, integer(2, 13))]);
}

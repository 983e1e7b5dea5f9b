import sharp from 'sharp';

/** What vendors deliver: whole, decodable pictures of the sizes that the jobs here ask for. */
export interface Pictures {
  /** 295x413, as the ID photo asks. */
  photo: Buffer;
  /** 48x60: smaller than any photo that is taken in from a caller. */
  tiny: Buffer;
  png: Buffer;
  webp: Buffer;
  large: Buffer;
  square: Buffer;
}

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 67, g: 142, b: 219 } } });
/** So that half of its bytes are half of its pixels. */
const grainy = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: { r: 128, g: 128, b: 128 },
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  });

export async function drawPictures(): Promise<Pictures> {
  const [photo, tiny, png, webp, large, square] = await Promise.all([
    grainy(295, 413).jpeg({ quality: 80 }).toBuffer(),
    plain(48, 60).jpeg().toBuffer(),
    plain(295, 413).png().toBuffer(),
    plain(295, 413).webp().toBuffer(),
    grainy(600, 800).jpeg({ quality: 95 }).toBuffer(),
    plain(256, 256).jpeg().toBuffer(),
  ]);
  return { photo, tiny, png, webp, large, square };
}

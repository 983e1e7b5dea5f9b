import sharp from 'sharp';

/** What vendors deliver: whole, decodable pictures. Those without a word on it have the size that the job asks for. */
export interface Pictures {
  photo: Buffer;
  png: Buffer;
  webp: Buffer;
  gif: Buffer;
  /** 48x60: smaller than any photo that is taken in from a caller. */
  tiny: Buffer;
  /** 600x800. */
  large: Buffer;
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

export async function drawPictures(width: number, height: number): Promise<Pictures> {
  const [photo, png, webp, gif, tiny, large] = await Promise.all([
    grainy(width, height).jpeg({ quality: 60 }).toBuffer(),
    plain(width, height).png().toBuffer(),
    plain(width, height).webp().toBuffer(),
    plain(width, height).gif().toBuffer(),
    plain(48, 60).jpeg().toBuffer(),
    grainy(600, 800).jpeg({ quality: 95 }).toBuffer(),
  ]);
  return { photo, png, webp, gif, tiny, large };
}

import { crc32, deflateSync } from 'node:zlib'

/** Red, green and blue, 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number]

/** A picture whose points are numbers of colours. */
export interface Raster {
  readonly width: number
  readonly height: number
  /** Row by row from the top; each is a place in `palette`. */
  readonly points: Uint8Array
  /** At most 256. */
  readonly palette: readonly Colour[]
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** The picture as a file: PNG with a palette (https://www.w3.org/TR/png-3/, read 2026-11-27). */
export function toPng({ width, height, points, palette }: Raster): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits a point, which is a place in the palette; the other three leave everything at its only or usual way.
  header.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from(palette.flat())),
    chunk('IDAT', deflateSync(toLines(width, height, points), { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ])
}

/** Every row begins with the number of its filter, 0 for none. */
function toLines(width: number, height: number, points: Uint8Array): Uint8Array {
  const lines = new Uint8Array((width + 1) * height)
  for (let row = 0; row < height; row += 1)
    lines.set(points.subarray(row * width, (row + 1) * width), row * (width + 1) + 1)
  return lines
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(body.length, 0)
  frame.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)])
}

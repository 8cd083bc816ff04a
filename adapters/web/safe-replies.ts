import type { Transcript, TranscriptTurn } from '../../src/core/ports.ts'
import { safeMarkup } from '../../src/core/print-markup.ts'
import type { StoredReply } from '../../src/core/reply.ts'

type Hosts = ReadonlySet<string>

/** A reply with no link but those that may be followed: whoever reads the wire draws its markup themselves. */
function safeReply(reply: StoredReply, linkHosts: Hosts): StoredReply {
  return { ...reply, text: safeMarkup(reply, linkHosts) }
}

/** A turn of such replies. */
export function safeTurn<Turn extends TranscriptTurn>(turn: Turn, linkHosts: Hosts): Turn {
  return { ...turn, replies: turn.replies.map((reply) => safeReply(reply, linkHosts)) }
}

/** A conversation of such replies. */
export function safeTranscript(transcript: Transcript, linkHosts: Hosts): Transcript {
  return {
    ...transcript,
    turns: transcript.turns.map((turn) => safeTurn(turn, linkHosts)),
    replies: transcript.replies.map((reply) => safeReply(reply, linkHosts)),
  }
}

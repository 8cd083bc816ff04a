import type { Contender } from './contender.ts'
import { fasttext } from './fasttext.ts'
import { natural } from './natural.ts'
import { nlpjs } from './nlpjs.ts'
import type { Outsider } from './outside.ts'
import { scikitLogistic, scikitSvc } from './scikit.ts'
import { tuppence, tuppenceEncoder } from './tuppence.ts'
import { wink } from './wink.ts'

/** Those that run in Node, ours first. */
export const contenders: readonly Contender[] = [tuppence, tuppenceEncoder, nlpjs, natural, wink]

/** Those that are compared with when they are on this machine. */
export const outsiders: readonly Outsider[] = [fasttext, scikitSvc, scikitLogistic]

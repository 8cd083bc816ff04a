import type { Stage } from '../../src/core/intent.ts'
import { labelSources, type Labels, type LabelSource, type StoredLabel } from '../../src/core/labels.ts'
import { instant, json, text, type Database, type Row } from './database.ts'

/** Rows of one page. */
const pageSize = 1000

export function createLabels(database: Database): Labels {
  return {
    page: async (tenant, { begins, ends }, after) => {
      const place = [tenant, after?.at ?? begins, ends, after?.id ?? ''] as const
      const found: StoredLabel[] = []
      for (const statement of [ratingStatement, choiceStatement, resolvedStatement])
        found.push(...(await database.query(statement, place)).map(toLabel))
      // The first of each source hold the first of all.
      return found.toSorted(byPlace).slice(0, pageSize)
    },
  }
}

function byPlace(a: StoredLabel, b: StoredLabel): number {
  return a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1)
}

// Each of the three statements below:
// In: $1 tenant, $2 first instant, $3 the instant after the last, $4 what comes first at $2 has a greater id than this one.
// Out: one row for each word of a person on what a message means, the oldest first, at most 1,000.
// "offset 0" has each row looked up by its whole key: the embedded database never counts its rows, and a plan made for two
// rows of a tenant reads all of them for each.
const answerColumns = `r.stage, r.confidence,
  coalesce(jsonb_path_query_array(r.body, '$.classification.candidates[*].intent'), '[]') as candidates,
  (select jsonb_build_array(i.author_name, k.author_name, n.name) from conversations k
   left join sample_customers n on n.tenant = k.tenant and n.id = k.identity ->> 'customer'
   where k.tenant = i.tenant and k.id = i.conversation) as names`

const pageOrder = `order by at, id limit ${pageSize}`

// Invariant: of 👍 and 👎 on one answer only the later counts. An answer to an open question, and a button of one, says
// nothing on the intent of its text, so those are left out; a button that stands for the customer's own words is not.
const ratingStatement = `
  with rated as (
    select f.at, 'f' || lpad(f.seq::text, 20, '0') collate "C" as id, f.seq, f.message, f.value, f.text, f.intent
    from feedback f
    where f.tenant = $1 and f.at >= $2::timestamptz and f.at < $3::timestamptz and f.value in ('helpful', 'not_helpful')
  )
  select f.at, f.id, case f.value when 'helpful' then 'helpful' else 'not-helpful' end as source,
    coalesce(f.text, '') as text, f.intent, ${answerColumns}
  from rated f
  cross join lateral (select * from inbox where tenant = $1 and id = f.message offset 0) i
  cross join lateral (select * from receipts where tenant = $1 and message = f.message offset 0) r
  left join lateral (select * from actions where tenant = $1 and conversation = i.conversation and id = i.pressed offset 0) a on true
  where (f.at > $2::timestamptz or f.id > $4)
    and (r.stage not in ('question', 'button') or a.body -> 'meaning' ->> 'kind' = 'intent')
    and not exists (
      select 1 from feedback l
      where l.tenant = $1 and l.message = f.message and l.seq > f.seq and l.value in ('helpful', 'not_helpful')
    )
  ${pageOrder}`

// Invariant: a choice counts where it was offered for words of the message its reply answers, not where an agent proposed a
// topic, and only when it was followed. Stage, confidence and candidates are those of the message that was asked about.
const choiceStatement = `
  with pressed as (
    select p.received_at as at, 'c' || p.id collate "C" as id, p.id as message, p.conversation, p.pressed
    from inbox p
    where p.tenant = $1 and p.pressed is not null and p.received_at >= $2::timestamptz and p.received_at < $3::timestamptz
  )
  select p.at, p.id, 'choice' as source, a.body -> 'meaning' ->> 'text' as text, a.body -> 'meaning' ->> 'intent' as intent,
    ${answerColumns}
  from pressed p
  cross join lateral (select * from actions where tenant = $1 and conversation = p.conversation and id = p.pressed offset 0) a
  cross join lateral (select * from receipts where tenant = $1 and message = p.message offset 0) done
  cross join lateral (select * from outbox where tenant = $1 and id = a.reply offset 0) o
  cross join lateral (select * from inbox where tenant = $1 and id = o.message offset 0) i
  cross join lateral (select * from receipts where tenant = $1 and message = o.message offset 0) r
  where (p.at > $2::timestamptz or p.id > $4) and a.body -> 'meaning' ->> 'kind' = 'intent'
    and done.intent = a.body -> 'meaning' ->> 'intent'
    and (r.body -> 'route' ->> 'kind' = 'clarify' or strpos(i.text, a.body -> 'meaning' ->> 'text') > 0)
  ${pageOrder}`

// Invariant: the message is the one that was handed over, and its intent was known then.
const resolvedStatement = `
  with closed as (
    select (c.facts -> 'end' ->> 'at')::timestamptz as at, 'd' || c.id collate "C" as id, c.conversation, c.ticket, c.opened_at
    from desk_cards c
    where c.tenant = $1 and c.kind = 'hand-over' and c.state = 'resolved' and c.facts -> 'end' ->> 'kind' = 'resolved'
  )
  select c.at, c.id, 'resolved' as source, i.text, r.intent, ${answerColumns}
  from closed c
  cross join lateral (select * from tickets where tenant = $1 and id = c.ticket and state in ('solved', 'closed') offset 0) t
  cross join lateral (
    select h.id from inbox h
    cross join lateral (select * from receipts where tenant = $1 and message = h.id offset 0) hr
    where h.tenant = $1 and h.conversation = c.conversation and hr.body -> 'route' ->> 'kind' = 'person'
      and hr.at <= c.opened_at + interval '1 minute'
    order by h.seq desc limit 1
  ) last
  cross join lateral (select * from inbox where tenant = $1 and id = last.id offset 0) i
  cross join lateral (select * from receipts where tenant = $1 and message = last.id offset 0) r
  where c.at >= $2::timestamptz and c.at < $3::timestamptz and (c.at > $2::timestamptz or c.id > $4)
    and r.stage not in ('question', 'button') and r.intent <> 'unknown'
  ${pageOrder}`

function toLabel(row: Row): StoredLabel {
  return {
    id: text(row, 'id'),
    at: instant(row, 'at'),
    source: toSource(row),
    text: text(row, 'text'),
    intent: text(row, 'intent'),
    confidence: Number(row['confidence']),
    stage: toStage(row),
    candidates: json<readonly string[]>(row, 'candidates'),
    names: json<readonly (string | null)[]>(row, 'names').filter((name) => name !== null),
  }
}

function toSource(row: Row): LabelSource {
  const value = text(row, 'source')
  const source = labelSources.find((known) => known === value)
  if (source === undefined) throw new TypeError(`the store gives the source "${value}"`)
  return source
}

/** Only receipts are read, whose writer allows nothing else. */
function toStage(row: Row): Stage {
  return text(row, 'stage') as Stage
}

import type { Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'

/**
 * What accounts are called for people. The ledger names an account by what it is (`Phải thu của quầy`), since it holds no
 * names and no codes that may change; a person also wants to know whose it is: the stall's code, or who carries the cash.
 */
export async function readNaming(
  tx: Tx,
  marketId: string,
): Promise<(account: { id: string; name: string }) => string> {
  const { rows } = await tx.execute<{ id: string; name: string }>(sql`
    select id, code as name from stall where market_id = ${marketId}
    union all
    select id, name from app_user where market_id = ${marketId} and stall_id is null`)
  const owners = new Map(rows.map(({ id, name }) => [id, name]))
  return ({ id, name }) => {
    const owner = owners.get(ownerOf(id))
    return owner === undefined ? name : `${name} · ${owner}`
  }
}

/** The id of whose account it is: `stl_a` of `stl_a:112`, and of `board:131.stl_a`. */
function ownerOf(accountId: string): string {
  const [book = '', code = ''] = accountId.split(':')
  const at = code.indexOf('.')
  return at < 0 ? book : code.slice(at + 1)
}

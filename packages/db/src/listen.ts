import pg from 'pg'

const RECONNECT_MS = 1_000

export type Listener = { stop(): Promise<void> }

/**
 * Listens on a Postgres channel in a session of its own, and connects again by itself when that session is lost.
 * Whoever listens must also look at the tables now and then: what was raised meanwhile is not repeated.
 */
export function listen(url: string, channel: string, onNotice: (payload: string) => void): Listener {
  let current: pg.Client | null = null
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const connect = (): void => {
    const client = new pg.Client({ connectionString: url, application_name: `tienve-${channel}` })
    current = client
    const again = (): void => {
      if (stopped || current !== client) return
      current = null
      timer = setTimeout(connect, RECONNECT_MS)
      client.end().catch(() => {})
    }
    client.on('error', again)
    client.on('end', again)
    client.on('notification', ({ payload }) => onNotice(payload ?? ''))
    client
      .connect()
      .then(() => client.query(`LISTEN ${pg.escapeIdentifier(channel)}`))
      .catch(again)
  }
  connect()

  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      const client = current
      current = null
      await client?.end().catch(() => {})
    },
  }
}

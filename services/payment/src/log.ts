import { pino, type DestinationStream, type Logger } from 'pino'
import type { Config } from './config.ts'
import { safeError } from './http/safe-error.ts'

/** The one log of a process, as JSON lines; an error in it is what `safeError` leaves of it. */
export function createLog(
  { logLevel, role }: Pick<Config, 'logLevel' | 'role'>,
  to?: DestinationStream,
): Logger {
  return pino({ level: logLevel, base: { service: 'payment', role }, serializers: { err: safeError } }, to)
}

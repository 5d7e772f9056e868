import { createSession } from '@tienve/ui'
import { api } from './api.ts'

export const { readMe, changeSession, endIfOver } = createSession(api, 'tienve.stall')

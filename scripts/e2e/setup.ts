import { freePort, startEmbedded } from '@tienve/db/embedded'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { removeData, startStack } from '../stack/stack.ts'

/** One server with one filled demo, which every file of this run copies, and the folder with what belongs to it. */
export type Filled = { adminUrl: string; database: string; dataDir: string }

declare module 'vitest' {
  interface ProvidedContext {
    filled: Filled
  }
}

/** Fills the demo once, with two days of sales, for all tests in a browser: filling it takes longer than most of them. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = await startEmbedded({ temporary: true })
  const dataDir = await mkdtemp(join(tmpdir(), 'tienve-e2e-'))
  const database = 'tienve_filled'
  const close = async (): Promise<void> => {
    await server.stop()
    await removeData(dataDir)
  }
  try {
    const ports = { service: await freePort(), bankSim: await freePort(), metrics: await freePort() }
    const stack = await startStack({ dataDir, ports, databaseUrl: server.adminUrl, database, days: 2 })
    await stack.stop()
  } catch (error) {
    await close()
    throw error
  }
  project.provide('filled', { adminUrl: server.adminUrl, database, dataDir })
  return close
}

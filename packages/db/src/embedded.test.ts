import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startEmbedded, stopLeftover } from './embedded.ts'

it('leaves a stranger alone whose number stands in an old postmaster.pid', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tienve-leftover-'))
  const stranger = spawn('sleep', ['60'])
  try {
    await mkdir(join(folder, 'data'))
    await writeFile(join(folder, 'data', 'postmaster.pid'), `${stranger.pid}\n`)
    await stopLeftover(join(folder, 'data'))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(stranger.signalCode).toBe(null)
  } finally {
    stranger.kill()
    await rm(folder, { recursive: true, force: true })
  }
})

it('refuses a second start on the same data while the first starter lives, and takes over from a dead one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tienve-leftover-'))
  // Root's data would lie elsewhere; this keeps it in the folder that the test removes.
  await writeFile(join(folder, 'place'), folder)
  const first = await startEmbedded({ dataDir: folder })
  try {
    await expect(startEmbedded({ dataDir: folder })).rejects.toThrow(
      `The demo of this clone is already running (pid ${process.pid})`,
    )
    await writeFile(join(folder, 'starter'), '999999999 1')
    const second = await startEmbedded({ dataDir: folder })
    await second.stop()
  } finally {
    await first.stop()
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)

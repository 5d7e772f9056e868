import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
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

it('says so when the server ends without having been asked to, and leaves nothing that hinders the next start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tienve-lost-'))
  // Root's data would lie elsewhere; this keeps it in the folder that the test removes.
  await writeFile(join(folder, 'place'), folder)
  try {
    const first = await startEmbedded({ dataDir: folder })
    const [pid] = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')
    process.kill(Number(pid), 'SIGKILL')
    expect(await first.lost).toBe('The database has stopped by itself, so the rest stops too.')
    await first.stop()
    const second = await startEmbedded({ dataDir: folder })
    let isLost = false
    void second.lost.then(() => (isLost = true))
    await second.stop()
    expect(isLost).toBe(false)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)

it('stops a server that a killed run has left on the same data', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tienve-left-'))
  await writeFile(join(folder, 'place'), folder)
  try {
    const left = await startEmbedded({ dataDir: folder })
    const next = await startEmbedded({ dataDir: folder })
    await left.lost
    await next.stop()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)

it('begins nothing where the disk has less room than is needed', async () => {
  const folder = join(tmpdir(), 'tienve-none', 'pg')
  await expect(startEmbedded({ dataDir: folder, needsBytes: 2 ** 60 })).rejects.toThrow(
    /^There is too little room on the disk of \S+: \d+ MB are free and 1099511627776 MB are needed\.$/,
  )
  expect(existsSync(folder)).toBe(false)
})

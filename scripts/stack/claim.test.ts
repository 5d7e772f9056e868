import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claimFolder } from './claim.ts'
import { ROOT } from './stack.ts'

const AT_ONCE = 8
// Waits for the word, so that all of them claim at the same time, and then holds the claim until it is killed.
const CLAIMER = `
  import { claimFolder } from ${JSON.stringify(join(ROOT, 'scripts/stack/claim.ts'))}
  process.stdin.once('data', () => claimFolder(process.argv[1]).then(
    () => console.log('has it'), (error) => console.log(error.message)))
  console.log('here')`

let folder: string
let children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tienve-claim-'))
})
afterEach(async () => {
  await Promise.all(children.splice(0).map(end))
  await rm(folder, { recursive: true, force: true })
})

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  if (child.kill('SIGKILL')) await gone
}

const lineOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => child.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim())))

/** Starts processes that claim the folder in the same instant; answers what each said. */
async function claimAtOnce(count: number): Promise<{ child: ChildProcess; said: string }[]> {
  const started = Array.from({ length: count }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', CLAIMER, folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  )
  children.push(...started)
  await Promise.all(started.map(lineOf))
  const saying = started.map(async (child) => ({ child, said: await lineOf(child) }))
  for (const child of started) child.stdin?.write('now')
  return Promise.all(saying)
}

describe('the claim of a data folder', () => {
  it('goes to one of those who start in the same instant, again and again after each owner is killed', async () => {
    for (let round = 0; round < 3; round++) {
      const answers = await claimAtOnce(AT_ONCE)
      const [winner, ...more] = answers.filter(({ said }) => said === 'has it')
      expect(winner).toBeDefined()
      expect(more).toEqual([])
      const refused = `The demo of this clone is already running (pid ${winner?.child.pid}): stop it, or use its addresses.`
      expect(answers.filter(({ said }) => said === refused)).toHaveLength(AT_ONCE - 1)
      if (winner !== undefined) await end(winner.child)
    }
    expect(await readdir(folder)).toHaveLength(1)
  })

  it('says so when nothing can be written there', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(claimFolder(join(folder, 'file', 'data'))).rejects.toThrow(
      /^Nothing can be written in the folder /,
    )
  })

  it('is not held by another process that got the number of a dead one', async () => {
    await writeFile(join(folder, 'claim.7'), `${process.pid} 1`)
    expect((await claimAtOnce(1)).map(({ said }) => said)).toEqual(['has it'])
    expect(await readdir(folder)).toEqual(['claim.8'])
  })
})

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Takes a folder for this process, for as long as it lives, or throws one sentence when another living process has it.
 * Claims are numbered files of which the highest counts, and only a dead owner's is followed by the next. To make a file
 * that is there already fails, so of those who start in the same instant one gets the number.
 */
export async function claimFolder(folder: string): Promise<void> {
  const draft = join(folder, `claim.new.${process.pid}`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(draft, `${process.pid} ${await birthOf(process.pid)}`, { mode: 0o600 })
  } catch (error) {
    throw new Error(`Nothing can be written in the folder ${folder}: choose another with DATA_DIR=…`, {
      cause: error,
    })
  }
  try {
    while (!(await claimNext(folder, draft)));
  } finally {
    await rm(draft, { force: true })
  }
}

/** Answers false when somebody else was faster: then it is theirs that counts, and has to be looked at. */
async function claimNext(folder: string, draft: string): Promise<boolean> {
  const [last = 0, ...older] = await listClaims(folder)
  const owner = await readFile(claimFile(folder, last), 'utf8').catch(() => '')
  const [pid = '', birth = ''] = owner.split(' ')
  if (owner !== '' && (await birthOf(Number(pid))) === birth)
    throw new Error(`The demo of this clone is already running (pid ${pid}): stop it, or use its addresses.`)
  const mine = last + 1
  // A link has its words from the first moment: a claim that is still empty would look like a dead one's.
  const isMade = await link(draft, claimFile(folder, mine)).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )
  if (!isMade) return false
  // Whoever was slow may have got a number that others had, left and cleared away meanwhile.
  const isHighest = (await listClaims(folder))[0] === mine
  const done = isHighest ? [last, ...older] : [mine]
  await Promise.all(done.map((number) => rm(claimFile(folder, number), { force: true })))
  return isHighest
}

function claimFile(folder: string, number: number): string {
  return join(folder, `claim.${number}`)
}

/** The numbers of a folder's claims, the highest first. */
async function listClaims(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  return names
    .flatMap((name) => /^claim\.(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => b - a)
}

/** When a process began, since numbers are used again; null when it is gone, or dead and only not yet buried. */
async function birthOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (stat !== null) {
    // The name in brackets may hold anything; the first word after it is the state, the twentieth the start, in ticks
    // since the boot.
    const words = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return words[0] === 'Z' ? null : (words[19] ?? null)
  }
  if (existsSync('/proc/self/stat')) return null
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }))
  return stdout.trim().replaceAll(/\s+/g, '_') || null
}

import { DemoFile } from '@tienve/contracts'
import closeWithGrace from 'close-with-grace'
import { readFile } from 'node:fs/promises'
import { buildBankSim } from './app.ts'
import { openBook } from './book-file.ts'
import { createConnections } from './connections.ts'

const { PORT = '8090', HOST = '127.0.0.1', DEMO_FILE = '.data/demo.json', BANK_FILE } = process.env
const demo = DemoFile.parse(JSON.parse(await readFile(DEMO_FILE, 'utf8')))
const { book, connections, keepConnection } = openBook(BANK_FILE)
const app = buildBankSim({ demo, book, connections: createConnections(demo, connections, keepConnection) })
await app.listen({ host: HOST, port: Number(PORT) })
closeWithGrace({ delay: 5_000, logger: false }, async () => {
  await app.close()
})

import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./packages/ledger/src/tables.ts', './services/payment/src/*/tables.ts'],
  out: './drizzle',
})

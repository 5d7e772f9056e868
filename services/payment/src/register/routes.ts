import {
  CommitImport,
  CreateStall,
  CreateZone,
  IMPORT_MAX_BYTES,
  ImportPreview,
  ImportResult,
  PageQuery,
  PreviewImport,
  RegisterPage,
  STALL_STATES,
  StallMap,
  StallRecord,
  UpdateStall,
  UpdateZone,
  Zone,
  Zones,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { sendTable } from '../documents/send.ts'
import { actorInMarket, actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { createOnce } from '../idempotency/service.ts'
import { commitImport, getSheet, previewImport } from './import.ts'
import {
  createStall,
  createZone,
  getRegister,
  getStallMap,
  getStallRecord,
  getZones,
  updateStall,
  updateZone,
} from './service.ts'

const Id = z.object({ id: z.string() })
const RegisterQuery = PageQuery.extend({
  q: z.string().trim().max(60).optional(),
  zoneId: z.string().optional(),
  state: z.enum(STALL_STATES).optional(),
})
const tags = ['register']

/** A sheet in base64, with what stands around it. */
const IMPORT_BODY_BYTES = Math.ceil(IMPORT_MAX_BYTES / 3) * 4 + 1_024

export function registerRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/register',
    {
      config: { access: 'register.read' },
      schema: {
        summary: 'The register: every stall with who has it today',
        tags,
        params: Id,
        querystring: RegisterQuery,
        response: { 200: RegisterPage },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getRegister(ctx, tx, marketId, request.query))
    },
  )

  app.get(
    '/v1/markets/:id/stall-map',
    {
      config: { access: 'register.read' },
      schema: {
        summary: 'The market drawn from its zones, rows and lots',
        tags,
        params: Id,
        response: { 200: StallMap },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) => getStallMap(ctx, tx, actor))
    },
  )

  zoneRoutes(app, ctx)
  stallRegisterRoutes(app, ctx)
  importRoutes(app, ctx)
}

function zoneRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/zones',
    {
      config: { access: 'register.read' },
      schema: { summary: 'The zones', tags, params: Id, response: { 200: Zones } },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      const items = await inMarket(ctx.db, marketId, (tx) => getZones(tx, marketId))
      return { items, nextCursor: null }
    },
  )

  app.post(
    '/v1/markets/:id/zones',
    {
      config: { access: 'register.write' },
      schema: { summary: 'A new zone', tags, params: Id, body: CreateZone, response: { 201: Zone } },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, { marketId }) => createZone(tx, marketId, request.body))
    },
  )

  app.put(
    '/v1/zones/:id',
    {
      config: { access: 'register.write' },
      schema: {
        summary: 'Rename or move a zone',
        tags,
        params: Id,
        body: UpdateZone,
        response: { 200: Zone },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => updateZone(tx, actor, request.params.id, request.body))
    },
  )
}

function stallRegisterRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/markets/:id/stalls',
    {
      config: { access: 'register.write' },
      schema: {
        summary: 'A new stall, with its accounts in the books and the memo of its printed code',
        tags,
        params: Id,
        body: CreateStall,
        response: { 201: StallRecord },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, actor) => createStall(ctx, tx, actor, request.body))
    },
  )

  app.get(
    '/v1/stalls/:id/register',
    {
      config: { access: 'register.read' },
      schema: {
        summary: 'What the register has of a stall: place, contracts, pauses, deposit, meters',
        tags,
        params: Id,
        response: { 200: StallRecord },
      },
    },
    async (request) => {
      const { marketId } = actorOf(request)
      return inMarket(ctx.db, marketId, (tx) => getStallRecord(ctx, tx, marketId, request.params.id))
    },
  )

  app.put(
    '/v1/stalls/:id/register',
    {
      config: { access: 'register.write' },
      schema: {
        summary: 'Change what the register says of a stall',
        tags,
        params: Id,
        body: UpdateStall,
        response: { 200: StallRecord },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => updateStall(ctx, tx, actor, request.params.id, request.body))
    },
  )
}

function importRoutes(app: App, ctx: Context): void {
  // Reading a sheet is dear, and a register is imported now and then.
  const config = { access: 'register.write', rateLimit: { max: 60, timeWindow: '1 minute' } } as const

  app.get(
    '/v1/markets/:id/register/sheet.xlsx',
    {
      config: { access: 'register.read', rateLimit: { max: 60, timeWindow: '1 minute' } },
      schema: {
        summary: 'The sheet to import from: the register as it is, or only the headings',
        tags,
        params: Id,
        querystring: z.object({ rows: z.enum(['all', 'none']).default('all') }),
      },
    },
    async (request, reply) => {
      const actor = actorInMarket(request, request.params.id)
      const filled = request.query.rows === 'all'
      const table = await inMarket(ctx.db, actor.marketId, (tx) => getSheet(ctx, tx, actor, filled))
      return sendTable(reply, 'xlsx', filled ? 'so-sap' : 'mau-nhap-sap', table)
    },
  )

  app.post(
    '/v1/markets/:id/register/preview',
    {
      config,
      bodyLimit: IMPORT_BODY_BYTES,
      schema: {
        summary: 'What a sheet would change, row by row, with every error; nothing is written',
        tags,
        params: Id,
        body: PreviewImport,
        response: { 200: ImportPreview },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => previewImport(ctx, tx, marketId, request.body.file))
    },
  )

  app.post(
    '/v1/markets/:id/register/import',
    {
      config,
      bodyLimit: IMPORT_BODY_BYTES,
      schema: {
        summary: 'Import exactly what was previewed, all of it or nothing',
        tags,
        params: Id,
        body: CommitImport,
        response: { 201: ImportResult },
      },
    },
    async (request, reply) => {
      actorInMarket(request, request.params.id)
      return createOnce(ctx, request, reply, (tx, { marketId }) =>
        commitImport(ctx, tx, marketId, request.body),
      )
    },
  )
}

import {
  AddStaff,
  ChangePassword,
  ChangeRole,
  Delegate,
  Delegation,
  DelegationList,
  Me,
  RecoveryCodes,
  RenewCodes,
  SetUp,
  SetUpCode,
  Staff,
  StaffList,
  StaffReason,
  TotpBegun,
  TotpCode,
  ZoneHelp,
} from '@tienve/contracts'
import { inMarket } from '@tienve/db'
import { z } from 'zod'
import { inChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { sessionOf, setSessionCookies } from '../http/doors.ts'
import { actorInMarket, actorOf } from '../http/guard.ts'
import type { App } from '../http/types.ts'
import { browserOf } from '../identity/browser.ts'
import { delegate, endDelegation, getDelegations } from './delegations.ts'
import { getZoneHelp } from './help.ts'
import { beginTotp, changePassword, confirmTotp, renewRecoveryCodes } from './own.ts'
import { addStaff, changeRole, endStaff, getStaff, removeTotp, resetStaff, setUp } from './service.ts'

const Id = z.object({ id: z.string() })
const tags = ['staff']

/** Codes and passwords are guessable, so one address may try only so often. */
const TRIES_A_MINUTE = 120
const tried = { rateLimit: { max: TRIES_A_MINUTE, timeWindow: '1 minute' } }

/** Whoever is logged in has no lock to run into, and a code has a million values of which three hold. */
const rarely = { rateLimit: { max: 5, timeWindow: '15 minutes' } }

export function staffRoutes(app: App, ctx: Context): void {
  ownRoutes(app, ctx)
  peopleRoutes(app, ctx)
  delegationRoutes(app, ctx)

  app.get(
    '/v1/markets/:id/zone-help',
    {
      config: { access: 'zone.help' },
      schema: {
        summary: 'Stalls that need a visit, and what for',
        tags,
        params: Id,
        response: { 200: ZoneHelp },
      },
    },
    async (request) => {
      const actor = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, actor.marketId, (tx) => getZoneHelp(tx, actor))
    },
  )
}

/** One's own password and second step. */
function ownRoutes(app: App, ctx: Context): void {
  app.post(
    '/v1/set-up',
    {
      config: { access: 'public', ...tried },
      schema: {
        summary: 'Choose a password by a set-up code, and be logged in',
        tags,
        body: SetUp,
        response: { 201: Me },
      },
    },
    async (request, reply) => {
      const { me, ...opened } = await setUp(ctx, request.body, browserOf(request))
      setSessionCookies(request, reply, opened, { demo: ctx.config.demo, now: ctx.now() })
      return reply.code(201).send(me)
    },
  )

  app.post(
    '/v1/me/totp',
    {
      config: { access: 'session', duringSetUp: true },
      schema: { summary: 'Begin to set up the second step', tags, response: { 200: TotpBegun } },
    },
    async (request) => beginTotp(ctx, actorOf(request)),
  )

  app.post(
    '/v1/me/totp/confirm',
    {
      config: { access: 'session', duringSetUp: true, ...tried },
      schema: { summary: 'Turn the second step on', tags, body: TotpCode, response: { 200: RecoveryCodes } },
    },
    async (request) => confirmTotp(ctx, actorOf(request), request.body.code),
  )

  app.post(
    '/v1/me/recovery-codes',
    {
      config: { access: 'session', ...rarely },
      schema: { summary: 'New recovery codes', tags, body: RenewCodes, response: { 200: RecoveryCodes } },
    },
    async (request) => renewRecoveryCodes(ctx, actorOf(request), request.body),
  )

  app.put(
    '/v1/me/password',
    {
      config: { access: 'session', ...rarely },
      schema: {
        summary: 'Another password of one’s own',
        tags,
        body: ChangePassword,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await changePassword(ctx, actorOf(request), request.body, sessionOf(request) ?? '')
      return reply.code(204).send(null)
    },
  )
}

function peopleRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/staff',
    {
      config: { access: 'staff.read' },
      schema: { summary: 'The people of the board', tags, params: Id, response: { 200: StaffList } },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getStaff(tx, marketId))
    },
  )

  // Without an Idempotency-Key: its answer would be kept, and the code must lie nowhere.
  app.post(
    '/v1/markets/:id/staff',
    {
      config: { access: 'staff.write' },
      schema: {
        summary: 'Add a person; the set-up code is told this once',
        tags,
        params: Id,
        body: AddStaff,
        response: { 201: SetUpCode },
      },
    },
    async (request, reply) => {
      const actor = actorInMarket(request, request.params.id)
      const made = await inChange(ctx, actor, (tx) => addStaff(ctx, tx, actor, request.body))
      return reply.code(201).send(made)
    },
  )

  app.put(
    '/v1/staff/:id/role',
    {
      config: { access: 'staff.write' },
      schema: { summary: 'Another role', tags, params: Id, body: ChangeRole, response: { 200: Staff } },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => changeRole(ctx, tx, actor, request.params.id, request.body))
    },
  )

  app.post(
    '/v1/staff/:id/end',
    {
      config: { access: 'staff.write' },
      schema: { summary: 'Somebody no longer works here', tags, params: Id, response: { 200: Staff } },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => endStaff(ctx, tx, actor, request.params.id))
    },
  )

  app.post(
    '/v1/staff/:id/set-up-code',
    {
      config: { access: 'staff.write' },
      schema: {
        summary: 'A new set-up code in place of the password, told this once',
        tags,
        params: Id,
        response: { 201: SetUpCode },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request)
      const made = await inChange(ctx, actor, (tx) => resetStaff(ctx, tx, actor, request.params.id))
      return reply.code(201).send(made)
    },
  )

  app.post(
    '/v1/staff/:id/remove-totp',
    {
      config: { access: 'staff.totp' },
      schema: {
        summary: 'Take off the second step of somebody whose phone is lost',
        tags,
        params: Id,
        body: StaffReason,
        response: { 200: Staff },
      },
    },
    async (request) => {
      const actor = actorOf(request)
      const { reason } = request.body
      return inChange(ctx, actor, (tx) => removeTotp(ctx, tx, actor, request.params.id, reason))
    },
  )
}

function delegationRoutes(app: App, ctx: Context): void {
  app.get(
    '/v1/markets/:id/delegations',
    {
      config: { access: 'staff.read' },
      schema: {
        summary: 'What was handed on, until when',
        tags,
        params: Id,
        response: { 200: DelegationList },
      },
    },
    async (request) => {
      const { marketId } = actorInMarket(request, request.params.id)
      return inMarket(ctx.db, marketId, (tx) => getDelegations(ctx, tx, marketId))
    },
  )

  app.post(
    '/v1/markets/:id/delegations',
    {
      config: { access: 'duties.delegate' },
      schema: {
        summary: 'Hand a permission on until the end of a day',
        tags,
        params: Id,
        body: Delegate,
        response: { 201: Delegation },
      },
    },
    async (request, reply) => {
      const actor = actorInMarket(request, request.params.id)
      const made = await inChange(ctx, actor, (tx) => delegate(ctx, tx, actor, request.body))
      return reply.code(201).send(made)
    },
  )

  app.post(
    '/v1/delegations/:id/end',
    {
      config: { access: 'duties.delegate' },
      schema: { summary: 'Take it back before its time', tags, params: Id, response: { 200: Delegation } },
    },
    async (request) => {
      const actor = actorOf(request)
      return inChange(ctx, actor, (tx) => endDelegation(ctx, tx, actor, request.params.id))
    },
  )
}

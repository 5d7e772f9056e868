import type { FeedKey, FeedReply, FeedRequest } from './feed.ts'
import { FeedParseError } from './feed.ts'
import type { Fields } from './fields.ts'
import { findText, readFields } from './fields.ts'
import { readHeader } from './keys.ts'
import { issueToken, readBasic } from './token.ts'

/** What SePay recommends (developer.sepay.vn, "OAuth2 Webhooks Guide"). */
const TOKEN_SECONDS = 3600

const NO_FIELDS: Fields = new Map()

/**
 * SePay's page on OAuth2 webhooks publishes a form of its own: JSON of `clientId` and `clientSecret`, answered inside
 * `data`. Its page on authentication says OAuth 2.0, whose form is Basic or `client_id` and `client_secret` with a
 * `grant_type` (RFC 6749, 4.4). Which one an account sends could not be tried, so each is answered in its own form.
 */
export function issueSepayToken(request: FeedRequest, keys: readonly FeedKey[], now: Date): FeedReply {
  const fields = readAsked(request)
  const published = pairOf(fields, 'clientId', 'clientSecret')
  const grant = findText(fields, 'grant_type')
  if (grant !== null && grant !== 'client_credentials') return refusal(400, 'unsupported_grant_type')
  const credentials = readBasic(request.headers) ?? published ?? pairOf(fields, 'client_id', 'client_secret')
  const token = issueToken(credentials, keys, now, TOKEN_SECONDS)
  if (token === null) return refusal(401, 'invalid_client')
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body:
      published === null
        ? { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS }
        : // Every field is mandatory there, and no use of the second token is published: it is the first one.
          { data: { accessToken: token, refreshToken: token, expiredIn: TOKEN_SECONDS } },
  }
}

/** A body that cannot be read asks for nothing; Basic credentials need none. */
function readAsked(request: FeedRequest): Fields {
  try {
    return readFields(request.rawBody, readHeader(request.headers, 'content-type'))
  } catch (error) {
    if (!(error instanceof FeedParseError)) throw error
    return NO_FIELDS
  }
}

function pairOf(fields: Fields, idName: string, secretName: string): string | null {
  const id = findText(fields, idName)
  const secret = findText(fields, secretName)
  return id === null || secret === null ? null : `${id}:${secret}`
}

function refusal(status: number, error: string): FeedReply {
  const challenge = status === 401 ? { 'www-authenticate': 'Basic realm="feed"' } : {}
  return { status, headers: { 'cache-control': 'no-store', ...challenge }, body: { error } }
}

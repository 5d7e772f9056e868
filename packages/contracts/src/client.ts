import type { Problem } from './primitives.ts'

/** What the service answered when it refused: the problem document, or a made-up one when nobody answered. */
export class ApiError extends Error {
  readonly problem: Problem
  /** True when no answer came at all: the network, not the service. */
  readonly offline: boolean

  constructor(problem: Problem, offline: boolean) {
    super(problem.title)
    this.name = 'ApiError'
    this.problem = problem
    this.offline = offline
  }
}

export type ApiClient = {
  get<T>(path: string, query?: Record<string, string | number | undefined>): Promise<T>
  post<T>(path: string, body?: unknown, options?: { idempotencyKey?: string }): Promise<T>
  /** Sends a file as it is, and waits for as long as a slow network needs. */
  upload<T>(path: string, file: Blob, options: { idempotencyKey: string }): Promise<T>
  put<T>(path: string, body: unknown): Promise<T>
  delete(path: string): Promise<void>
  /** Where `path` is for whatever the browser fetches by itself: a link, a download, a stream. */
  address(path: string): string
  setCsrfToken(token: string): void
}

const UPLOAD_TIMEOUT_MS = 120_000

const OFFLINE: Problem = {
  type: 'about:blank',
  title: 'No answer from the service',
  status: 0,
  code: 'offline',
  detail: '',
  requestId: '',
}

/**
 * The one way the apps speak to the service. The caller names the answer's type from this package; the service has
 * checked its own answer against the same schema before sending it, so it is not parsed a second time here.
 * `baseUrl` is the app's own door to the API (`/m`): its session is held there alone.
 * Throws `ApiError` for every refusal and for silence.
 */
export function createClient(options: {
  fetch: typeof fetch
  baseUrl?: string
  timeoutMs?: number
}): ApiClient {
  const address = (path: string): string => `${options.baseUrl ?? ''}${path}`
  let csrfToken = ''
  const send = async <T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    timeoutMs = options.timeoutMs ?? 15_000,
  ): Promise<T> => {
    const response = await options
      .fetch(address(path), {
        method,
        credentials: 'same-origin',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(method === 'GET' ? {} : { 'x-csrf-token': csrfToken }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
      })
      .catch(() => {
        throw new ApiError(OFFLINE, true)
      })
    if (!response.ok) {
      throw new ApiError(await problemOf(response), false)
    }
    // Checked by the service against the schema that the caller's type comes from (see above).
    return (response.status === 204 ? undefined : await response.json()) as T
  }
  return {
    get: (path, query = {}) => send('GET', `${path}${queryText(query)}`),
    post: (path, body = {}, extra = {}) =>
      send(
        'POST',
        path,
        body,
        extra.idempotencyKey === undefined ? {} : { 'idempotency-key': extra.idempotencyKey },
      ),
    upload: (path, file, { idempotencyKey }) =>
      send(
        'POST',
        path,
        file,
        { 'content-type': 'application/octet-stream', 'idempotency-key': idempotencyKey },
        UPLOAD_TIMEOUT_MS,
      ),
    put: (path, body) => send('PUT', path, body),
    delete: (path) => send('DELETE', path),
    address,
    setCsrfToken: (token) => {
      csrfToken = token
    },
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null)
  // A proxy between us may answer with a page of its own instead of a problem document.
  const parsed = body !== null && typeof body === 'object' && 'code' in body
  return parsed ? (body as Problem) : { ...OFFLINE, status: response.status, code: 'internal' }
}

function queryText(query: Record<string, string | number | undefined>): string {
  const text = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) text.set(key, String(value))
  return text.size === 0 ? '' : `?${text}`
}

declare module 'autocannon' {
  type Request = { path?: string; method?: string; headers?: Record<string, string>; body?: string | Buffer }
  type Options = Request & {
    url: string
    connections: number
    duration: number
    requests?: { setupRequest: (request: Request) => Request }[]
  }
  type Result = { '2xx': number; '4xx': number; duration: number; errors: number }
  export default function autocannon(options: Options): Promise<Result>
}

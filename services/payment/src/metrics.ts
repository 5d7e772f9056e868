import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What we count, for Prometheus at `/metrics` on the admin port. Labels never carry a person, a stall or an account. */
export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  return {
    registry,
    requests: new Histogram({
      name: 'tienve_http_request_seconds',
      help: 'How long requests took',
      labelNames: ['method', 'route', 'status'] as const,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
      registers,
    }),
    webhooks: new Counter({
      name: 'tienve_webhooks_total',
      help: 'Bank messages by what became of them',
      labelNames: ['provider', 'outcome'] as const,
      registers,
    }),
    processed: new Counter({
      name: 'tienve_inbox_processed_total',
      help: 'Stored messages processed, by outcome',
      labelNames: ['outcome'] as const,
      registers,
    }),
    heard: new Histogram({
      name: 'tienve_heard_seconds',
      help: 'From the receipt of a bank message to the commit of its live event',
      buckets: [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 30, 300],
      registers,
    }),
    deafFeeds: new Gauge({
      name: 'tienve_deaf_feeds',
      help: 'Bank feeds that have been silent for longer than is usual for them',
      labelNames: ['market'] as const,
      registers,
    }),
    deadLetters: new Gauge({
      name: 'tienve_dead_letters',
      help: 'Bank messages that could not be read or processed and wait for a person',
      labelNames: ['market', 'state'] as const,
      registers,
    }),
    bankLatency: new Gauge({
      name: 'tienve_bank_latency_seconds',
      help: 'From the bank’s time to ours, of what happened in the last quarter of an hour',
      labelNames: ['market', 'quantile'] as const,
      registers,
    }),
    streams: new Gauge({ name: 'tienve_live_streams', help: 'Open live streams', registers }),
  }
}

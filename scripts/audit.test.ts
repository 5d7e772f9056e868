import { expect, it } from 'vitest'
import { verdictOf } from './audit.ts'

const reportOf = (severity: string): string =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: { axios: { name: 'axios', severity, range: '<1.2.0', via: [] } },
    metadata: {},
  })

it('a known weakness that is high or critical fails the check, and names the package', () => {
  for (const severity of ['high', 'critical'])
    expect(verdictOf(reportOf(severity))).toEqual({ fault: `axios <1.2.0: ${severity}`, note: null })
})

it('a lesser one, and none, do not', () => {
  for (const severity of ['info', 'low', 'moderate'])
    expect(verdictOf(reportOf(severity))).toEqual({ fault: null, note: null })
  expect(verdictOf('{"auditReportVersion":2,"vulnerabilities":{}}')).toEqual({ fault: null, note: null })
})

it('a registry that does not take the question, or is out of reach, passes and is said', () => {
  const refused =
    '{\n  "message": "405 Method Not Allowed - POST https://registry.example/advisories",\n  "statusCode": 405\n}'
  expect(verdictOf(refused).note).toMatch(/^no registry answered: 405 Method Not Allowed/)
  for (const silence of ['', 'npm error network', 'null', '{}', '[]'])
    expect(verdictOf(silence)).toEqual({ fault: null, note: 'no registry answered: it is out of reach' })
})

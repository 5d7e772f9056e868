import { vietnamTimeText } from '@tienve/bank-feeds'
import type { StatementToWrite } from './write.ts'

/** A statement as camt.053.001.08, one booked entry of one transaction a row. */
export function writeCamt053(statement: StatementToWrite): string {
  const { accountNumber, fromDay, toDay, openingVnd, closingVnd, rows } = statement
  const createdAt = `${toDay}T23:59:59+07:00`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>',
    `<GrpHdr><MsgId>M1</MsgId><CreDtTm>${createdAt}</CreDtTm></GrpHdr><Stmt><Id>S1</Id><CreDtTm>${createdAt}</CreDtTm>`,
    `<FrToDt><FrDtTm>${fromDay}T00:00:00+07:00</FrDtTm><ToDtTm>${createdAt}</ToDtTm></FrToDt>`,
    `<Acct><Id><Othr><Id>${escape(accountNumber)}</Id></Othr></Id><Ccy>VND</Ccy></Acct>`,
    balance('OPBD', openingVnd, fromDay),
    balance('CLBD', closingVnd, toDay),
    ...rows.map((row) => {
      const [day = '', time = ''] = vietnamTimeText(row.occurredAt).split(' ')
      const at = row.precision === 'day' ? `<Dt>${day}</Dt>` : `<DtTm>${day}T${time}+07:00</DtTm>`
      const reference = row.reference === null ? '' : `<AcctSvcrRef>${escape(row.reference)}</AcctSvcrRef>`
      const memo = row.content === '' ? '' : `<RmtInf><Ustrd>${escape(row.content)}</Ustrd></RmtInf>`
      return (
        `<Ntry>${amount(row.direction === 'in' ? row.amountVnd : -row.amountVnd)}` +
        `${row.reversal ? '<RvslInd>true</RvslInd>' : ''}<Sts><Cd>BOOK</Cd></Sts><BookgDt>${at}</BookgDt>` +
        `${reference}<NtryDtls><TxDtls>${memo}</TxDtls></NtryDtls></Ntry>`
      )
    }),
    '</Stmt></BkToCstmrStmt></Document>',
    '',
  ].join('\n')
}

function balance(code: string, amountVnd: bigint, day: string): string {
  return `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${amount(amountVnd)}<Dt><Dt>${day}</Dt></Dt></Bal>`
}

function amount(signedVnd: bigint): string {
  const whole = signedVnd < 0n ? -signedVnd : signedVnd
  return `<Amt Ccy="VND">${whole}</Amt><CdtDbtInd>${signedVnd < 0n ? 'DBIT' : 'CRDT'}</CdtDbtInd>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

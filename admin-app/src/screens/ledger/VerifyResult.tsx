import type { CheckedTable, LedgerVerify } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { fill, fullDateOf, Mark, useWords, whenOf, type Words } from '@tienve/ui'
import { addressOf } from '../../route.ts'
import { statementOf } from './accounts.tsx'

const WORDS = {
  right: {
    vi: 'Sổ đúng. Đã tính lại {transfers} bút toán trong {blocks} khối: nợ bằng có, không dòng nào bị sửa.',
    en: 'The ledger is right. Recomputed {transfers} transfers in {blocks} blocks: debits equal credits and no row was changed.',
  },
  rightSince: {
    vi: 'Sổ đúng kể từ niêm phong ở khối {from}. Đã tính lại {transfers} bút toán trong {blocks} khối sau đó: nợ bằng có, không dòng nào bị sửa.',
    en: 'The ledger is right since the seal at block {from}. Recomputed {transfers} transfers in the {blocks} blocks after it: debits equal credits and no row was changed.',
  },
  sealed: {
    vi: 'Niêm phong lần cuối {at} (khối {height}).',
    en: 'Last sealed {at} (block {height}).',
  },
  closed: { vi: 'Các ngày đến hết {day} đã chốt.', en: 'The days up to {day} are closed.' },
  neverSealed: { vi: 'Sổ chưa có niêm phong nào.', en: 'Nothing is sealed yet.' },
  unsealed: {
    vi: '{count} bút toán mới hơn chưa niêm phong.',
    en: '{count} newer transactions are not sealed yet.',
  },
  allSealed: { vi: 'Mọi bút toán đều đã niêm phong.', en: 'Every transaction is sealed.' },
  sources: {
    vi: 'Đã so {checked} tin của ngân hàng với vân tay trong sổ: đều khớp.',
    en: 'Held {checked} messages of banks against the digests in the ledger: all of them match.',
  },
  erased: {
    vi: '{erased} tin khác đã xóa nội dung, chỉ còn vân tay.',
    en: '{erased} others were erased, and only their digests are left.',
  },
  beyond: {
    vi: 'Việc này chưa chứng tỏ cả chuỗi không bị viết lại từ đầu bởi người giữ cơ sở dữ liệu. Muốn chắc: giữ tệp niêm phong ở nơi khác, và chạy lệnh này với tệp ấy:',
    en: 'This does not prove that whoever owns the database did not write the whole chain anew. To be sure, keep the seal file elsewhere and run this with it:',
  },
  wrong: { vi: 'Sổ có chỗ sai.', en: 'The ledger is wrong.' },
  first: { vi: 'Chỗ sai đầu tiên: {what} {where}.', en: 'The first wrong row: {what} {where}.' },
  seq: { vi: 'số {seq}', en: 'no. {seq}' },
  height: { vi: 'số {height}', en: 'no. {height}' },
  whenSealed: { vi: 'lúc niêm phong ở khối {height}', en: 'when block {height} was sealed' },
  see: { vi: 'Mở dòng đó', en: 'Open that row' },
  stop: {
    vi: 'Đừng ghi thêm: chưa phát hành khoản thu, chưa chốt ngày, chưa xử lý tiền treo.',
    en: 'Post nothing more: issue no charge, close no day, resolve no suspense.',
  },
  call: {
    vi: 'Gọi trưởng ban và người phụ trách kỹ thuật, và gửi họ dòng chữ nhỏ ở trên.',
    en: 'Call the head of the board and whoever runs the service, and send them the small line above.',
  },
  run: {
    vi: 'Người phụ trách chạy lệnh này với tệp niêm phong giữ ở nơi khác:',
    en: 'They run this with the seal file that is kept elsewhere:',
  },
  keep: {
    vi: 'Giữ các báo cáo ngày đã in: mã QR trên đó là niêm phong để so.',
    en: 'Keep the printed day reports: the QR code on each is a seal to compare with.',
  },
}

type Bilingual = Words[string]

/** What each table is called, and what it means that one of its rows is wrong. */
const WHAT_WORDS: Record<CheckedTable, { name: Bilingual; why: Bilingual }> = {
  ledger_account: {
    name: { vi: 'tài khoản', en: 'account' },
    why: {
      vi: 'Một tài khoản, hoặc một ngày đã chốt, không còn như lúc mở hay lúc niêm phong.',
      en: 'An account, or a closed day, is not as it was opened or sealed.',
    },
  },
  ledger_txn: {
    name: { vi: 'bút toán', en: 'transaction' },
    why: { vi: 'Nội dung bút toán không còn như lúc ghi.', en: 'It is not what was posted.' },
  },
  ledger_transfer: {
    name: { vi: 'dòng Nợ/Có', en: 'transfer' },
    why: { vi: 'Dòng Nợ/Có thiếu, thừa hoặc đã bị sửa.', en: 'A transfer is missing, too many or changed.' },
  },
  ledger_block: {
    name: { vi: 'khối', en: 'block' },
    why: {
      vi: 'Khối không nối với khối trước, hoặc không khớp các bút toán trong nó.',
      en: 'The block does not follow the one before it, or does not fit what is in it.',
    },
  },
  ledger_head: {
    name: { vi: 'đầu chuỗi', en: 'head of the chain' },
    why: {
      vi: 'Cuối sổ không đúng chỗ: có thể đã bị cắt bớt.',
      en: 'The ledger does not end where it should: it may have been cut.',
    },
  },
  ledger_balance: {
    name: { vi: 'tổng của tài khoản', en: 'balance of account' },
    why: {
      vi: 'Tổng ghi trên tài khoản không bằng các bút toán của nó.',
      en: 'The sum on the account is not that of its transfers.',
    },
  },
  ledger_day: {
    name: { vi: 'tổng theo ngày của tài khoản', en: 'day of account' },
    why: {
      vi: 'Tổng theo ngày không bằng các bút toán của ngày ấy.',
      en: 'The sum of the day is not that of its transfers.',
    },
  },
  ledger_close: {
    name: { vi: 'lần chốt ngày', en: 'closing of' },
    why: {
      vi: 'Ngày chốt hoặc giờ chốt không phải là ngày giờ có thật.',
      en: 'Its day or its time is none.',
    },
  },
  ledger_seal: {
    name: { vi: 'niêm phong', en: 'seal' },
    why: {
      vi: 'Niêm phong không khớp với sổ, hoặc không do khóa của chợ ký.',
      en: 'The seal does not fit the ledger, or no key of ours made it.',
    },
  },
  feed_inbox: {
    name: { vi: 'tin của ngân hàng', en: 'message of a bank' },
    why: {
      vi: 'Tin đang giữ khác tin mà sổ đã ghi nhận.',
      en: 'The stored message is not the one that the ledger knows.',
    },
  },
}

/** What a check of the ledger proves, up to when, and what it does not; or the first wrong row and what to do. */
export function VerifyResult({ of }: { of: LedgerVerify }) {
  return (
    <section className={`notice big ${of.ok ? 'good' : 'bad'}`} data-testid="verify-result" role="status">
      {of.firstWrong === undefined ? <Right of={of} /> : <WrongRow of={of.firstWrong} />}
    </section>
  )
}

function Command() {
  return (
    <code>
      npm run ledger:verify <span className="unbroken">-- --seals</span>
    </code>
  )
}

function Right({ of }: { of: LedgerVerify }) {
  const w = useWords(WORDS)
  const { transfers, blocks, fromHeight, sealed, unsealed, sources } = of
  const count = {
    transfers: formatNumber(transfers),
    blocks: formatNumber(blocks),
    from: formatNumber(fromHeight),
  }
  const sentences = [
    sealed === null
      ? w.neverSealed
      : fill(w.sealed, { at: whenOf(sealed.sealedAt), height: formatNumber(sealed.height) }),
    sealed === null || sealed.closedThrough === null
      ? ''
      : fill(w.closed, { day: fullDateOf(sealed.closedThrough) }),
    unsealed === 0 ? w.allSealed : fill(w.unsealed, { count: formatNumber(unsealed) }),
  ]
  return (
    <>
      <p className="verdict">
        <Mark kind="good">{fill(fromHeight === 0 ? w.right : w.rightSince, count)}</Mark>
      </p>
      <p>{sentences.filter((one) => one !== '').join(' ')}</p>
      {sources.checked === 0 && sources.erased === 0 ? null : (
        <p>
          {fill(w.sources, { checked: formatNumber(sources.checked) })}{' '}
          {sources.erased === 0 ? '' : fill(w.erased, { erased: formatNumber(sources.erased) })}
        </p>
      )}
      <p className="tv-quiet">
        {w.beyond} <Command />
      </p>
    </>
  )
}

/** The row in words; what names itself, an account or a message, stands as it is. */
function useWhere({ what, where }: NonNullable<LedgerVerify['firstWrong']>): string {
  const w = useWords(WORDS)
  const seq = /^seq (\d+)/.exec(where)?.[1]
  if (seq !== undefined) return fill(w.seq, { seq: formatNumber(Number(seq)) })
  const height = /^height (\d+)/.exec(where)?.[1]
  if (height !== undefined) {
    const isNumbered = what === 'ledger_block' || what === 'ledger_seal'
    return fill(isNumbered ? w.height : w.whenSealed, { height: formatNumber(Number(height)) })
  }
  return where
}

function WrongRow({ of }: { of: NonNullable<LedgerVerify['firstWrong']> }) {
  const w = useWords(WORDS)
  const words = useWords(WHAT_WORDS[of.what])
  const seq = /^seq (\d+)/.exec(of.where)?.[1]
  const account = /^\S+:\S+/.exec(of.where)?.[0]
  const where = useWhere(of)
  const href =
    seq === undefined
      ? account === undefined
        ? null
        : statementOf(account)
      : addressOf('ledger/txn', { seq })
  return (
    <>
      <p className="verdict">
        <Mark kind="bad">
          {w.wrong} {fill(w.first, { what: words.name, where })}
        </Mark>
      </p>
      <p>{words.why}</p>
      <small className="hash">
        {of.what} · {of.where} · {of.why}
      </small>
      {href === null ? null : (
        <a className="text-link" href={href}>
          {w.see}
        </a>
      )}
      <ol className="todo">
        <li>{w.stop}</li>
        <li>{w.call}</li>
        <li>
          {w.run} <Command />
        </li>
        <li>{w.keep}</li>
      </ol>
    </>
  )
}
